use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use seedbed_settings::file::Stamp;

use super::{Config, ConfigError, PREFIX, Sources};

/// The configuration for a program that asks often and runs for long: read again only when its file has changed.
///
/// The environment and the flags are those of the beginning. An answer from memory costs one `stat` of the file.
#[derive(Debug)]
pub struct ConfigCache {
    sources: Sources,
    path: PathBuf,
    held: Mutex<Option<Held>>,
}

#[derive(Debug)]
struct Held {
    /// `None` where no file was.
    stamp: Option<Stamp>,
    config: Arc<Config>,
}

impl ConfigCache {
    /// Reads nothing yet.
    #[must_use]
    pub fn new(mut sources: Sources) -> Self {
        sources.environment.retain(|(name, _)| name.as_encoded_bytes().starts_with(PREFIX.as_bytes()));
        let (path, _) = sources.file();
        Self { sources, path, held: Mutex::new(None) }
    }

    /// The configuration as the file now has it.
    ///
    /// # Errors
    /// [`ConfigError`] as [`Config::load`] gives it, each time until the file is mended: a broken file is neither the defaults nor what it
    /// was before.
    pub fn get(&self) -> Result<Arc<Config>, ConfigError> {
        let stamp = Stamp::of(&self.path);
        // What a thread that panicked left behind is whole: it is replaced in one step.
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(held) = held.as_ref().filter(|held| held.stamp == stamp) {
            return Ok(Arc::clone(&held.config));
        }
        *held = None;
        let config = Arc::new(Config::load(self.sources.clone())?);
        if stamp.as_ref().is_none_or(Stamp::is_settled) {
            *held = Some(Held { stamp, config: Arc::clone(&config) });
        }
        Ok(config)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::sync::Arc;
    use std::thread::sleep;
    use std::time::Duration;

    use super::super::FILE;
    use super::{ConfigCache, Sources};

    fn cache(folder: &tempfile::TempDir) -> ConfigCache {
        ConfigCache::new(Sources { folder: folder.path().to_owned(), ..Sources::default() })
    }

    /// A server that went on with the old limits after its operator tightened them would be worse than one without a cache.
    #[test]
    fn a_change_shows_at_once_however_soon_it_follows() {
        let folder = tempfile::tempdir().expect("a folder");
        let (file, cache) = (folder.path().join(FILE), cache(&folder));
        let fuel = || cache.get().map(|config| config.limits.fuel_base).map_err(|error| error.to_string());
        assert_eq!(fuel(), Ok(5_000_000), "nothing there");
        for number in (100..400_u64).chain(100..200) {
            fs::write(&file, format!("limits.fuel_base = {number}\n")).expect("written");
            assert_eq!(fuel(), Ok(number));
        }
        fs::write(&file, "limits.fuel_base = 0\n").expect("written");
        assert!(fuel().is_err() && fuel().is_err(), "broken once, broken until it is mended");
        fs::remove_file(&file).expect("removed");
        assert_eq!(fuel(), Ok(5_000_000), "gone again");
    }

    #[test]
    fn an_unchanged_file_is_read_once() {
        let folder = tempfile::tempdir().expect("a folder");
        let (file, cache) = (folder.path().join(FILE), cache(&folder));
        let again = || Arc::ptr_eq(&cache.get().expect("is right"), &cache.get().expect("is right"));
        assert!(again(), "the defaults");
        fs::write(&file, "limits.fuel_base = 7\n").expect("written");
        assert!(!again(), "so new that another change might not show");
        sleep(Duration::from_millis(3_100));
        assert!(again());
    }
}
