use std::{fmt, ops::Range};

use thiserror::Error;

use crate::{BarLength, BarsHash, Column, Columns, Rule, rule};

/// A validated, immutable price series, oldest bar first.
///
/// Whoever holds `Bars` may rely on: six columns of one length, strictly rising times, finite prices above zero with
/// `low <= open, close <= high`, and finite volumes of at least (positive) zero. Clone copies the columns; share large series by `Arc`.
#[derive(Clone, PartialEq)]
pub struct Bars {
    columns: Columns,
    hash: BarsHash,
}

/// Why columns are not a price series.
#[derive(Clone, Copy, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum BarsError {
    /// A column is longer or shorter than the time column.
    #[error("column {column} has {length} rows and column time has {expected}")]
    Length {
        /// The column that differs.
        column: Column,
        /// Its rows.
        length: usize,
        /// Rows of the time column.
        expected: usize,
    },
    /// A cell breaks a rule; the first one by row.
    #[error("row {row}, column {column}: {rule}")]
    Cell {
        /// Zero-based row of the series (a header is not counted).
        row: usize,
        /// Column of the cell.
        column: Column,
        /// The broken rule, with the offending value.
        rule: Rule,
    },
}

impl Bars {
    /// Validates the columns and computes their hash once. A volume of -0.0 becomes 0.0. No rows at all are valid here; the readers refuse an empty file.
    ///
    /// # Errors
    /// Columns of different lengths, or the first cell, by row, that breaks a rule.
    pub fn new(mut columns: Columns) -> Result<Bars, BarsError> {
        let expected = columns.time.len();
        let lengths = [
            (Column::Open, columns.open.len()),
            (Column::High, columns.high.len()),
            (Column::Low, columns.low.len()),
            (Column::Close, columns.close.len()),
            (Column::Volume, columns.volume.len()),
        ];
        if let Some((column, length)) = lengths.into_iter().find(|&(_, length)| length != expected) {
            return Err(BarsError::Length { column, length, expected });
        }
        if let Some((row, column, rule)) = rule::first_broken(&columns) {
            return Err(BarsError::Cell { row, column, rule });
        }
        // Adding positive zero turns -0.0 into 0.0 and leaves every other value as it is.
        columns.volume.iter_mut().for_each(|volume| *volume += 0.0);
        Ok(Bars::from_valid(columns))
    }

    fn from_valid(columns: Columns) -> Bars {
        let hash = BarsHash::of(&columns);
        Bars { columns, hash }
    }

    /// Number of bars.
    #[must_use]
    pub fn len(&self) -> usize {
        self.columns.time.len()
    }

    /// Whether there is no bar at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.columns.time.is_empty()
    }

    /// Bar open times, milliseconds since 1970-01-01 UTC, strictly rising.
    #[must_use]
    pub fn time(&self) -> &[i64] {
        &self.columns.time
    }

    /// First price of each bar.
    #[must_use]
    pub fn open(&self) -> &[f64] {
        &self.columns.open
    }

    /// Highest price of each bar.
    #[must_use]
    pub fn high(&self) -> &[f64] {
        &self.columns.high
    }

    /// Lowest price of each bar.
    #[must_use]
    pub fn low(&self) -> &[f64] {
        &self.columns.low
    }

    /// Last price of each bar.
    #[must_use]
    pub fn close(&self) -> &[f64] {
        &self.columns.close
    }

    /// Traded volume of each bar, in the units of the source.
    #[must_use]
    pub fn volume(&self) -> &[f64] {
        &self.columns.volume
    }

    /// The hash of the content, computed at construction.
    #[must_use]
    pub fn hash(&self) -> BarsHash {
        self.hash
    }

    /// The commonest spacing of two neighbouring bars (the shorter one of a tie); `None` below two bars.
    #[must_use]
    pub fn bar_length(&self) -> Option<BarLength> {
        BarLength::of(self.time())
    }

    /// A copy of some rows, with its own hash; `None` when the range leaves the series or is inverted.
    #[must_use]
    pub fn slice(&self, rows: Range<usize>) -> Option<Bars> {
        let Columns { time, open, high, low, close, volume } = &self.columns;
        Some(Bars::from_valid(Columns {
            time: time.get(rows.clone())?.to_vec(),
            open: open.get(rows.clone())?.to_vec(),
            high: high.get(rows.clone())?.to_vec(),
            low: low.get(rows.clone())?.to_vec(),
            close: close.get(rows.clone())?.to_vec(),
            volume: volume.get(rows)?.to_vec(),
        }))
    }

    /// Gives the columns back, to be changed and validated anew.
    #[must_use]
    pub fn into_columns(self) -> Columns {
        self.columns
    }
}

impl fmt::Debug for Bars {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bars").field("len", &self.len()).field("hash", &self.hash.to_string()).finish()
    }
}
