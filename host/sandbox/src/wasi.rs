//! WASI 0.2 that leads nowhere, for components that other languages' tool chains built.
//!
//! Linked only under [`WasiPolicy::Inert`]: no arguments, no environment, no files, no network, a clock that stands still, random numbers
//! from a fixed seed, and polls that are always ready, so that a sleep returns at once (epochs do not stop a host that sleeps). What hands
//! out a first resource answers; what only a resource could reach, and no resource exists for, traps with its name.
//!
//! Our own small implementation instead of wasmtime-wasi's: nothing here touches the operating system, there is no runtime to block, and
//! what is not written down cannot be reached.

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};
use serde::{Deserialize, Serialize};
use wasmtime::Engine;
use wasmtime::StoreContextMut;
use wasmtime::component::types::ComponentItem;
use wasmtime::component::{Component, ComponentType, Lift, Linker, LinkerInstance, Lower, Resource, ResourceType};

use crate::call::charge;
use crate::said::Level;
use crate::state::State;

/// Whether a component may import WASI.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub enum WasiPolicy {
    /// It may not: refused when loaded.
    #[default]
    Deny,
    /// It may, and finds nothing there.
    Inert,
}

/// The trap of a WASI function that nothing stands behind.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Denied(String);

/// What inert WASI keeps for one call.
#[derive(Default)]
pub(crate) struct Inert {
    random: Option<Xoshiro256PlusPlus>,
    /// The last line written to standard error: a panic's message arrives there.
    stderr: Vec<u8>,
}

impl Inert {
    fn random(&mut self) -> &mut Xoshiro256PlusPlus {
        const SEED: u64 = 0x5eed_bed0_0000_0001;
        self.random.get_or_insert_with(|| Xoshiro256PlusPlus::seed_from_u64(SEED))
    }
}

/// Host resources: none of them carries anything.
struct Pollable;
struct InputStream;
struct OutputStream;
struct IoError;
struct Network;
/// Every resource of which no instance exists.
struct Nothing;

/// `wasi:io/streams.stream-error`.
#[derive(ComponentType, Lower, Lift)]
#[component(variant)]
enum StreamError {
    #[component(name = "last-operation-failed")]
    LastOperationFailed(Resource<IoError>),
    #[component(name = "closed")]
    Closed,
}

/// `wasi:clocks/wall-clock.datetime`.
#[derive(ComponentType, Lower, Lift)]
#[component(record)]
struct Datetime {
    seconds: u64,
    nanoseconds: u32,
}

/// `wasi:sockets/network.error-code`.
#[derive(ComponentType, Lower, Lift, Clone, Copy)]
#[component(enum)]
#[repr(u8)]
#[expect(dead_code, reason = "the contract has them all; an inert network only denies")]
enum SocketError {
    #[component(name = "unknown")]
    Unknown,
    #[component(name = "access-denied")]
    AccessDenied,
    #[component(name = "not-supported")]
    NotSupported,
    #[component(name = "invalid-argument")]
    InvalidArgument,
    #[component(name = "out-of-memory")]
    OutOfMemory,
    #[component(name = "timeout")]
    Timeout,
    #[component(name = "concurrency-conflict")]
    ConcurrencyConflict,
    #[component(name = "not-in-progress")]
    NotInProgress,
    #[component(name = "would-block")]
    WouldBlock,
    #[component(name = "invalid-state")]
    InvalidState,
    #[component(name = "new-socket-limit")]
    NewSocketLimit,
    #[component(name = "address-not-bindable")]
    AddressNotBindable,
    #[component(name = "address-in-use")]
    AddressInUse,
    #[component(name = "remote-unreachable")]
    RemoteUnreachable,
    #[component(name = "connection-refused")]
    ConnectionRefused,
    #[component(name = "connection-reset")]
    ConnectionReset,
    #[component(name = "connection-aborted")]
    ConnectionAborted,
    #[component(name = "datagram-too-large")]
    DatagramTooLarge,
    #[component(name = "name-unresolvable")]
    NameUnresolvable,
    #[component(name = "temporary-resolver-failure")]
    TemporaryResolverFailure,
    #[component(name = "permanent-resolver-failure")]
    PermanentResolverFailure,
}

