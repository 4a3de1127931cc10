use std::ffi::OsString;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::{fs, io};

/// When a log begins a new file, and how many are kept: `FILE` is the newest, `FILE.1` the one before it, and so on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rotation {
    /// The most bytes of one file. One that is full is left behind before the write that would exceed it, so no line is ever split.
    pub bytes: u64,
    /// The most files, the newest included; older ones are deleted.
    pub files: NonZeroU32,
}

impl Default for Rotation {
    /// Five files of 64 MiB.
    fn default() -> Self {
        Self { bytes: 64 << 20, files: NonZeroU32::MIN.saturating_add(4) }
    }
}

impl Rotation {
    /// One file that grows without end.
    #[must_use]
    pub fn never() -> Self {
        Self { bytes: u64::MAX, files: NonZeroU32::MIN }
    }

    /// The name of the file that is `age` files older than the newest.
    #[must_use]
    pub fn name(path: &Path, age: u32) -> PathBuf {
        if age == 0 {
            return path.to_owned();
        }
        let mut name = OsString::from(path);
        name.push(format!(".{age}"));
        name.into()
    }

    /// Every file of a log that is there, the oldest first, `path` last.
    #[must_use]
    pub fn files_of(path: &Path) -> Vec<PathBuf> {
        let older = (1..).map(|age| Self::name(path, age)).take_while(|name| name.exists());
        let mut files: Vec<_> = older.collect();
        files.reverse();
        files.push(path.to_owned());
        files
    }

    /// Moves every file to the next older name; the oldest goes. `path` is free afterwards.
    pub(super) fn shift(self, path: &Path) -> io::Result<()> {
        let oldest = self.files.get() - 1;
        if oldest == 0 {
            return absent_is_fine(fs::remove_file(path));
        }
        for age in (0..oldest).rev() {
            absent_is_fine(fs::rename(Self::name(path, age), Self::name(path, age + 1)))?;
        }
        Ok(())
    }
}

fn absent_is_fine(done: io::Result<()>) -> io::Result<()> {
    match done {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        done => done,
    }
}
