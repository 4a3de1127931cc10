//! Who may write the files that decisions rest on.

use std::fs::{self, Metadata};
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use seedbed_outcome::GuestText;

/// What a file is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileRole {
    /// The policy.
    Policy,
    /// `seedbed.lock`.
    Lock,
    /// `seedbed.toml`.
    Configuration,
    /// A folder of plugins or of one plugin.
    PluginFolder,
    /// `plugin.toml`.
    Manifest,
    /// A component.
    Component,
}

/// A file or folder whose mode is looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watched {
    /// Where.
    pub path: PathBuf,
    /// What for.
    pub role: FileRole,
}

impl Watched {
    /// A file for a role; nothing is looked up yet.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>, role: FileRole) -> Self {
        Self { path: path.into(), role }
    }

    /// Ways in which somebody else may change the file, in words: by its own mode or owner, or by exchanging it in its folder. Access
    /// lists beyond the mode are not looked at.
    pub(crate) fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        match fs::metadata(&self.path) {
            Err(error) => faults.push(unreadable(&error)),
            Ok(metadata) => {
                faults.extend(writable(&metadata, "it"));
                faults.extend(foreign(&metadata, "it"));
            }
        }
        let folder = self.path.parent().map(|folder| if folder == Path::new("") { Path::new(".") } else { folder });
        if let Some(metadata) = folder.and_then(|folder| fs::metadata(folder).ok()) {
            const STICKY: u32 = 0o1000;
            // In a sticky folder, such as /tmp, only the owner of a file exchanges it.
            if metadata.mode() & STICKY == 0 {
                faults.extend(writable(&metadata, "the folder that it is in"));
            }
        }
        faults
    }

    /// What would be better still.
    pub(crate) fn advice(&self) -> Option<String> {
        if !matches!(self.role, FileRole::Configuration | FileRole::Policy) {
            return None;
        }
        let mode = fs::metadata(&self.path).ok()?.mode() & 0o7777;
        (mode & 0o222 != 0).then(|| format!("mode {mode:04o}; 0444 keeps it from being changed by mistake"))
    }
}

fn unreadable(error: &io::Error) -> String {
    format!("cannot be looked at: {}", GuestText::new(&error.to_string()))
}

fn writable(metadata: &Metadata, what: &str) -> Option<String> {
    let mode = metadata.mode() & 0o7777;
    let who = match (mode & 0o020 != 0, mode & 0o002 != 0) {
        (_, true) => "everybody",
        (true, false) => "its group",
        (false, false) => return None,
    };
    Some(format!("{who} may write {what} (mode {mode:04o})"))
}

/// Owned by somebody who is neither the one who runs us nor the administrator.
fn foreign(metadata: &Metadata, what: &str) -> Option<String> {
    let (owner, we) = (metadata.uid(), rustix::process::geteuid().as_raw());
    (owner != we && owner != 0).then(|| format!("user {owner} owns {what}, not you ({we})"))
}
