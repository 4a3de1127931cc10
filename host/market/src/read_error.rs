use std::{fmt, io};

use thiserror::Error;

use crate::{Bars, BarsError, Column, Columns, Rule};

/// Why a price file was not read: which file, where in it, what is wrong, and what to do where that is not plain.
/// Displayed as "prices.csv, line 17, column high: 9.1 is below low 9.4".
#[derive(Debug, Error)]
#[error("{file}{place}: {problem}")]
pub struct ReadError {
    file: String,
    place: Place,
    #[source]
    problem: Problem,
}

impl ReadError {
    pub(crate) fn new(file: impl Into<String>, place: Place, problem: Problem) -> ReadError {
        ReadError { file: file.into(), place, problem }
    }

    /// The file as the caller named it.
    #[must_use]
    pub fn file(&self) -> &str {
        &self.file
    }

    /// Where in the file.
    #[must_use]
    pub fn place(&self) -> Place {
        self.place
    }

    /// What is wrong there.
    #[must_use]
    pub fn problem(&self) -> &Problem {
        &self.problem
    }
}

/// A place in a price file, as exact as it is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The row or line.
    pub row: Option<FileRow>,
    /// The column.
    pub column: Option<Column>,
}

/// A row as people find it in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileRow {
    /// Line of a text file, counted from 1, header included.
    Line(u64),
    /// Row of a table, counted from 0.
    Row(usize),
}

impl Place {
    pub(crate) const FILE: Place = Place { row: None, column: None };

    pub(crate) fn line(line: u64) -> Place {
        Place { row: Some(FileRow::Line(line)), column: None }
    }

    pub(crate) fn row(row: usize) -> Place {
        Place { row: Some(FileRow::Row(row)), column: None }
    }

    pub(crate) fn column(self, column: Column) -> Place {
        Place { column: Some(column), ..self }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.row {
            Some(FileRow::Line(line)) => write!(f, ", line {line}")?,
            Some(FileRow::Row(row)) => write!(f, ", row {row}")?,
            None => {}
        }
        self.column.map_or(Ok(()), |column| write!(f, ", column {column}"))
    }
}

/// What is wrong with a price file.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Problem {
    /// The operating system refused.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// Nothing is there.
    #[error("no such file: check the path")]
    Missing,
    /// A directory, FIFO, device or socket.
    #[error("not a regular file: name a .csv or .parquet file")]
    NotAFile,
    /// Neither .csv nor .parquet.
    #[error("the name ends neither in .csv nor in .parquet: rename or convert the file")]
    UnknownEnding,
    /// More bytes than one price file may have.
    #[error("{bytes} bytes are more than the {limit} bytes that one price file may have: split it")]
    TooManyBytes {
        /// Size of the file.
        bytes: u64,
        /// Bytes allowed.
        limit: u64,
    },
    /// More rows than one price file may have.
    #[error("more than the {limit} rows that one price file may have: split it or use longer bars")]
    TooManyRows {
        /// Rows allowed.
        limit: usize,
    },
    /// Not one bar.
    #[error("no rows: there is nothing to evaluate")]
    Empty,
    /// A needed column is not there.
    #[error("no column for {column} ({accepted}): the columns are {found}")]
    MissingColumn {
        /// The column that is missing.
        column: Column,
        /// The names it may have.
        accepted: String,
        /// The first names of the file.
        found: String,
    },
    /// Two columns could be meant.
    #[error(
        "columns {first} and {second} both stand for {column}: drop or rename one (a date and a time of day go into one column)"
    )]
    Ambiguous {
        /// The column in question.
        column: Column,
        /// A name in the file.
        first: String,
        /// Another one.
        second: String,
    },
    /// A line has more or fewer fields than the header.
    #[error("{fields} fields where the header has {expected}")]
    FieldCount {
        /// Fields of the line.
        fields: usize,
        /// Fields of the header.
        expected: usize,
    },
    /// A single line (or quoted field) without end.
    #[error("a line of more than {limit} bytes: an unclosed quote, or no price file at all")]
    LongLine {
        /// Bytes that one line may have.
        limit: usize,
    },
    /// The text of a cell is not a number.
    #[error("\"{text}\" is not a number (write 1234.5, without thousands separators)")]
    NotANumber {
        /// The text, cut and escaped.
        text: String,
    },
    /// The text of a cell is not a time.
    #[error(
        "\"{text}\" is not a time (write 2000-03-01, 2000-03-01 14:30:00, RFC 3339, or seconds or milliseconds since 1970)"
    )]
    NotATime {
        /// The text, cut and escaped.
        text: String,
    },
    /// A number in a column that started with dates, or a date among numbers.
    #[error("\"{text}\" is written otherwise than the times before it: write all as dates or all as numbers")]
    MixedTimes {
        /// The text, cut and escaped.
        text: String,
    },
    /// Times fall from the first row to the last.
    #[error("the newest bar comes first: sort the rows by time, oldest first")]
    NewestFirst,
    /// A cell breaks a rule of a price series.
    #[error("{0}")]
    Rule(Rule),
    /// A cell of a Parquet file is null.
    #[error("the value is null: drop or fill the row")]
    Null,
    /// A Parquet column of a type that does not stand for this column.
    #[error("type {found} cannot be read as {wanted}: cast the column")]
    ColumnType {
        /// The Parquet type.
        found: String,
        /// What is needed.
        wanted: &'static str,
    },
    /// A Parquet file compressed otherwise than by snappy or zstd.
    #[error("compressed with {codec}, which is not supported: rewrite the file with snappy, zstd or no compression")]
    Codec {
        /// The codec.
        codec: String,
    },
    /// A Parquet footer that promises what cannot be true or asks for too much.
    #[error("the Parquet footer is not plausible: {0}")]
    Footer(String),
    /// The Parquet file is damaged, or no Parquet file.
    #[error("not a readable Parquet file: {0}")]
    Parquet(String),
}

/// The text of a cell or name for an error: at most 40 characters, control characters escaped.
pub(crate) fn excerpt(text: &str) -> String {
    let escaped: String = text.chars().take(40).flat_map(char::escape_debug).collect();
    if text.chars().nth(40).is_some() { escaped + "..." } else { escaped }
}

/// A text of a library that may quote the file: at most 200 characters, control characters escaped.
pub(crate) fn message(text: &str) -> String {
    text.chars().take(200).flat_map(char::escape_debug).collect()
}

/// Validates columns that were read, and says where in the file the first bad cell stands.
pub(crate) fn bars(file: &str, columns: Columns, place: impl Fn(usize) -> Place) -> Result<Bars, ReadError> {
    if columns.time.is_empty() {
        return Err(ReadError::new(file, Place::FILE, Problem::Empty));
    }
    if columns.time.len() > 1 && columns.time.is_sorted_by(|a, b| a > b) {
        return Err(ReadError::new(file, Place::FILE.column(Column::Time), Problem::NewestFirst));
    }
    Bars::new(columns).map_err(|error| match error {
        BarsError::Cell { row, column, rule } => ReadError::new(file, place(row).column(column), Problem::Rule(rule)),
        BarsError::Length { column, length, expected } => ReadError::new(
            file,
            Place::FILE.column(column),
            Problem::Footer(format!("{length} values where column time has {expected}")),
        ),
    })
}