/// `wasi:sockets/network.ip-address-family`.
#[derive(ComponentType, Lower, Lift, Clone, Copy)]
#[component(enum)]
#[repr(u8)]
#[expect(dead_code, reason = "guests make them")]
enum IpAddressFamily {
    #[component(name = "ipv4")]
    Ipv4,
    #[component(name = "ipv6")]
    Ipv6,
}

/// The instant at which every clock stands: 2000-01-01T00:00:00Z.
const NOW: u64 = 946_684_800;
/// Fuel for a call that makes a handle: the host keeps a few bytes for each.
const FUEL_PER_HANDLE: u64 = 1_000;
/// Standard output and streams, in the representation of their handles.
const STDIN: u32 = 0;
const STDOUT: u32 = 1;
const STDERR: u32 = 2;

type Ctx<'a> = StoreContextMut<'a, State>;

/// Defines every WASI import of `component` under exactly the names and versions that it asks for.
pub(crate) fn link(linker: &mut Linker<State>, engine: &Engine, component: &Component) -> wasmtime::Result<()> {
    let ty = component.component_type();
    for (name, import) in ty.imports(engine) {
        let (ComponentItem::ComponentInstance(interface), true) = (import.ty, name.starts_with("wasi:")) else {
            continue;
        };
        let mut instance = linker.instance(name)?;
        let short = name.split_once('@').map_or(name, |(short, _)| short);
        for (item, export) in interface.exports(engine) {
            match export.ty {
                ComponentItem::Resource(_) => instance.resource(item, resource(item), |_, _| Ok(()))?,
                ComponentItem::ComponentFunc(_) if !define(&mut instance, short, item)? => {
                    let denied = format!("{name}#{item}");
                    instance.func_new(item, move |_, _, _, _| Err(Denied(denied.clone()).into()))?;
                }
                _ => {}
            }
        }
    }
    Ok(())
}

fn resource(name: &str) -> ResourceType {
    match name {
        "pollable" => ResourceType::host::<Pollable>(),
        "input-stream" => ResourceType::host::<InputStream>(),
        "output-stream" => ResourceType::host::<OutputStream>(),
        "error" => ResourceType::host::<IoError>(),
        "network" => ResourceType::host::<Network>(),
        _ => ResourceType::host::<Nothing>(),
    }
}

