use serde::{Deserialize, Serialize, ser::Error as _};
use serde_json::Error;

use crate::Evaluation;
use crate::document_file::{CHECK_DIGITS, Fault, digits};

/// The evaluations of one batch, written together and never changed.
#[derive(Debug, Clone, PartialEq)]
pub struct Segment {
    /// The place of the batch in the run, from 0.
    pub number: u64,
    /// The evaluations in the order in which they were asked for.
    pub rows: Vec<Evaluation>,
}

/// The version that is written, and the newest that is read.
const VERSION: u32 = 1;

/// What each line has beside its evaluation, in front of it.
#[derive(Debug, Serialize, Deserialize)]
struct Head {
    version: u64,
    segment: u64,
    row: u64,
    rows: u64,
}

#[derive(Serialize)]
struct Line<'a> {
    #[serde(flatten)]
    head: Head,
    #[serde(flatten)]
    evaluation: &'a Evaluation,
}

impl Segment {
    /// One line of JSON a row. Each says of which segment it is, its place and how many there are, and ends with a checksum over all bytes of the
    /// file up to there: a file that was cut, even between two lines, or changed anywhere, is found, and a reader of JSON lines needs to know nothing
    /// of it.
    pub(crate) fn to_bytes(&self) -> Result<Vec<u8>, Error> {
        let mut bytes = Vec::with_capacity(1024 * self.rows.len());
        let mut hasher = blake3::Hasher::new();
        for (row, evaluation) in self.rows.iter().enumerate() {
            let head = Head {
                version: u64::from(VERSION),
                segment: self.number,
                row: row as u64,
                rows: self.rows.len() as u64,
            };
            let from = bytes.len();
            serde_json::to_writer(&mut bytes, &Line { head, evaluation })
                .map_err(|error| Error::custom(format_args!("row {row}: {error}")))?;
            // The closing brace makes room for the checksum.
            bytes.pop();
            hasher.update(bytes.get(from..).unwrap_or_default());
            let tail = tail(&hasher);
            bytes.extend_from_slice(tail.as_bytes());
            hasher.update(tail.as_bytes());
        }
        Ok(bytes)
    }

    /// Reads what [`Segment::to_bytes`] wrote.
    pub(crate) fn from_bytes(number: u64, bytes: &[u8]) -> Result<Self, Fault> {
        let text = std::str::from_utf8(bytes).map_err(|error| Fault::corrupt(format!("not UTF-8: {error}")))?;
        if text.is_empty() {
            return Err(Fault::corrupt("it is empty"));
        }
        let mut hasher = blake3::Hasher::new();
        let mut rows = Vec::new();
        let mut promised = 0;
        for (line, text) in (1..).zip(text.split_inclusive('\n')) {
            let corrupt = |what: &str| Fault::corrupt(format!("line {line}: {what}"));
            let head: Head = serde_json::from_str(text).map_err(|error| corrupt(&without_place(&error)))?;
            if head.version > u64::from(VERSION) {
                return Err(Fault::Newer { found: head.version, known: VERSION });
            }
            let (row, end) = text.split_at_checked(text.len().saturating_sub(TAIL_BYTES)).unwrap_or(("", text));
            hasher.update(row.as_bytes());
            if end != tail(&hasher) {
                return Err(corrupt("the checksum differs"));
            }
            hasher.update(end.as_bytes());
            if head.version != u64::from(VERSION) || head.segment != number || head.row + 1 != line {
                let Head { version, segment, row, .. } = head;
                return Err(corrupt(&format!("it is row {row} of segment {segment}, version {version}")));
            }
            rows.push(serde_json::from_str(text).map_err(|error| corrupt(&without_place(&error)))?);
            promised = head.rows;
        }
        if rows.len() as u64 != promised {
            return Err(Fault::corrupt(format!("it has {} of {promised} rows", rows.len())));
        }
        Ok(Self { number, rows })
    }
}

/// The end of a line whose bytes before, and the lines before, are hashed already.
fn tail(hasher: &blake3::Hasher) -> String {
    format!(",\"check\":\"{}\"}}\n", digits(&hasher.finalize()))
}

const TAIL_BYTES: usize = ",\"check\":\"\"}\n".len() + CHECK_DIGITS;

/// What serde says, without its line, which is always 1 here.
fn without_place(error: &Error) -> String {
    let text = error.to_string();
    text.rsplit_once(" at line ").map(|(what, _)| what.to_owned()).unwrap_or(text)
}

#[cfg(test)]
mod tests;
