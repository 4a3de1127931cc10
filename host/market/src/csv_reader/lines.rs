use std::{
    cell::Cell,
    io::{self, Read},
    rc::Rc,
};

use csv::{ByteRecord, Reader, ReaderBuilder, Terminator};

use crate::read_error::{Place, Problem};

/// Bytes that one line may have, so that a file without line ends is not read into memory.
const MAX_LINE_BYTES: usize = 1 << 20;

/// The records of a CSV text, without blank lines, and the line at which the last one ended.
pub(super) struct Lines<R> {
    reader: Reader<PlainLines<R>>,
    since_record: Rc<Cell<usize>>,
}

impl<R: Read> Lines<R> {
    pub(super) fn new(inner: R) -> Lines<R> {
        let since_record = Rc::new(Cell::new(0));
        let plain = PlainLines { inner, ended: false, since_record: Rc::clone(&since_record) };
        let mut builder = ReaderBuilder::new();
        builder.has_headers(false).flexible(true).terminator(Terminator::Any(b'\n')).buffer_capacity(64 << 10);
        Lines { reader: builder.from_reader(plain), since_record }
    }

    /// Reads the next record that is not blank; false at the end.
    pub(super) fn next(&mut self, record: &mut ByteRecord) -> Result<bool, Problem> {
        loop {
            self.since_record.set(0);
            match self.reader.read_byte_record(record) {
                Ok(false) => return Ok(false),
                Ok(true) if record.len() == 1 && record.iter().all(|field| field.trim_ascii().is_empty()) => {}
                Ok(true) => return Ok(true),
                Err(_) if self.since_record.get() > MAX_LINE_BYTES => {
                    return Err(Problem::LongLine { limit: MAX_LINE_BYTES });
                }
                Err(error) => return Err(Problem::Io(error.into())),
            }
        }
    }

    /// Line on which the last record ended, counted from 1.
    pub(super) fn line(&self) -> u64 {
        // Every record ends with a line break, so the reader already stands on the line after it.
        self.reader.position().line().saturating_sub(1)
    }

    /// Where a problem with the last record stands.
    pub(super) fn place(&self, problem: &Problem) -> Place {
        match problem {
            Problem::Empty | Problem::Io(_) | Problem::TooManyRows { .. } => Place::FILE,
            Problem::LongLine { .. } => Place::line(self.line() + 1),
            _ => Place::line(self.line()),
        }
    }
}

/// Makes every line end with a bare line feed, the last one too, so that lines are counted exactly: a carriage return becomes a space,
/// which is trimmed off its field. Fails when the reader asks for too many bytes without finishing a record.
struct PlainLines<R> {
    inner: R,
    ended: bool,
    since_record: Rc<Cell<usize>>,
}

impl<R: Read> Read for PlainLines<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.since_record.get() > MAX_LINE_BYTES {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let mut length = self.inner.read(buffer)?;
        if length == 0
            && !self.ended
            && let Some(first) = buffer.first_mut()
        {
            self.ended = true;
            *first = b'\n';
            length = 1;
        }
        self.since_record.set(self.since_record.get() + length);
        for byte in buffer.iter_mut().take(length).filter(|byte| **byte == b'\r') {
            *byte = b' ';
        }
        Ok(length)
    }
}

/// The line of every row, stored only where a row does not stand right below the one before.
#[derive(Default)]
pub(super) struct RowLines {
    rows: usize,
    /// First row of a run, and its line.
    runs: Vec<(usize, u64)>,
}

impl RowLines {
    pub(super) fn push(&mut self, line: u64) {
        if self.line(self.rows) != line || self.runs.is_empty() {
            self.runs.push((self.rows, line));
        }
        self.rows += 1;
    }

    pub(super) fn line(&self, row: usize) -> u64 {
        let run = self.runs.iter().rev().find(|(first, _)| *first <= row);
        run.map_or(0, |(first, line)| line + (row - first) as u64)
    }
}
