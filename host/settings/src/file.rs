//! Reading files that somebody else may have put there: regular files only, never more than asked for, never blocking.

use std::ffi::OsStr;
use std::fs::{File, OpenOptions};
use std::io::{self, Read as _};
use std::os::fd::OwnedFd;
use std::os::unix::fs::{FileTypeExt as _, OpenOptionsExt as _};
use std::path::{Component, Path};
use std::time::SystemTime;

use rustix::fs::{AtFlags, FileType, Mode, OFlags};

use crate::ByteSize;

/// Why a file was not read.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// A directory, FIFO, socket or device.
    #[error("{0}, not a regular file")]
    NotRegular(&'static str),
    /// Holds nothing.
    #[error("empty file")]
    Empty,
    /// Larger than the reader takes.
    #[error("{size} bytes, at most {allowed} allowed")]
    TooLarge {
        /// Bytes found, at least.
        size: u64,
        /// The limit.
        allowed: ByteSize,
    },
    /// Leaves its folder, by `..`, as an absolute path or through a symlink.
    #[error("leaves its folder: a relative path without \"..\" and without symlinks is needed")]
    Outside,
    /// The system refused.
    #[error(transparent)]
    Io(#[from] io::Error),
}

impl FileError {
    /// Whether nothing is there.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        matches!(self, Self::Io(error) if error.kind() == io::ErrorKind::NotFound)
    }
}

/// What tells one state of a file from another without reading it, following symlinks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    device: u64,
    inode: u64,
    bytes: i64,
    /// Seconds and nanoseconds since 1970.
    modified: (i64, u64),
    changed: (i64, u64),
}

impl Stamp {
    /// `None` where nothing is, or nothing that can be looked at: reading it says which.
    #[must_use]
    pub fn of(path: &Path) -> Option<Self> {
        // One system call less dear than the standard library's, which asks for more: 0.2 us of 1.
        let found = rustix::fs::stat(path).ok()?;
        Some(Self {
            device: found.st_dev,
            inode: found.st_ino,
            bytes: found.st_size,
            modified: (found.st_mtime, found.st_mtime_nsec),
            changed: (found.st_ctime, found.st_ctime_nsec),
        })
    }

    /// Whether the last change is older than the grain of file times, a tick of the kernel or a second of a network file system. A change
    /// within the grain of another might leave the stamp as it is.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        const GRAIN: u64 = 2;
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
        u64::try_from(self.changed.0).is_ok_and(|changed| now > changed.saturating_add(GRAIN))
    }
}

/// Reads a regular file, following symlinks.
///
/// # Errors
/// Everything but a regular file of 1 byte up to `most`.
pub fn read(path: &Path, most: ByteSize) -> Result<Vec<u8>, FileError> {
    read_open(open(path, most)?, most)
}

/// What [`read`] would say, without reading.
///
/// # Errors
/// Everything but a regular file of 1 byte up to `most`.
pub fn check(path: &Path, most: ByteSize) -> Result<(), FileError> {
    open(path, most).map(drop)
}

/// Reads a regular file below `folder`, following no symlink below it: each step is opened from the one before, so that nothing
/// can be exchanged on the way.
///
/// # Errors
/// Everything but a regular file of 1 byte up to `most` inside `folder`.
pub fn read_within(folder: &Path, relative: &Path, most: ByteSize) -> Result<Vec<u8>, FileError> {
    read_open(open_within(folder, relative, most)?, most)
}

/// What [`read_within`] would say, without reading.
///
/// # Errors
/// Everything but a regular file of 1 byte up to `most` inside `folder`.
pub fn check_within(folder: &Path, relative: &Path, most: ByteSize) -> Result<(), FileError> {
    open_within(folder, relative, most).map(drop)
}

fn open(path: &Path, most: ByteSize) -> Result<File, FileError> {
    // Asked before opening, because opening alone has effects on some devices.
    let kind = std::fs::metadata(path)?.file_type();
    if !kind.is_file() {
        return Err(FileError::NotRegular(describe(kind)));
    }
    let flags = i32::try_from(UNBLOCKED.bits()).map_err(io::Error::other)?;
    acceptable(OpenOptions::new().read(true).custom_flags(flags).open(path)?, most)
}

fn open_within(folder: &Path, relative: &Path, most: ByteSize) -> Result<File, FileError> {
    let steps: Option<Vec<&OsStr>> = relative
        .components()
        .filter(|step| *step != Component::CurDir)
        .map(|step| if let Component::Normal(name) = step { Some(name) } else { None })
        .collect();
    let steps = steps.ok_or(FileError::Outside)?;
    let (name, folders) = steps.split_last().ok_or(FileError::Outside)?;

    let directory = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let mut at = rustix::fs::open(folder, directory, Mode::empty()).map_err(io::Error::from)?;
    for folder in folders {
        refuse_special(&at, folder)?;
        at = rustix::fs::openat(&at, *folder, directory | OFlags::NOFOLLOW, Mode::empty()).map_err(io::Error::from)?;
    }
    refuse_special(&at, name)?;
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | UNBLOCKED;
    let file = rustix::fs::openat(&at, *name, flags, Mode::empty()).map_err(io::Error::from)?;
    acceptable(File::from(file), most)
}

/// Opening a FIFO without a writer would wait for one; a regular file is read the same with these flags.
const UNBLOCKED: OFlags = OFlags::NONBLOCK.union(OFlags::NOCTTY).union(OFlags::CLOEXEC);

