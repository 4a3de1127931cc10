//! Price history as a strategy sees it.

use std::fmt;

use crate::Refusal;

/// A column of price history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Column {
    /// Bar open, milliseconds since 1970-01-01 UTC.
    Time,
    /// First price of the bar.
    Open,
    /// Highest price of the bar.
    High,
    /// Lowest price of the bar.
    Low,
    /// Last price of the bar.
    Close,
    /// Traded quantity of the bar.
    Volume,
}

impl Column {
    /// All columns in the order of the contract.
    pub const ALL: [Self; 6] = [Self::Time, Self::Open, Self::High, Self::Low, Self::Close, Self::Volume];

    /// The column's name in the contract.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Time => "time",
            Self::Open => "open",
            Self::High => "high",
            Self::Low => "low",
            Self::Close => "close",
            Self::Volume => "volume",
        }
    }
}

impl fmt::Display for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Price history, oldest bar first: one value per bar in every column that the strategy [reads](crate::Strategy::READS).
///
/// Each accessor refuses with [`Refusal::MissingColumn`] when its column was not given, which is the case for every column
/// that is not in `READS`. All columns given have the same length.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Bars {
    length: usize,
    time: Vec<i64>,
    open: Vec<f64>,
    high: Vec<f64>,
    low: Vec<f64>,
    close: Vec<f64>,
    volume: Vec<f64>,
}

impl Bars {
    /// Takes columns without copying them; an empty column counts as not given.
    ///
    /// # Errors
    ///
    /// [`Refusal::Other`] when two columns given differ in length.
    pub fn new(
        time: Vec<i64>,
        open: Vec<f64>,
        high: Vec<f64>,
        low: Vec<f64>,
        close: Vec<f64>,
        volume: Vec<f64>,
    ) -> Result<Self, Refusal> {
        let lengths = [time.len(), open.len(), high.len(), low.len(), close.len(), volume.len()];
        let length = lengths.into_iter().max().unwrap_or(0);
        if lengths.iter().any(|&given| given != 0 && given != length) {
            return Err(Refusal::other("columns of different lengths"));
        }
        Ok(Self { length, time, open, high, low, close, volume })
    }

    /// Bars in every column given.
    pub fn len(&self) -> usize {
        self.length
    }

    /// Whether there is no bar at all.
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// Refuses when there are fewer than `needed` bars.
    ///
    /// The minimum that [`Strategy::data_needed`](crate::Strategy::data_needed) declares is checked before a strategy is called:
    /// this is for needs beyond it.
    ///
    /// # Errors
    ///
    /// [`Refusal::TooFewBars`].
    pub fn at_least(&self, needed: usize) -> Result<(), Refusal> {
        if self.length < needed { Err(Refusal::TooFewBars(needed)) } else { Ok(()) }
    }

    /// Bar opens, milliseconds since 1970-01-01 UTC.
    ///
    /// # Errors
    ///
    /// [`Refusal::MissingColumn`] when the column was not given.
    pub fn time(&self) -> Result<&[i64], Refusal> {
        self.given(&self.time, Column::Time)
    }

    /// First prices.
    ///
    /// # Errors
    ///
    /// [`Refusal::MissingColumn`] when the column was not given.
    pub fn open(&self) -> Result<&[f64], Refusal> {
        self.given(&self.open, Column::Open)
    }

    /// Highest prices.
    ///
    /// # Errors
    ///
    /// [`Refusal::MissingColumn`] when the column was not given.
    pub fn high(&self) -> Result<&[f64], Refusal> {
        self.given(&self.high, Column::High)
    }

    /// Lowest prices.
    ///
    /// # Errors
    ///
    /// [`Refusal::MissingColumn`] when the column was not given.
    pub fn low(&self) -> Result<&[f64], Refusal> {
        self.given(&self.low, Column::Low)
    }

    /// Last prices.
    ///
    /// # Errors
    ///
    /// [`Refusal::MissingColumn`] when the column was not given.
    pub fn close(&self) -> Result<&[f64], Refusal> {
        self.given(&self.close, Column::Close)
    }

    /// Traded quantities.
    ///
    /// # Errors
    ///
    /// [`Refusal::MissingColumn`] when the column was not given.
    pub fn volume(&self) -> Result<&[f64], Refusal> {
        self.given(&self.volume, Column::Volume)
    }

    /// Refuses when one of `columns` was not given.
    pub(crate) fn require(&self, columns: &[Column]) -> Result<(), Refusal> {
        columns.iter().try_for_each(|&column| {
            let given = match column {
                Column::Time => self.time.len(),
                Column::Open => self.open.len(),
                Column::High => self.high.len(),
                Column::Low => self.low.len(),
                Column::Close => self.close.len(),
                Column::Volume => self.volume.len(),
            };
            if given == self.length { Ok(()) } else { Err(Refusal::MissingColumn(column)) }
        })
    }

    fn given<'a, T>(&self, values: &'a [T], column: Column) -> Result<&'a [T], Refusal> {
        if values.len() == self.length { Ok(values) } else { Err(Refusal::MissingColumn(column)) }
    }
}
