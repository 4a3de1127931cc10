use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use seedbed_outcome::GuestText;
use serde::Deserialize;

use super::{Historic, Record, RecordError};

/// Reads a log line by line, in memory that does not grow with the file. Bad lines are told and passed over.
#[derive(Debug)]
pub struct Reader<R> {
    name: GuestText,
    from: R,
    line: Vec<u8>,
    number: u64,
    bad: u64,
}

/// What a line holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Entry<'a> {
    /// A record of today's format.
    Record(Box<Record<'a>>),
    /// One of the historic format.
    Historic(Historic),
}

/// A line that could not be read.
#[derive(Debug, thiserror::Error)]
#[error("{file}, line {line}: {why}")]
pub struct BadLine {
    /// The file.
    pub file: GuestText,
    /// The line, from 1.
    pub line: u64,
    /// What is wrong with it.
    pub why: String,
}

/// Why a log could not be read on.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// This line; the next one can be read.
    #[error(transparent)]
    Line(#[from] BadLine),
    /// The file; nothing more comes from it.
    #[error("cannot read the mutation log {file}: {cause}")]
    File {
        /// The file.
        file: GuestText,
        /// What the system said.
        cause: io::Error,
    },
}

impl Reader<BufReader<File>> {
    /// Opens a log.
    ///
    /// # Errors
    /// [`ReadError::File`].
    pub fn open(path: &Path) -> Result<Self, ReadError> {
        let name = GuestText::new(&path.to_string_lossy());
        match File::open(path) {
            Ok(file) => Ok(Self::new(name, BufReader::with_capacity(1 << 16, file))),
            Err(cause) => Err(ReadError::File { file: name, cause }),
        }
    }
}

impl<R: BufRead> Reader<R> {
    /// The longest line in bytes; a record is far shorter, whatever a plugin says in it.
    pub const LONGEST: u64 = 1 << 16;

    /// Reads from anywhere; `name` is what errors call it.
    pub fn new(name: GuestText, from: R) -> Self {
        Self { name, from, line: Vec::new(), number: 0, bad: 0 }
    }

    /// How many lines could not be read so far.
    pub fn bad_lines(&self) -> u64 {
        self.bad
    }

    /// The next entry, blank lines apart; `None` at the end.
    ///
    /// # Errors
    /// [`ReadError::Line`] for a line that is neither format's; the next call goes on after it. [`ReadError::File`] ends the file.
    pub fn next_entry(&mut self) -> Option<Result<Entry<'_>, ReadError>> {
        loop {
            match self.next_line() {
                Ok(false) => return None,
                Ok(true) if self.line.trim_ascii().is_empty() => {}
                Ok(true) => break,
                Err(cause) => return Some(Err(ReadError::File { file: self.name.clone(), cause })),
            }
        }
        let entry = if self.line.len() as u64 > Self::LONGEST {
            Err(format!("longer than {} bytes, which no record is", Self::LONGEST))
        } else {
            Entry::decode(&self.line).map_err(|error| error.to_string())
        };
        Some(entry.map_err(|why| {
            self.bad += 1;
            BadLine { file: self.name.clone(), line: self.number, why }.into()
        }))
    }

    /// Reads a line, at most one byte beyond the longest of it; `false` at the end.
    fn next_line(&mut self) -> io::Result<bool> {
        self.line.clear();
        let read = self.from.by_ref().take(Self::LONGEST + 1).read_until(b'\n', &mut self.line)?;
        self.number += 1;
        if self.line.len() as u64 > Self::LONGEST && !self.line.ends_with(b"\n") {
            self.from.skip_until(b'\n')?;
        }
        Ok(read > 0)
    }
}

impl<'a> Entry<'a> {
    fn decode(line: &'a [u8]) -> Result<Self, RecordError> {
        let error = match Record::decode(line) {
            Ok(record) => return Ok(Self::Record(Box::new(record))),
            Err(error) => error,
        };
        match serde_json::from_slice(line) {
            Ok(Versioned { v: Some(version) }) if version != super::VERSION => Err(RecordError::Version(version)),
            Ok(Versioned { v: None }) => Ok(Self::Historic(serde_json::from_slice(line)?)),
            _ => Err(error),
        }
    }
}

/// What tells the formats apart.
#[derive(Deserialize)]
struct Versioned {
    v: Option<u32>,
}
