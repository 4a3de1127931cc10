//! Plugin directories: what is in them, what their manifests say, and reading their components safely.
//!
//! Nothing here knows WebAssembly. Whatever a directory holds, a scan ends, never blocks, and gives every candidate either a
//! [`PluginSource`] or a [`PluginError`]: one bad plugin never hides the others.

mod discover;
mod error;
mod keys;
mod manifest;
mod source;

pub use discover::{FileLimits, Found, discover};
pub use error::{DiscoverError, ManifestError, PluginError};
pub use manifest::{ExitNarrowing, LimitRequest, Manifest, WasiRequest};
pub use source::PluginSource;
