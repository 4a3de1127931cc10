use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use seedbed_outcome::GuestText;
use seedbed_settings::ByteSize;

use crate::source::shown;
use crate::{DiscoverError, Manifest, PluginError, PluginSource};

/// What the operator allows files to cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileLimits {
    /// The largest component.
    pub component: ByteSize,
    /// The most entries of a plugin directory, plugins or not.
    pub entries: usize,
}

impl Default for FileLimits {
    fn default() -> Self {
        Self { component: ByteSize::mebibytes(32), entries: 10_000 }
    }
}

/// One candidate of a plugin directory.
#[derive(Debug)]
pub struct Found {
    /// The name of its file or folder, made safe to print.
    pub label: GuestText,
    /// The plugin, or why it is none.
    pub source: Result<PluginSource, PluginError>,
}

/// Finds the plugins that `path` names, in the order of their file names, whatever order the system lists them in.
///
/// - A directory with a `plugin.toml`, or that `plugin.toml` itself, is one plugin.
/// - In any other directory every folder with a `plugin.toml` is a candidate and every entry whose name ends in `.wasm` (or `.cwasm`,
///   to be refused). Everything else is passed over; folders are not searched deeper.
/// - Anything else is one bare component file.
///
/// Symlinks that the operator put there, to a bare file or to a plugin's folder, are followed; none is followed inside a
/// plugin's folder, whose content may be somebody else's. Of two plugins with one name the first in order keeps it and the later is
/// [`PluginError::DuplicateName`]. Components are looked at, not read: memory does not grow with the directory.
///
/// # Errors
/// [`DiscoverError`] when the path as a whole gives no candidate.
pub fn discover(path: &Path, limits: &FileLimits) -> Result<Vec<Found>, DiscoverError> {
    let metadata = fs::metadata(path).map_err(|source| match source.kind() {
        io::ErrorKind::NotFound => DiscoverError::Missing { path: shown(path) },
        _ => DiscoverError::Io { path: shown(path), source },
    })?;
    let mut found = if metadata.is_dir() && !holds_manifest(path).unwrap_or(false) {
        candidates(path, limits.entries)?.into_iter().filter_map(|path| entry(path, limits)).collect()
    } else if metadata.is_dir() {
        vec![Found { label: label(path), source: PluginSource::folder(path.to_owned(), limits.component) }]
    } else if path.file_name() == Some(OsStr::new(Manifest::FILE)) {
        let folder = path.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
        vec![Found { label: label(folder), source: PluginSource::folder(folder.to_owned(), limits.component) }]
    } else {
        vec![Found { label: label(path), source: file(path.to_owned(), limits) }]
    };
    if found.is_empty() {
        return Err(DiscoverError::Empty { path: shown(path) });
    }
    refuse_duplicates(&mut found);
    Ok(found)
}

/// The entries of a directory, sorted by the bytes of their names.
fn candidates(directory: &Path, most: usize) -> Result<Vec<PathBuf>, DiscoverError> {
    let io = |source| DiscoverError::Io { path: shown(directory), source };
    let listed: Result<Vec<_>, _> = fs::read_dir(directory)
        .map_err(io)?
        .take(most.saturating_add(1))
        .map(|entry| Ok(entry.map_err(io)?.path()))
        .collect();
    let mut paths = listed?;
    if paths.len() > most {
        return Err(DiscoverError::TooMany { path: shown(directory), most });
    }
    paths.sort();
    Ok(paths)
}

/// The candidate that an entry is, if it is one.
fn entry(path: PathBuf, limits: &FileLimits) -> Option<Found> {
    let named_component = path.extension().is_some_and(|ending| ending == "wasm" || ending == "cwasm");
    // A folder that cannot be looked into may be a plugin: its row says so.
    let is_plugin =
        fs::metadata(&path).is_ok_and(|metadata| metadata.is_dir()) && holds_manifest(&path).unwrap_or(true);
    let label = label(&path);
    if is_plugin {
        Some(Found { label, source: PluginSource::folder(path, limits.component) })
    } else if named_component {
        Some(Found { label, source: file(path, limits) })
    } else {
        None
    }
}

fn file(path: PathBuf, limits: &FileLimits) -> Result<PluginSource, PluginError> {
    if path.extension().is_some_and(|ending| ending == "cwasm") {
        return Err(PluginError::Compiled { path: shown(&path) });
    }
    PluginSource::bare(path, limits.component)
}

/// Whether anything of that name stands there, readable or not.
fn holds_manifest(folder: &Path) -> io::Result<bool> {
    match fs::symlink_metadata(folder.join(Manifest::FILE)) {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// The last name of a path; the whole path where it has none (`.`, `/`).
fn label(path: &Path) -> GuestText {
    GuestText::bounded(&path.file_name().unwrap_or(path.as_os_str()).to_string_lossy(), 255)
}

fn refuse_duplicates(found: &mut [Found]) {
    let mut taken: BTreeMap<GuestText, GuestText> = BTreeMap::new();
    for candidate in found {
        let Ok(source) = &candidate.source else { continue };
        let (name, path) = (source.name.clone(), shown(&source.path));
        match taken.get(&name) {
            Some(first) => candidate.source = Err(PluginError::DuplicateName { name, path, first: first.clone() }),
            None => drop(taken.insert(name, path)),
        }
    }
}

#[cfg(test)]
mod tests;
