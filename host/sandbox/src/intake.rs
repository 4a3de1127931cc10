use seedbed_outcome::GuestText;

use crate::CONTRACT_VERSION;
use crate::cache::{Cache, CacheConfig, Origin};
use crate::compile::Code;
use crate::identity::{ComponentHash, EngineFingerprint};
use crate::limits::SizeLimits;
use crate::load::LoadError;
use crate::prescan::Prescan;
use crate::wasi::WasiPolicy;

/// What stands before the compiler: the pre-scan, the contract's versions and imports, and the cache of compiled code.
///
/// It parses names and counts, but compiles and runs nothing, so it is what a host needs whose components live in other processes.
pub struct Intake {
    pub(crate) size: SizeLimits,
    memory: u64,
    cache: Option<Cache>,
}

impl Intake {
    /// An intake for components of that size, which may hold so many bytes of `memory` at the start. `origin` says who compiles what the
    /// cache keeps.
    ///
    /// A cache that cannot be used is reported in the log and left out: it costs time, never a result.
    #[must_use]
    pub fn new(
        size: SizeLimits,
        memory: u64,
        cache: Option<&CacheConfig>,
        engine: EngineFingerprint,
        origin: Origin,
    ) -> Self {
        let cache = cache.and_then(|config| match Cache::open(config, engine, origin) {
            Ok(cache) => Some(cache),
            Err(error) => {
                tracing::warn!("compiling without a cache: {error}");
                None
            }
        });
        Self { size, memory, cache }
    }

    /// Checks a component without compiling it; the answer is what it is known by.
    ///
    /// # Errors
    /// Every [`LoadError`] that needs no compiler.
    pub fn check(&self, bytes: &[u8], policy: WasiPolicy) -> Result<ComponentHash, LoadError> {
        let found = Prescan::scan(bytes, &self.size, self.memory)?;
        check_contract(&found, policy)?;
        Ok(ComponentHash::of(bytes))
    }

    /// The compiled code of a component, if it is kept and vouched for.
    #[must_use]
    pub fn cached(&self, component: ComponentHash) -> Option<Code> {
        let code = self.cache.as_ref()?.get(component)?;
        tracing::debug!("component {component}: compiled code from the cache");
        Some(code)
    }

    /// Keeps the compiled code of a component.
    pub fn keep(&self, component: ComponentHash, code: &Code) {
        if let Some(cache) = &self.cache {
            cache.put(component, code);
        }
    }
}

impl std::fmt::Debug for Intake {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Intake").field("size", &self.size).finish_non_exhaustive()
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
