//! A borrowed view of the price columns that fills and exits need.

use seedbed_market::Bars;
use thiserror::Error;

/// Open, high, low and close of each bar, oldest first; the four columns have one length.
#[derive(Debug, Clone, Copy)]
pub struct Prices<'a> {
    open: &'a [f64],
    high: &'a [f64],
    low: &'a [f64],
    close: &'a [f64],
}

/// Why four columns are not prices.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum PricesError {
    /// One column is longer or shorter than the closes.
    #[error("the {column} column has {length} bars and the close column {expected}: give columns of one length")]
    Length {
        /// Name of the column.
        column: &'static str,
        /// Its length in bars.
        length: usize,
        /// Length of the close column.
        expected: usize,
    },
    /// A price that no market can have made.
    #[error("a price of bar {bar} is not a finite number above zero: check the bars before the backtest")]
    Bar {
        /// Zero-based bar.
        bar: usize,
    },
}

impl<'a> Prices<'a> {
    /// A view of four columns. That low <= open, close <= high is for [`Bars`] to check: nothing here relies on it.
    ///
    /// # Errors
    /// Columns of different lengths, or a price that is not finite and above zero.
    pub fn new(open: &'a [f64], high: &'a [f64], low: &'a [f64], close: &'a [f64]) -> Result<Self, PricesError> {
        let expected = close.len();
        for (column, values) in [("open", open), ("high", high), ("low", low)] {
            if values.len() != expected {
                return Err(PricesError::Length { column, length: values.len(), expected });
            }
        }
        let valid = |price: &f64| *price > 0.0 && price.is_finite();
        let wrong =
            [open, high, low, close].into_iter().filter_map(|column| column.iter().position(|p| !valid(p))).min();
        if let Some(bar) = wrong {
            return Err(PricesError::Bar { bar });
        }
        Ok(Self { open, high, low, close })
    }

    /// Number of bars.
    pub fn len(&self) -> usize {
        self.close.len()
    }

    /// Whether there is no bar.
    pub fn is_empty(&self) -> bool {
        self.close.is_empty()
    }

    /// Opening prices.
    pub fn open(&self) -> &'a [f64] {
        self.open
    }

    /// Highest prices.
    pub fn high(&self) -> &'a [f64] {
        self.high
    }

    /// Lowest prices.
    pub fn low(&self) -> &'a [f64] {
        self.low
    }

    /// Closing prices.
    pub fn close(&self) -> &'a [f64] {
        self.close
    }
}

impl<'a> From<&'a Bars> for Prices<'a> {
    fn from(bars: &'a Bars) -> Self {
        Self { open: bars.open(), high: bars.high(), low: bars.low(), close: bars.close() }
    }
}
