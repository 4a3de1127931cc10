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
    let of_one = || is_private(metadata.gid(), metadata.uid(), &fs::read_to_string("/etc/group").unwrap_or_default());
    let who = match (mode & 0o020 != 0, mode & 0o002 != 0) {
        (_, true) => "everybody",
        (true, false) if !of_one() => "its group",
        _ => return None,
    };
    Some(format!("{who} may write {what} (mode {mode:04o})"))
}

/// Whether a group is its owner's alone, as many systems make one for each user: it has the user's number, and nobody else is in it.
/// There, files are writable by their group by default.
fn is_private(group: u32, owner: u32, groups: &str) -> bool {
    let entry = |line: &'_ str| -> Option<bool> {
        let mut fields = line.split(':');
        let (name, number) = (fields.next()?, fields.nth(1)?);
        let members = fields.next()?;
        let alone = members.split(',').all(|member| member.is_empty() || member == name);
        (number.parse() == Ok(group)).then_some(alone)
    };
    group == owner && owner != 0 && groups.lines().find_map(entry) == Some(true)
}

/// Owned by somebody who is neither the one who runs us nor the administrator.
fn foreign(metadata: &Metadata, what: &str) -> Option<String> {
    let (owner, we) = (metadata.uid(), rustix::process::geteuid().as_raw());
    (owner != we && owner != 0).then(|| format!("user {owner} owns {what}, not you ({we})"))
}

#[cfg(test)]
mod tests {
    use super::is_private;

    /// Whoever shares a group with others would let them exchange plugins; whoever has one of his own would be refused his own.
    #[test]
    fn only_a_group_of_one_is_private() {
        let groups = "root:x:0:\nusers:x:100:\nalice:x:1000:\nbob:x:1001:bob\ncarol:x:1002:carol,mallory\nbroken\n";
        assert!(is_private(1000, 1000, groups) && is_private(1001, 1001, groups));
        for (group, owner) in [(0, 0), (100, 1000), (1002, 1002), (1003, 1003), (1000, 1001)] {
            assert!(!is_private(group, owner, groups), "{group} {owner}");
        }
    }
}
