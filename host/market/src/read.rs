use std::{
    fmt,
    fs::{self, File},
    io,
    path::Path,
};

use crate::{
    Bars,
    csv_reader::read_csv,
    parquet_reader::read_parquet,
    read_error::{Place, Problem, ReadError},
};

/// Rows that one price file may have: a century of 1-minute bars around the clock.
pub const MAX_ROWS: usize = 50_000_000;

/// Bytes that one price file may have.
pub const MAX_FILE_BYTES: u64 = 8 << 30;

/// Bars as read from a file, with what the user should know about the reading.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// The series.
    pub bars: Bars,
    /// What was passed over or filled in; not errors.
    pub notices: Vec<Notice>,
}

/// Something that a reader did and that the user should know.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Notice {
    /// The file has both a close and an adjusted close; the former was read.
    AdjustedCloseIgnored {
        /// Name of the adjusted column, cut and escaped.
        name: String,
    },
    /// The file has no volume column; volume is 0 in every bar.
    NoVolume,
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Notice::AdjustedCloseIgnored { name } => {
                write!(f, "column {name} is ignored: prices are read unadjusted, from open, high, low and close")
            }
            Notice::NoVolume => f.write_str("no volume column: volume is 0 in every bar"),
        }
    }
}

/// Reads a `.csv` or `.parquet` file (the ending in any case) and drops the notices; see [`read_file_with_notices`].
///
/// # Errors
/// As [`read_file_with_notices`].
pub fn read_file(path: &Path) -> Result<Bars, ReadError> {
    read_file_with_notices(path).map(|reading| reading.bars)
}

/// Reads a `.csv` or `.parquet` file (the ending in any case) as [`read_csv`] and [`read_parquet`] do.
///
/// # Errors
/// A path that is not a regular file (FIFOs and directories are refused, never opened), an unknown ending, a file over
/// [`MAX_FILE_BYTES`] or [`MAX_ROWS`], and whatever the content is refused for.
pub fn read_file_with_notices(path: &Path) -> Result<Reading, ReadError> {
    let name = path.display().to_string();
    let (format, file) = open(path).map_err(|problem| ReadError::new(&name, Place::FILE, problem))?;
    match format {
        Format::Csv => read_csv(file, &name),
        Format::Parquet => read_parquet(file, &name),
    }
}

enum Format {
    Csv,
    Parquet,
}

fn open(path: &Path) -> Result<(Format, File), Problem> {
    // Before the file is opened: opening a FIFO waits for a writer.
    let metadata = fs::metadata(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => Problem::Missing,
        _ => Problem::Io(error),
    })?;
    if !metadata.is_file() {
        return Err(Problem::NotAFile);
    }
    let ending = path.extension().map(|ending| ending.to_ascii_lowercase());
    let format = match ending.as_ref().and_then(|ending| ending.to_str()) {
        Some("csv") => Format::Csv,
        Some("parquet") => Format::Parquet,
        _ => return Err(Problem::UnknownEnding),
    };
    if metadata.len() > MAX_FILE_BYTES {
        return Err(Problem::TooManyBytes { bytes: metadata.len(), limit: MAX_FILE_BYTES });
    }
    Ok((format, File::open(path)?))
}
