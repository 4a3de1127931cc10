//! `seedbed.toml`, the environment and the flags, merged into one typed [`Config`].
//!
//! A flag beats the environment, which beats the file, which beats the default. A file that is not there means the defaults, unless it
//! was named; a file that is wrong is an error with every problem in it, never a silent default.

mod keys;
mod rules;
mod sections;
mod words;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use seedbed_outcome::GuestText;
use seedbed_settings::file::{self, FileError};
use seedbed_settings::{ByteSize, Layers, Merged, Notice, Problems, Settings};

pub use keys::CATALOGUE;
pub use sections::{Backtest, Cache, Evolution, ExitMutation, Limits, Logging, Metrics, Sandbox, Size, Storage};
pub use words::{Backend, Entry, Fill, Isolation, LogFormat, Sides, Wasi};

/// The file that is read when none is named.
pub const FILE: &str = "seedbed.toml";
/// The beginning of every environment variable.
pub const PREFIX: &str = "SEEDBED";
/// The variable that names the file, as `--config` does.
pub const FILE_VARIABLE: &str = "SEEDBED_CONFIG";
/// The largest file that is read.
pub const MOST: ByteSize = ByteSize::mebibytes(1);

/// Where a configuration comes from.
#[derive(Debug, Clone, Default)]
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

/// A flag that sets a key.
#[derive(Debug, Clone, PartialEq, Eq)]
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
    /// Where runs are kept.
    pub storage: Storage,
    /// How generations follow each other.
    pub evolution: Evolution,
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
    #[error(transparent)]
    Problems(#[from] Problems),
}

impl Config {
    /// Reads and merges every layer.
    ///
    /// # Errors
    /// [`ConfigError`]: a file that cannot be read, or every problem of every layer at once.
    pub fn load(sources: Sources) -> Result<Self, ConfigError> {
        let (of_file, environment): (Vec<_>, Vec<_>) =
            sources.environment.into_iter().partition(|(name, _)| name == FILE_VARIABLE);
        let variable =
            of_file.into_iter().map(|(_, path)| PathBuf::from(path)).find(|path| !path.as_os_str().is_empty());

        let mut layers = Layers::new(CATALOGUE);
        if let Some((path, text)) = document(&sources.folder, sources.named.or(variable))? {
            layers.file(&path, &text);
        }
        layers.environment(PREFIX, environment);
        for Flag { flag, key, text } in &sources.flags {
            layers.flag(flag, key, text);
        }
        Ok(Self::read(layers.merge())?)
    }

    fn read(mut merged: Merged) -> Result<Self, Problems> {
        let size = rules::size(&mut merged);
        let tier_weights = rules::tier_weights(&mut merged);
        rules::log_level(&mut merged);
        let (settings, notices) = merged.finish()?;
        Ok(Self {
            limits: Limits::read(&settings)?,
            backtest: Backtest::read(&settings, size)?,
            exit_mutation: ExitMutation::read(&settings, tier_weights)?,
            logging: Logging::read(&settings)?,
            metrics: Metrics::read(&settings)?,
            sandbox: Sandbox::read(&settings)?,
            storage: Storage::read(&settings)?,
            evolution: Evolution::read(&settings)?,
            settings,
            notices,
        })
    }
}

/// The file's path and text; `None` when none was named and none is there.
fn document(folder: &Path, named: Option<PathBuf>) -> Result<Option<(PathBuf, String)>, ConfigError> {
    let must_exist = named.is_some();
    let path = named.unwrap_or_else(|| folder.join(FILE));
    // A symlink that leads nowhere is a broken file, not an absent one.
    if !must_exist && std::fs::symlink_metadata(&path).is_err_and(|error| error.kind() == std::io::ErrorKind::NotFound)
    {
        return Ok(None);
    }
    let shown = || GuestText::new(&path.to_string_lossy());
    let bytes = match file::read(&path, MOST) {
        Ok(bytes) => bytes,
        Err(FileError::Empty) => Vec::new(),
        Err(error) if error.is_missing() => return Err(ConfigError::Missing { path: shown() }),
        Err(source) => return Err(ConfigError::File { path: shown(), source }),
    };
    let text = String::from_utf8(bytes).map_err(|_| ConfigError::NotUtf8 { path: shown() })?;
    Ok(Some((path, text)))
}

#[cfg(test)]
mod tests;
