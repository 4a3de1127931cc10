use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use seedbed_outcome::GuestText;

use super::{Block, Rotation};

/// Appends blocks to a log file, in memory until ten records are there.
///
/// Every write is one call with whole lines. A process that is killed loses at most the records in memory, and leaves at most the last line cut
/// off; the next writer begins on a new line. Nothing is synchronised with the disk, so a machine that loses power may lose more.
///
/// Call [`Writer::flush`] after a record that somebody should see at once, and [`Writer::finish`] at the end.
#[derive(Debug)]
pub struct Writer {
    path: PathBuf,
    rotation: Rotation,
    sink: Sink,
    held: Block,
}

/// Why records could not be written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The file cannot be opened.
    #[error("cannot write the mutation log {path}: {cause}; name a file in a folder that exists and may be written to")]
    Open {
        /// The file.
        path: GuestText,
        /// What the system said.
        cause: io::Error,
    },
    /// Another process writes to it.
    #[error("cannot write the mutation log {path}: another process is writing to it; give each run a log of its own")]
    Busy {
        /// The file.
        path: GuestText,
    },
    /// A write failed, and the records in memory are not in the file.
    #[error(
        "cannot go on with the mutation log {path}, {records} records are not in it: {cause}; free space or name another file"
    )]
    Write {
        /// The file.
        path: GuestText,
        /// How many records are still in memory.
        records: usize,
        /// What the system said.
        cause: io::Error,
    },
}

impl Writer {
    /// Records that are held back at most: a write follows as soon as so many are there.
    pub const HELD: usize = 10;

    /// Opens a log to append to, or begins it.
    ///
    /// # Errors
    /// [`WriteError`] where the file cannot be written, or another process does so.
    pub fn open(path: &Path, rotation: Rotation) -> Result<Self, WriteError> {
        Ok(Self { path: path.to_owned(), rotation, sink: Sink::open(path)?, held: Block::new() })
    }

    /// Takes a block, and writes once [`Writer::HELD`] records are there.
    ///
    /// # Errors
    /// [`WriteError::Write`]. The records stay in memory for another try; a block that comes while there are [`Writer::HELD`] is not taken unless
    /// they can be written first, so that memory stays bounded.
    pub fn write(&mut self, block: &Block) -> Result<(), WriteError> {
        self.flush_full()?;
        self.held.append(block);
        self.flush_full()
    }

    fn flush_full(&mut self) -> Result<(), WriteError> {
        if self.held.records() >= Self::HELD { self.flush() } else { Ok(()) }
    }

    /// Writes what is in memory.
    ///
    /// # Errors
    /// [`WriteError::Write`]; the records stay in memory for another try.
    pub fn flush(&mut self) -> Result<(), WriteError> {
        if self.held.is_empty() {
            return Ok(());
        }
        let written = self.rotate_if_full().and_then(|()| self.sink.write(self.held.bytes()));
        written.map_err(|cause| WriteError::Write { path: shown(&self.path), records: self.held.records(), cause })?;
        self.held.clear();
        Ok(())
    }

    fn rotate_if_full(&mut self) -> io::Result<()> {
        let next = self.sink.length.saturating_add(self.held.bytes().len() as u64);
        if !self.sink.is_file || self.sink.length == 0 || next <= self.rotation.bytes {
            return Ok(());
        }
        self.rotation.shift(&self.path)?;
        self.sink = Sink::open(&self.path).map_err(io::Error::other)?;
        Ok(())
    }

    /// Writes what is in memory and closes the file.
    ///
    /// # Errors
    /// [`WriteError::Write`]; the records are lost then.
    pub fn finish(mut self) -> Result<(), WriteError> {
        let flushed = self.flush();
        self.held.clear();
        flushed
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        if let Err(error) = self.flush() {
            tracing::error!(%error, "mutation log");
        }
    }
}

/// An open log file.
#[derive(Debug)]
struct Sink {
    file: File,
    /// Whether it is a regular file; a pipe or a terminal has no length and no older siblings.
    is_file: bool,
    /// Bytes of whole lines.
    length: u64,
    /// Whether the file may end in a part of a line.
    torn: bool,
}

impl Sink {
    fn open(path: &Path) -> Result<Self, WriteError> {
        let opened = OpenOptions::new().append(true).create(true).open(path).and_then(|file| {
            let metadata = file.metadata()?;
            Ok((file, metadata))
        });
        let failed = |cause| WriteError::Open { path: shown(path), cause };
        let (file, metadata) = opened.map_err(failed)?;
        if !metadata.is_file() {
            return Ok(Self { file, is_file: false, length: 0, torn: false });
        }
        // A file system without locks only cannot tell.
        if let Err(TryLockError::WouldBlock) = file.try_lock() {
            return Err(WriteError::Busy { path: shown(path) });
        }
        let torn = ends_torn(path, metadata.len()).map_err(failed)?;
        Ok(Self { file, is_file: true, length: metadata.len(), torn })
    }

    /// One call, whatever it takes: what a full disk cut off is taken back, or else ended before the next line.
    fn write(&mut self, lines: &[u8]) -> io::Result<()> {
        if self.torn {
            self.file.write_all(b"\n")?;
            self.length += 1;
            self.torn = false;
        }
        if let Err(error) = self.file.write_all(lines) {
            self.torn = self.is_file && self.file.set_len(self.length).is_err();
            return Err(error);
        }
        self.length += lines.len() as u64;
        Ok(())
    }
}

/// Whether the last byte is not the end of a line. A file that may be written but not read is taken to be whole.
fn ends_torn(path: &Path, length: u64) -> io::Result<bool> {
    if length == 0 {
        return Ok(false);
    }
    let mut file = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => return Ok(false),
        opened => opened?,
    };
    file.seek(SeekFrom::End(-1))?;
    let mut last = [0];
    file.read_exact(&mut last)?;
    Ok(last != *b"\n")
}

fn shown(path: &Path) -> GuestText {
    GuestText::new(&path.to_string_lossy())
}
