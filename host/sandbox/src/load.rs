use std::time::Instant;

use seedbed_outcome::GuestText;
use wasmtime::component::Linker;

use crate::CONTRACT_VERSION;
use crate::bindings::Level;
use crate::call;
use crate::compile::compile;
use crate::component::{Component, Functions};
use crate::engine::{Inner, Sandbox};
use crate::identity::ComponentHash;
use crate::prescan::{Prescan, PrescanError};
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
        let inner = &self.inner;
        let found = Prescan::scan(bytes, &inner.size, inner.memory)?;
        check_contract(&found, policy)?;
        let hash = ComponentHash::of(bytes);
        let start = Instant::now();
        let component = compiled(inner, hash, bytes).map_err(invalid)?;
        if let Some(observer) = &inner.observer {
            observer.compiled(start.elapsed());
        }
        let mut linker = Linker::new(&inner.engine);
        link_diagnostics(&mut linker, &found).map_err(invalid)?;
        if policy == WasiPolicy::Inert {
            wasi::link(&mut linker, &inner.engine, &component).map_err(invalid)?;
        }
        let pre = linker.instantiate_pre(&component).map_err(invalid)?;
        let functions = Functions::find(&component, &format!("seedbed:strategy/seed@{CONTRACT_VERSION}"));
        let functions = functions.map_err(|missing| LoadError::Invalid(GuestText::new(&missing)))?;
        Ok(Component::new(self.clone(), hash, policy, pre, functions))
    }
}

fn compiled(inner: &Inner, hash: ComponentHash, bytes: &[u8]) -> wasmtime::Result<wasmtime::component::Component> {
    let cached = inner.cache.as_ref().and_then(|cache| cache.get(hash));
    let code = match cached {
        Some(code) => {
            tracing::debug!("component {hash}: compiled code from the cache");
            code
        }
        None => {
            tracing::debug!("component {hash}: compiling {} bytes", bytes.len());
            let code = compile(&inner.engine, bytes)?;
            if let Some(cache) = &inner.cache {
                cache.put(hash, &code);
            }
            code
        }
    };
    #[expect(unsafe_code, reason = "the only way to load compiled code; see SAFETY")]
    // SAFETY: `code` was serialised by this engine just now, or comes from the cache, which hands out only what the host's own key
    // vouches for as code of this component and this engine.
    unsafe {
        wasmtime::component::Component::deserialize(&inner.engine, code)
    }
}

/// Versions and imports, by name, before anything is compiled.
fn check_contract(found: &Prescan, policy: WasiPolicy) -> Result<(), LoadError> {
    const PACKAGE: &str = "seedbed:strategy/";
    for name in found.imports.iter().chain(&found.exports) {
        let version =
            name.strip_prefix(PACKAGE).map(|rest| rest.split_once('@').map_or("none", |(_, version)| version));
        if let Some(version) = version.filter(|version| *version != CONTRACT_VERSION) {
            return Err(LoadError::Version { found: GuestText::new(version) });
        }
    }
    let known = |interface: &str, name: &str| {
        name.strip_prefix(PACKAGE)
            .and_then(|rest| rest.strip_suffix(CONTRACT_VERSION))
            .is_some_and(|rest| rest.strip_suffix('@') == Some(interface))
    };
    if !found.exports.iter().any(|name| known("seed", name)) {
        return Err(LoadError::NoSeed(found.exports.iter().map(|name| GuestText::new(name)).collect()));
    }
    let (wasi, others): (Vec<&String>, Vec<&String>) =
        found.imports.iter().filter(|name| !known("diagnostics", name)).partition(|name| name.starts_with("wasi:"));
    if let Some(other) = others.first() {
        return Err(LoadError::UnknownImport(GuestText::new(other)));
    }
    if policy == WasiPolicy::Deny && !wasi.is_empty() {
        return Err(LoadError::WasiDenied(wasi.into_iter().map(|name| GuestText::new(name)).collect()));
    }
    Ok(())
}

/// Each message costs fuel by its length, so that a guest cannot make the host work for nothing.
fn link_diagnostics(linker: &mut Linker<State>, found: &Prescan) -> wasmtime::Result<()> {
    const FUEL_PER_REPORT: u64 = 500;
    if let Some(name) = found.imports.iter().find(|name| name.starts_with("seedbed:strategy/diagnostics")) {
        linker.instance(name)?.func_wrap("report", |mut store, (level, message): (Level, String)| {
            call::charge(&mut store, FUEL_PER_REPORT.saturating_add(message.len() as u64))?;
            store.data_mut().diagnostics.report(level, &message);
            Ok(())
        })?;
    }
    Ok(())
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err wants")]
fn invalid(error: wasmtime::Error) -> LoadError {
    LoadError::Invalid(GuestText::new(&format!("{error:#}")))
}