/// Defines one function that answers; false where none of that name does.
fn define(to: &mut LinkerInstance<'_, State>, interface: &str, function: &str) -> wasmtime::Result<bool> {
    match (interface, function) {
        ("wasi:cli/environment", "get-environment") => {
            to.func_wrap(function, |_: Ctx<'_>, (): ()| Ok((Vec::<(String, String)>::new(),)))?;
        }
        ("wasi:cli/environment", "get-arguments") => {
            to.func_wrap(function, |_: Ctx<'_>, (): ()| Ok((Vec::<String>::new(),)))?;
        }
        ("wasi:cli/environment", "initial-cwd") => {
            to.func_wrap(function, |_: Ctx<'_>, (): ()| Ok((None::<String>,)))?
        }
        ("wasi:cli/stdin", "get-stdin") => handle::<InputStream>(to, function, STDIN)?,
        ("wasi:cli/stdout", "get-stdout") => handle::<OutputStream>(to, function, STDOUT)?,
        ("wasi:cli/stderr", "get-stderr") => handle::<OutputStream>(to, function, STDERR)?,
        ("wasi:cli/terminal-stdin" | "wasi:cli/terminal-stdout" | "wasi:cli/terminal-stderr", _) => {
            to.func_wrap(function, |_: Ctx<'_>, (): ()| Ok((None::<Resource<Nothing>>,)))?;
        }
        ("wasi:clocks/monotonic-clock", "now") => to.func_wrap(function, |_: Ctx<'_>, (): ()| Ok((0u64,)))?,
        ("wasi:clocks/monotonic-clock", "resolution") => to.func_wrap(function, |_: Ctx<'_>, (): ()| Ok((1u64,)))?,
        ("wasi:clocks/monotonic-clock", "subscribe-instant" | "subscribe-duration") => {
            to.func_wrap(function, |mut store: Ctx<'_>, (_when,): (u64,)| {
                charge(&mut store, FUEL_PER_HANDLE)?;
                Ok((Resource::<Pollable>::new_own(0),))
            })?;
        }
        ("wasi:clocks/wall-clock", "now") => {
            to.func_wrap(function, |_: Ctx<'_>, (): ()| Ok((Datetime { seconds: NOW, nanoseconds: 0 },)))?;
        }
        ("wasi:clocks/wall-clock", "resolution") => {
            to.func_wrap(function, |_: Ctx<'_>, (): ()| Ok((Datetime { seconds: 1, nanoseconds: 0 },)))?;
        }
        ("wasi:filesystem/preopens", "get-directories") => {
            to.func_wrap(function, |_: Ctx<'_>, (): ()| Ok((Vec::<(Resource<Nothing>, String)>::new(),)))?;
        }
        ("wasi:io/poll", _) => return poll(to, function),
        ("wasi:io/streams", _) => return streams(to, function),
        ("wasi:io/error", "[method]error.to-debug-string") => {
            to.func_wrap(function, |_: Ctx<'_>, (_error,): (Resource<IoError>,)| Ok((String::from("denied"),)))?;
        }
        ("wasi:random/random", "get-random-bytes") | ("wasi:random/insecure", "get-insecure-random-bytes") => {
            to.func_wrap(function, |mut store: Ctx<'_>, (length,): (u64,)| {
                charge(&mut store, length)?;
                let mut bytes = vec![0; usize::try_from(length)?];
                store.data_mut().wasi.random().fill_bytes(&mut bytes);
                Ok((bytes,))
            })?;
        }
        ("wasi:random/random", "get-random-u64") | ("wasi:random/insecure", "get-insecure-random-u64") => {
            to.func_wrap(function, |mut store: Ctx<'_>, (): ()| Ok((store.data_mut().wasi.random().next_u64(),)))?;
        }
        ("wasi:random/insecure-seed", "insecure-seed" | "get-insecure-seed") => {
            to.func_wrap(function, |_: Ctx<'_>, (): ()| Ok(((0u64, 0u64),)))?;
        }
        ("wasi:sockets/tcp-create-socket", "create-tcp-socket")
        | ("wasi:sockets/udp-create-socket", "create-udp-socket") => {
            to.func_wrap(function, |_: Ctx<'_>, (_family,): (IpAddressFamily,)| {
                Ok((Result::<Resource<Nothing>, _>::Err(SocketError::AccessDenied),))
            })?;
        }
        ("wasi:sockets/ip-name-lookup", "resolve-addresses") => {
            to.func_wrap(function, |_: Ctx<'_>, (_network, _name): (Resource<Network>, String)| {
                Ok((Result::<Resource<Nothing>, _>::Err(SocketError::AccessDenied),))
            })?;
        }
        ("wasi:sockets/instance-network", "instance-network") => handle::<Network>(to, function, 0)?,
        _ => return Ok(false),
    }
    Ok(true)
}

fn handle<T: 'static>(to: &mut LinkerInstance<'_, State>, function: &str, rep: u32) -> wasmtime::Result<()> {
    to.func_wrap(function, move |mut store: Ctx<'_>, (): ()| {
        charge(&mut store, FUEL_PER_HANDLE)?;
        Ok((Resource::<T>::new_own(rep),))
    })
}

/// Every pollable is ready, always.
fn poll(to: &mut LinkerInstance<'_, State>, function: &str) -> wasmtime::Result<bool> {
    match function {
        "poll" => to.func_wrap(function, |mut store: Ctx<'_>, (pollables,): (Vec<Resource<Pollable>>,)| {
            charge(&mut store, pollables.len() as u64)?;
            let ready = (0u32..).take(pollables.len()).collect::<Vec<_>>();
            Ok((ready,))
        })?,
        "[method]pollable.ready" => {
            to.func_wrap(function, |_: Ctx<'_>, (_pollable,): (Resource<Pollable>,)| Ok((true,)))?;
        }
        "[method]pollable.block" => {
            to.func_wrap(function, |_: Ctx<'_>, (_pollable,): (Resource<Pollable>,)| Ok(()))?;
        }
        _ => return Ok(false),
    }
    Ok(true)
}

/// Input is at its end; output goes to the log, line by line, at a price by its length.
fn streams(to: &mut LinkerInstance<'_, State>, function: &str) -> wasmtime::Result<bool> {
    const ROOM: u64 = 4096;
    type Closed<T> = Result<T, StreamError>;
    match function {
        "[method]input-stream.read" | "[method]input-stream.blocking-read" => {
            to.func_wrap(function, |_: Ctx<'_>, (_stream, _length): (Resource<InputStream>, u64)| {
                Ok((Closed::<Vec<u8>>::Err(StreamError::Closed),))
            })?;
        }
        "[method]input-stream.skip" | "[method]input-stream.blocking-skip" => {
            to.func_wrap(function, |_: Ctx<'_>, (_stream, _length): (Resource<InputStream>, u64)| {
                Ok((Closed::<u64>::Err(StreamError::Closed),))
            })?;
        }
        "[method]input-stream.subscribe" => {
            to.func_wrap(function, |mut store: Ctx<'_>, (_stream,): (Resource<InputStream>,)| {
                charge(&mut store, FUEL_PER_HANDLE)?;
                Ok((Resource::<Pollable>::new_own(0),))
            })?;
        }
        "[method]output-stream.subscribe" => {
            to.func_wrap(function, |mut store: Ctx<'_>, (_stream,): (Resource<OutputStream>,)| {
                charge(&mut store, FUEL_PER_HANDLE)?;
                Ok((Resource::<Pollable>::new_own(0),))
            })?;
        }
        "[method]output-stream.check-write" => {
            to.func_wrap(function, |_: Ctx<'_>, (_stream,): (Resource<OutputStream>,)| Ok((Closed::Ok(ROOM),)))?;
        }
        "[method]output-stream.write" | "[method]output-stream.blocking-write-and-flush" => {
            to.func_wrap(function, |mut store: Ctx<'_>, (stream, bytes): (Resource<OutputStream>, Vec<u8>)| {
                charge(&mut store, bytes.len() as u64)?;
                write(store.data_mut(), stream.rep(), &bytes);
                Ok((Closed::Ok(()),))
            })?;
        }
        "[method]output-stream.flush" | "[method]output-stream.blocking-flush" => {
            to.func_wrap(function, |_: Ctx<'_>, (_stream,): (Resource<OutputStream>,)| Ok((Closed::Ok(()),)))?;
        }
        "[method]output-stream.write-zeroes" | "[method]output-stream.blocking-write-zeroes-and-flush" => {
            to.func_wrap(function, |_: Ctx<'_>, (_stream, _length): (Resource<OutputStream>, u64)| {
                Ok((Closed::Ok(()),))
            })?;
        }
        "[method]output-stream.splice" | "[method]output-stream.blocking-splice" => {
            type Splice = (Resource<OutputStream>, Resource<InputStream>, u64);
            to.func_wrap(function, |_: Ctx<'_>, _: Splice| Ok((Closed::<u64>::Err(StreamError::Closed),)))?;
        }
        _ => return Ok(false),
    }
    Ok(true)
}

fn write(state: &mut State, stream: u32, bytes: &[u8]) {
    const LINE: usize = 1024;
    if stream != STDERR {
        return;
    }
    for byte in bytes {
        if *byte == b'\n' {
            let line = String::from_utf8_lossy(&state.wasi.stderr).into_owned();
            state.diagnostics.report(Level::Error, &line);
            state.wasi.stderr.clear();
        } else if state.wasi.stderr.len() < LINE {
            state.wasi.stderr.push(*byte);
        }
    }
}
