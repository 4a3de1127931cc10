use std::path::{Path, PathBuf};

use seedbed_outcome::GuestText;
use seedbed_settings::{ByteSize, file};

use crate::{Manifest, PluginError};

/// A plugin that can be read.
#[derive(Debug, Clone, PartialEq)]
pub struct PluginSource {
    /// The manifest's name, or the stem of a bare file's name. The component's own name is known only once it was described.
    pub name: GuestText,
    /// The component's path.
    pub path: PathBuf,
    /// What `plugin.toml` says; a bare file has none.
    pub manifest: Option<Manifest>,
    /// The plugin's folder; a bare file has none.
    folder: Option<PathBuf>,
    most: ByteSize,
}

impl PluginSource {
    pub(crate) fn bare(path: PathBuf, most: ByteSize) -> Result<Self, PluginError> {
        let shown = shown(&path);
        file::check(&path, most).map_err(|source| PluginError::Component { path: shown, source })?;
        let stem = path.file_stem().unwrap_or(path.as_os_str());
        let name = GuestText::bounded(&stem.to_string_lossy(), 48);
        Ok(Self { name, path, manifest: None, folder: None, most })
    }

    pub(crate) fn folder(folder: PathBuf, most: ByteSize) -> Result<Self, PluginError> {
        let manifest = Manifest::read(&folder)?;
        let path = folder.join(&manifest.component);
        file::check_within(&folder, &manifest.component, most).map_err(|source| match source.is_missing() {
            true => PluginError::NotBuilt { path: shown(&path), folder: shown(&folder) },
            false => PluginError::Component { path: shown(&path), source },
        })?;
        let name = GuestText::new(&manifest.name);
        Ok(Self { name, path, manifest: Some(manifest), folder: Some(folder), most })
    }

    /// The plugin's folder; `None` for a bare file.
    #[must_use]
    pub fn plugin_folder(&self) -> Option<&Path> {
        self.folder.as_deref()
    }

    /// Reads the component. Every rule of discovery holds again: the file may have changed since.
    ///
    /// # Errors
    /// [`PluginError::Component`] for everything but a regular file within the limit.
    pub fn read(&self) -> Result<Vec<u8>, PluginError> {
        let read = match (&self.folder, &self.manifest) {
            (Some(folder), Some(manifest)) => file::read_within(folder, &manifest.component, self.most),
            _ => file::read(&self.path, self.most),
        };
        read.map_err(|source| PluginError::Component { path: shown(&self.path), source })
    }
}

/// A path made safe to print.
pub(crate) fn shown(path: &Path) -> GuestText {
    GuestText::new(&path.to_string_lossy())
}
