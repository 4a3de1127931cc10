//! The process inside the jail.

use std::io::{self, Read, Write};
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::process::ExitCode;
use std::sync::mpsc;
use std::time::Duration;

use nix::sys::resource::{Resource, getrlimit, setrlimit};
use seedbed_jail::{Bounds, Layers};

use crate::attempt::{Failure, Outcome};
use crate::attempts;
use crate::raw;
use crate::target::Target;

pub(crate) const MEMORY: u64 = 256 << 20;
pub(crate) const FILE: u64 = 1 << 20;
pub(crate) const FILES: u64 = 16;
const SECONDS: u64 = 1;

fn bounds(target: &Target) -> Bounds {
    Bounds {
        data: MEMORY,
        cpu: SECONDS,
        files: FILES,
        file_bytes: FILE,
        descriptors: vec![target.handed],
        ..Bounds::default()
    }
}

pub(crate) fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(2);
    let role = arguments.next().unwrap();
    let name = arguments.next().unwrap();
    let target = Target::from_arguments(arguments);
    // Were the jail not to forbid core dumps, there would be one.
    let (_, most) = getrlimit(Resource::RLIMIT_CORE).unwrap();
    setrlimit(Resource::RLIMIT_CORE, most, most).unwrap();
    match role.as_str() {
        "attempt" => escape(&name, &target),
        "work" => work(&target),
        "talk" => talk(&target),
        "threads" => threads(&target),
        "wait" => wait(&target),
        "parent" => parent(&target),
        other => unreachable!("no role {other}"),
    }
    ExitCode::SUCCESS
}

fn say(line: &str) {
    let mut out = io::stdout().lock();
    writeln!(out, "{line}").unwrap();
    out.flush().unwrap();
}

/// Enters the jail and shows its layers as one line, so that the warden can tell an attempt from a process that died before.
fn enter(target: &Target) -> Layers {
    let layers = seedbed_jail::enter(&bounds(target));
    say(&serde_json::to_string(&layers).unwrap());
    layers
}

fn escape(name: &str, target: &Target) {
    let attempt = attempts::all().into_iter().find(|attempt| attempt.name == name).unwrap();
    enter(target);
    let outcome = match (attempt.run)(target) {
        Ok(what) => Outcome::Succeeded(what),
        Err(Failure::Nothing) => Outcome::Nothing,
        Err(Failure::System(error)) => {
            error.raw_os_error().map_or_else(|| Outcome::Broken(error.to_string()), Outcome::Errno)
        }
    };
    say(&outcome.line());
}

/// What a worker does all day.
fn work(target: &Target) {
    enter(target);

    let doubled: Vec<usize> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|n| scope.spawn(move || n * 2)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(doubled, [0, 2, 4, 6]);
    std::thread::Builder::new().name("named".into()).spawn(|| ()).unwrap().join().unwrap();
    say("threads");

    let memory = vec![1_u8; 64 << 20];
    assert_eq!(memory.iter().map(|byte| usize::from(*byte)).sum::<usize>(), 64 << 20);
    say("memory");

    let mut image = attempts::memory_file().unwrap();
    image.write_all(&[7; 4096]).unwrap();
    say("memory files");

    let mut line = String::new();
    io::stdin().read_to_string(&mut line).unwrap();
    assert_eq!(line, "batch");
    say("pipes");

    assert_eq!(attempts::read_handed(target.handed).unwrap(), "prices");
    say("descriptors handed over");

    let mut bytes = [0_u8; 32];
    assert_eq!(raw::call(libc::SYS_getrandom, &[raw::address_mut(&mut bytes), 32, 0]).unwrap(), 32);
    assert_ne!(bytes, [0; 32]);
    let first = std::hash::RandomState::new();
    let _ = std::hash::BuildHasher::hash_one(&first, 1);
    say("randomness");

    let started = std::time::Instant::now();
    std::thread::sleep(Duration::from_millis(5));
    assert!(started.elapsed() >= Duration::from_millis(5));
    say("clocks");

    assert!(std::thread::available_parallelism().unwrap().get() >= 1);
    say("processors");

    let panic = std::panic::catch_unwind(|| panic!("a bug of the host"));
    assert!(panic.is_err());
    say("panics");
}

/// Talks through a socket on standard input, as the Rust runtime does it.
fn talk(target: &Target) {
    enter(target);
    let mut line = UnixStream::from(io::stdin().as_fd().try_clone_to_owned().unwrap());
    let mut asked = [0; 5];
    line.read_exact(&mut asked).unwrap();
    asked.reverse();
    line.write_all(&asked).unwrap();
}

/// Enters while a second thread runs, and reads back what the kernel says of those layers that can be read.
fn threads(target: &Target) {
    use nix::sys::prctl;
    let (stop, stopped) = mpsc::channel::<()>();
    let second = std::thread::spawn(move || stopped.recv());
    enter(target);
    assert!(prctl::get_no_new_privs().unwrap());
    assert!(!prctl::get_dumpable().unwrap());
    assert_eq!(prctl::get_pdeathsig().unwrap(), Some(nix::sys::signal::Signal::SIGKILL));
    let limits = [
        (Resource::RLIMIT_DATA, MEMORY),
        (Resource::RLIMIT_CPU, SECONDS),
        (Resource::RLIMIT_NOFILE, FILES),
        (Resource::RLIMIT_FSIZE, FILE),
        (Resource::RLIMIT_CORE, 0),
    ];
    for (resource, limit) in limits {
        assert_eq!(getrlimit(resource).unwrap(), (limit, limit));
    }
    drop(stop);
    assert!(second.join().unwrap().is_err());
    say("read back");
}

fn wait(target: &Target) {
    enter(target);
    std::thread::sleep(Duration::from_secs(60));
}

/// A host: starts a worker that talks to the warden directly, and lives until it is killed.
fn parent(target: &Target) {
    let mut worker = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["inmate", "wait", "-"])
        .args(target.arguments())
        .env_clear()
        .spawn()
        .unwrap();
    worker.wait().unwrap();
}
