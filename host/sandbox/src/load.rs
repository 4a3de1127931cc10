use std::time::{Duration, Instant};

use seedbed_outcome::GuestText;
use wasmtime::Engine;
use wasmtime::component::{Component as Compiled, Linker};

use crate::CONTRACT_VERSION;
use crate::bindings::Level;
use crate::call;
use crate::compile::{Code, compile};
use crate::component::{Component, Functions};
use crate::engine::Sandbox;
use crate::identity::ComponentHash;
use crate::prescan::PrescanError;
use crate::state::State;
use crate::wasi::{self, WasiPolicy};

/// Why a component is turned away before any of its code runs.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LoadError {
    /// The pre-scan stopped it.
    #[error(transparent)]
    Prescan(#[from] PrescanError),
    /// Speaks another version of the contract.
    #[error(
        "speaks seedbed:strategy@{found}, this host speaks @{CONTRACT_VERSION}; rebuild it with an SDK of that version"
    )]
    Version {
        /// The version in the component.
        found: GuestText,
    },
    /// Does not export the contract's interface.
    #[error("does not export seedbed:strategy/seed@{CONTRACT_VERSION}; it exports {}", list(.0))]
    NoSeed(Vec<GuestText>),
    /// Imports something that the world does not have.
    #[error(
        "imports {0}, which a strategy may not have; its only import is seedbed:strategy/diagnostics@{CONTRACT_VERSION}"
    )]
    UnknownImport(GuestText),
    /// Imports WASI under a policy that denies it.
    #[error("imports WASI ({}), which the policy denies; rebuild it without, or grant it: [sandbox] wasi = \"inert\"", list(.0))]
    WasiDenied(Vec<GuestText>),
    /// Is no valid component, or its types are not the contract's.
    #[error("does not compile: {0}")]
    Invalid(GuestText),
    /// Cost the compiler more than it may.
    #[error("compiling it took more than {0}, the most that the host spends on one component; make it smaller")]
    TooCostly(CompileBound),
    /// The process that was to compile or to link it gave no answer that counts.
    #[error("could not be compiled: {0}")]
    WorkerLost(GuestText),
}

/// A bound of the process that compiles a component.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CompileBound {
    /// Seconds of processor time.
    #[error("{0} s of processor time")]
    Processor(u64),
    /// Wall clock.
    #[error("{0:?}")]
    Clock(Duration),
    /// Bytes of memory.
    #[error("{} MiB of memory", .0 >> 20)]
    Memory(u64),
}

fn list(names: &[GuestText]) -> String {
    const SHOWN: usize = 4;
    match names {
        [] => "nothing".to_owned(),
        names => {
            let shown: Vec<_> = names.iter().take(SHOWN).map(GuestText::as_str).collect();
            let more = names.len().saturating_sub(SHOWN);
            let tail = if more > 0 { format!(" and {more} more") } else { String::new() };
            shown.join(", ") + &tail
        }
    }
}

impl Sandbox {
    /// Makes a component ready to be called: pre-scan, versions and imports, compile or cache, link.
    ///
    /// Costs a compilation (tens of milliseconds for a seed), or well under a millisecond from the cache. No guest code runs.
    ///
    /// # Errors
    /// [`LoadError`] says why the component is turned away.
    pub fn load(&self, bytes: &[u8], policy: WasiPolicy) -> Result<Component, LoadError> {
        let intake = &self.inner.intake;
        let hash = intake.check(bytes, policy)?;
        let start = Instant::now();
        let code = match intake.cached(hash) {
            Some(code) => code,
            None => {
                let code = self.compile(bytes)?;
                intake.keep(hash, &code);
                code
            }
        };
        let took = start.elapsed();
        let component = self.link(hash, policy, &code)?;
        if let Some(observer) = &self.inner.observer {
            observer.compiled(took);
        }
        Ok(component)
    }

    /// Compiles a component that the intake let through.
    ///
    /// # Errors
    /// [`LoadError::Invalid`]: the compiler refused it.
    pub fn compile(&self, bytes: &[u8]) -> Result<Code, LoadError> {
        tracing::debug!("compiling {} bytes", bytes.len());
        compile(&self.inner.engine, bytes).map_err(invalid)
    }

    /// Makes compiled code ready to be called.
    ///
    /// # Errors
    /// [`LoadError::Invalid`]: it is of another engine, or its types are not the contract's.
    pub fn link(&self, hash: ComponentHash, policy: WasiPolicy, code: &Code) -> Result<Component, LoadError> {
        let engine = &self.inner.engine;
        let component = code.component(engine).map_err(invalid)?;
        let mut linker = Linker::new(engine);
        link_diagnostics(&mut linker, engine, &component).map_err(invalid)?;
        if policy == WasiPolicy::Inert {
            wasi::link(&mut linker, engine, &component).map_err(invalid)?;
        }
        let pre = linker.instantiate_pre(&component).map_err(invalid)?;
        let functions = Functions::find(&component, &format!("seedbed:strategy/seed@{CONTRACT_VERSION}"));
        let functions = functions.map_err(|missing| LoadError::Invalid(GuestText::new(&missing)))?;
        Ok(Component::new(self.clone(), hash, policy, pre, functions))
    }
}

/// Each message costs fuel by its length, so that a guest cannot make the host work for nothing.
fn link_diagnostics(linker: &mut Linker<State>, engine: &Engine, component: &Compiled) -> wasmtime::Result<()> {
    const FUEL_PER_REPORT: u64 = 500;
    let wanted = component.component_type();
    let name =
        wanted.imports(engine).map(|(name, _)| name).find(|name| name.starts_with("seedbed:strategy/diagnostics"));
    if let Some(name) = name {
        linker.instance(name)?.func_wrap("report", |mut store, (level, message): (Level, String)| {
            call::charge(&mut store, FUEL_PER_REPORT.saturating_add(message.len() as u64))?;
            store.data_mut().diagnostics.report(level.into(), &message);
            Ok(())
        })?;
    }
    Ok(())
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err wants")]
fn invalid(error: wasmtime::Error) -> LoadError {
    LoadError::Invalid(GuestText::new(&format!("{error:#}")))
}
