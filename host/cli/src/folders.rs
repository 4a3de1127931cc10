use std::path::PathBuf;

use seedbed_worker::CacheConfig;

/// Where compiled code and its key live when the configuration does not say: the XDG cache folder, and the XDG state folder for the key,
/// so that whoever may share the one does not get the other. `None` without a home folder.
pub(crate) fn compiled_cache() -> Option<CacheConfig> {
    let folder = xdg("XDG_CACHE_HOME", ".cache")?.join("seedbed/compiled");
    let key = xdg("XDG_STATE_HOME", ".local/state")?.join("seedbed/cache.key");
    Some(CacheConfig { folder, key })
}

/// By the XDG base directory specification: a relative path in the variable is ignored.
fn xdg(variable: &str, below_home: &str) -> Option<PathBuf> {
    let set = std::env::var_os(variable).map(PathBuf::from).filter(|path| path.is_absolute());
    set.or_else(|| std::env::home_dir().filter(|home| home.is_absolute()).map(|home| home.join(below_home)))
}
