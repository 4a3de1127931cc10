//! `seedbed.toml`, the environment and the flags, merged into one typed [`Config`].
//!
//! A flag beats the environment, which beats the file, which beats the default. A file that is not there means the defaults, unless it
//! was named; a file that is wrong is an error with every problem in it, never a silent default.

mod cache;
mod keys;
mod rules;
mod sections;
mod words;

use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};

use seedbed_outcome::GuestText;
use seedbed_settings::file::{self, FileError};
use seedbed_settings::{ByteSize, Layers, Merged, Notice, Problems, Settings, masked};

pub use cache::ConfigCache;
pub use keys::CATALOGUE;
pub use sections::{
    Backtest, Cache, Evolution, ExitMutation, Limits, Logging, Metrics, Review, Sandbox, Size, Storage,
};
pub use words::{Backend, Entry, Fill, Isolation, LogFormat, Sides, Wasi};

/// The file that is read when none is named.
pub const FILE: &str = "seedbed.toml";
/// The beginning of every environment variable.
pub const PREFIX: &str = "SEEDBED";
/// The variable that names the file, as `--config` does.
pub const FILE_VARIABLE: &str = "SEEDBED_CONFIG";
/// The largest file that is read.
pub const MOST: ByteSize = ByteSize::mebibytes(1);

/// Where a configuration comes from. Prints without the environment and the flags, which may hold secrets.
#[derive(Clone, Default)]
pub struct Sources {
    /// The folder in which [`FILE`] is looked for; an empty path is the current one.
    pub folder: PathBuf,
    /// The file that `--config` names; it must exist.
    pub named: Option<PathBuf>,
    /// The environment; what does not begin with [`PREFIX`] is passed over.
    pub environment: Vec<(OsString, OsString)>,
    /// The flags that were given.
    pub flags: Vec<Flag>,
}

impl Sources {
    /// The file that is read, and whether it must be there because it was named: `--config` goes before [`FILE_VARIABLE`], which goes before
    /// [`FILE`] in the folder.
    #[must_use]
    pub fn file(&self) -> (PathBuf, bool) {
        let of_file = self.environment.iter().find(|(name, text)| name == FILE_VARIABLE && !text.is_empty());
        let named = self.named.clone().or_else(|| of_file.map(|(_, path)| PathBuf::from(path)));
        named.map_or_else(|| (self.folder.join(FILE), false), |path| (path, true))
    }
}

impl fmt::Debug for Sources {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { folder, named, .. } = self;
        f.debug_struct("Sources").field("folder", folder).field("named", named).finish_non_exhaustive()
    }
}

/// A flag that sets a key.
#[derive(Clone, PartialEq, Eq)]
pub struct Flag {
    /// The flag as a person writes it: `--fees`.
    pub flag: &'static str,
    /// The dotted path of its key.
    pub key: &'static str,
    /// The value as given.
    pub text: String,
}

/// The effective configuration.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// What one call of a component may cost.
    pub limits: Limits,
    /// How convictions become trades.
    pub backtest: Backtest,
    /// How exits mutate.
    pub exit_mutation: ExitMutation,
    /// What is logged, and where.
    pub logging: Logging,
    /// Prometheus metrics.
    pub metrics: Metrics,
    /// How components run.
    pub sandbox: Sandbox,
    /// Which plugins may run.
    pub review: Review,
    /// Where runs are kept.
    pub storage: Storage,
    /// How generations follow each other.
    pub evolution: Evolution,
    /// The file that was read; `None` where none was named and none is there.
    pub file: Option<PathBuf>,
    /// Every value as set, with its origin; prints masked where it may be a secret.
    pub settings: Settings,
    /// What is worth a remark.
    pub notices: Vec<Notice>,
}

/// Why there is no configuration.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file that was named is not there.
    #[error("{path}: no such configuration file; name another, or none for the defaults")]
    Missing {
        /// The path as given.
        path: GuestText,
    },
    /// The file cannot be read.
    #[error("{path}: {source}")]
    File {
        /// The path as given.
        path: GuestText,
        /// Why.
        source: FileError,
    },
    /// The file is not UTF-8.
    #[error("{path}: not UTF-8")]
    NotUtf8 {
        /// The path as given.
        path: GuestText,
    },
    /// A value breaks a rule.
    #[error("{problems}")]
    Problems {
        /// Everything that is wrong.
        problems: Problems,
        /// What is worth a remark besides.
        notices: Vec<Notice>,
    },
}

impl Config {
    /// Reads and merges every layer.
    ///
    /// # Errors
    /// [`ConfigError`]: a file that cannot be read, or every problem of every layer at once.
    pub fn load(sources: Sources) -> Result<Self, ConfigError> {
        let (path, must_exist) = sources.file();
        let mut layers = Layers::new(CATALOGUE);
        let text = document(&path, must_exist)?;
        if let Some(text) = &text {
            layers.file(&path, text);
        }
        layers.environment(PREFIX, sources.environment.into_iter().filter(|(name, _)| name != FILE_VARIABLE));
        for Flag { flag, key, text } in &sources.flags {
            layers.flag(flag, key, text);
        }
        let mut merged = layers.merge();
        let size = rules::size(&mut merged);
        let tier_weights = rules::tier_weights(&mut merged);
        rules::log_level(&mut merged);

        let Merged { settings, problems, notices } = merged;
        if let Err(problems) = Problems::none_or_all(problems) {
            return Err(ConfigError::Problems { problems, notices });
        }
        let read = Self::read(settings, size, tier_weights);
        let config = read.map_err(|problems| ConfigError::Problems { problems, notices: Vec::new() })?;
        Ok(Self { file: text.map(|_| path), notices, ..config })
    }

    fn read(settings: Settings, size: Size, tier_weights: [f64; 3]) -> Result<Self, Problems> {
        Ok(Self {
            limits: Limits::read(&settings)?,
            backtest: Backtest::read(&settings, size)?,
            exit_mutation: ExitMutation::read(&settings, tier_weights)?,
            logging: Logging::read(&settings)?,
            metrics: Metrics::read(&settings)?,
            sandbox: Sandbox::read(&settings)?,
            review: Review::read(&settings)?,
            storage: Storage::read(&settings)?,
            evolution: Evolution::read(&settings)?,
            file: None,
            settings,
            notices: Vec::new(),
        })
    }
}

/// The file's text; `None` when it need not be there and is not.
fn document(path: &Path, must_exist: bool) -> Result<Option<String>, ConfigError> {
    let shown = || GuestText::new(&masked(&path.to_string_lossy()));
    let bytes = match file::read(path, MOST) {
        Ok(bytes) => bytes,
        Err(FileError::Empty) => Vec::new(),
        // A symlink that leads nowhere is a broken file, not an absent one.
        Err(error) if error.is_missing() && !must_exist && !path.is_symlink() => return Ok(None),
        Err(error) if error.is_missing() => return Err(ConfigError::Missing { path: shown() }),
        Err(source) => return Err(ConfigError::File { path: shown(), source }),
    };
    String::from_utf8(bytes).map(Some).map_err(|_| ConfigError::NotUtf8 { path: shown() })
}

#[cfg(test)]
mod tests;