/// Refuses what is neither a directory nor a regular file before it is opened; a symlink that takes its place afterwards is refused by
/// `O_NOFOLLOW`, anything else by [`acceptable`].
fn refuse_special(folder: &OwnedFd, name: &OsStr) -> Result<(), FileError> {
    let stat = rustix::fs::statat(folder, name, AtFlags::SYMLINK_NOFOLLOW).map_err(io::Error::from)?;
    match FileType::from_raw_mode(stat.st_mode) {
        FileType::RegularFile | FileType::Directory => Ok(()),
        FileType::Symlink => Err(FileError::Outside),
        FileType::Fifo => Err(FileError::NotRegular("a FIFO")),
        FileType::Socket => Err(FileError::NotRegular("a socket")),
        _ => Err(FileError::NotRegular("a device")),
    }
}

/// Asks the opened file itself, whatever its path names by now.
fn acceptable(file: File, most: ByteSize) -> Result<File, FileError> {
    let metadata = file.metadata()?;
    match metadata.len() {
        _ if !metadata.is_file() => Err(FileError::NotRegular(describe(metadata.file_type()))),
        0 => Err(FileError::Empty),
        size if size > most.as_bytes() => Err(FileError::TooLarge { size, allowed: most }),
        _ => Ok(file),
    }
}

fn read_open(file: File, most: ByteSize) -> Result<Vec<u8>, FileError> {
    // One byte more than there is, so that the end is met without growing.
    let expected = file.metadata()?.len().min(most.as_bytes());
    let mut bytes = Vec::with_capacity(usize::try_from(expected).unwrap_or(0).saturating_add(1));
    file.take(most.as_bytes().saturating_add(1)).read_to_end(&mut bytes)?;
    match u64::try_from(bytes.len()).unwrap_or(u64::MAX) {
        // It changed after its size was asked.
        0 => Err(FileError::Empty),
        size if size > most.as_bytes() => Err(FileError::TooLarge { size, allowed: most }),
        _ => Ok(bytes),
    }
}

fn describe(kind: std::fs::FileType) -> &'static str {
    if kind.is_dir() {
        "a directory"
    } else if kind.is_fifo() {
        "a FIFO"
    } else if kind.is_socket() {
        "a socket"
    } else {
        "a device"
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;
    use std::os::unix::net::UnixListener;
    use std::process::Command;

    use super::{FileError, check, read, read_within};
    use crate::ByteSize;

    const MOST: ByteSize = ByteSize::bytes(8);

    #[test]
    fn only_regular_files_within_the_limit_are_read() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name);
        fs::write(at("eight"), "12345678").expect("written");
        fs::write(at("nine"), "123456789").expect("written");
        fs::write(at("empty"), "").expect("written");
        fs::create_dir(at("folder")).expect("made");
        symlink("eight", at("link")).expect("linked");
        symlink("loop", at("loop")).expect("linked");
        assert!(Command::new("mkfifo").arg(at("fifo")).status().expect("mkfifo runs").success());
        let _socket = UnixListener::bind(at("socket")).expect("bound");

        let plain = |name: &str| read(&at(name), MOST).map_err(|error| error.to_string());
        let within = |name: &str| read_within(folder.path(), name.as_ref(), MOST).map_err(|error| error.to_string());
        assert_eq!(plain("eight"), Ok(b"12345678".to_vec()));
        assert_eq!(plain("link"), Ok(b"12345678".to_vec()));
        assert_eq!(within("eight"), Ok(b"12345678".to_vec()));
        assert_eq!(within("./eight"), Ok(b"12345678".to_vec()));
        let outside = "leaves its folder: a relative path without \"..\" and without symlinks is needed";
        assert_eq!(within("link"), Err(outside.into()));
        assert_eq!(within("loop"), Err(outside.into()));
        for (name, text) in [
            ("nine", "9 bytes, at most 8B allowed"),
            ("empty", "empty file"),
            ("folder", "a directory, not a regular file"),
            ("fifo", "a FIFO, not a regular file"),
            ("socket", "a socket, not a regular file"),
            ("absent", "No such file or directory (os error 2)"),
        ] {
            assert_eq!(plain(name), Err(text.into()), "{name}");
            assert_eq!(within(name), Err(text.into()), "{name}");
            assert_eq!(check(&at(name), MOST).map_err(|error| error.to_string()), Err(text.into()), "{name}");
        }
        assert_eq!(plain("/dev/null"), Err("a device, not a regular file".into()));
        assert!(read(&at("loop"), MOST).is_err());
        assert!(read(&at("absent"), MOST).is_err_and(|error| error.is_missing()));
    }

    /// A manifest must not make the host read a file that its folder does not hold.
    #[test]
    fn no_path_leaves_its_folder() {
        let folder = tempfile::tempdir().expect("a folder");
        let inside = folder.path().join("plugin");
        fs::create_dir_all(inside.join("real")).expect("made");
        fs::write(folder.path().join("secret"), "secret").expect("written");
        fs::write(inside.join("real/file"), "inside").expect("written");
        symlink("..", inside.join("up")).expect("linked");
        symlink("real", inside.join("alias")).expect("linked");

        let outside = |path: &str| matches!(read_within(&inside, path.as_ref(), MOST), Err(FileError::Outside));
        assert_eq!(read_within(&inside, "real/file".as_ref(), MOST).expect("inside"), b"inside");
        for path in ["../secret", "real/../../secret", "up/secret", "alias/file", "/etc/hostname", "", ".", ".."] {
            assert!(outside(path), "{path:?}");
        }
    }
}
