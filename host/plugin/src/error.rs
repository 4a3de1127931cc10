use seedbed_outcome::GuestText;
use seedbed_settings::Problems;
use seedbed_settings::file::FileError;

use crate::Manifest;

/// Why a path gives no plugins at all.
#[derive(Debug, thiserror::Error)]
pub enum DiscoverError {
    /// Nothing is there.
    #[error("{path}: no such file or directory; name a directory of plugins or one component file")]
    Missing {
        /// The path as given.
        path: GuestText,
    },
    /// The directory holds no plugin.
    #[error(
        "{path}: no plugin found; a plugin is a folder with a plugin.toml or a file ending in .wasm (start one with `seedbed new NAME`)"
    )]
    Empty {
        /// The path as given.
        path: GuestText,
    },
    /// The directory holds more than is scanned. Scanning a part would depend on the order in which the system lists it.
    #[error("{path}: more than {most} entries; name a directory that holds only plugins")]
    TooMany {
        /// The path as given.
        path: GuestText,
        /// The most entries.
        most: usize,
    },
    /// The system refused.
    #[error("{path}: {source}")]
    Io {
        /// The path as given.
        path: GuestText,
        /// Its words.
        source: std::io::Error,
    },
}

/// Why one candidate is no plugin.
#[derive(Debug, thiserror::Error)]
pub enum PluginError {
    /// The manifest cannot be read or breaks a rule.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// The component cannot be read.
    #[error("{path}: {source}")]
    Component {
        /// The component's path.
        path: GuestText,
        /// Why.
        source: FileError,
    },
    /// The manifest names a component that is not there.
    #[error("{path}: no component there yet; build it with `seedbed build {folder}`")]
    NotBuilt {
        /// The component's path.
        path: GuestText,
        /// The plugin's folder.
        folder: GuestText,
    },
    /// Machine code: loading it would trust whoever compiled it.
    #[error("{path}: compiled code is never taken from a directory; give the component (.wasm) it was compiled from")]
    Compiled {
        /// The file's path.
        path: GuestText,
    },
    /// Another plugin has its name.
    #[error("{path}: the name \"{name}\" is taken by {first}; rename one of the two")]
    DuplicateName {
        /// The name of both.
        name: GuestText,
        /// This plugin's path.
        path: GuestText,
        /// The path of the one that keeps the name: the first in the order of paths.
        first: GuestText,
    },
}

/// Why a manifest is none.
#[derive(Debug, thiserror::Error)]
pub enum ManifestError {
    /// The file cannot be read.
    #[error("{path}: {source}")]
    File {
        /// The manifest's path.
        path: GuestText,
        /// Why.
        source: FileError,
    },
    /// The file is not UTF-8.
    #[error("{path}: not UTF-8")]
    NotUtf8 {
        /// The manifest's path.
        path: GuestText,
    },
    /// Written for another host.
    #[error(
        "{path}: manifest version {found}, but this host reads version {}; use a host that knows it",
        Manifest::VERSION
    )]
    Version {
        /// The manifest's path.
        path: GuestText,
        /// The version that it names.
        found: u64,
    },
    /// Breaks rules of the format.
    #[error(transparent)]
    Problems(#[from] Problems),
}
