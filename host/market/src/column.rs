use std::fmt;

/// The six columns of a price series, one entry a bar, oldest bar first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Columns {
    /// Bar open, milliseconds since 1970-01-01 UTC.
    pub time: Vec<i64>,
    /// First price of the bar.
    pub open: Vec<f64>,
    /// Highest price of the bar.
    pub high: Vec<f64>,
    /// Lowest price of the bar.
    pub low: Vec<f64>,
    /// Last price of the bar.
    pub close: Vec<f64>,
    /// Traded volume of the bar, in the units of the source.
    pub volume: Vec<f64>,
}

/// Names one of the six columns; displayed in lower case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Column {
    /// Bar open time.
    Time,
    /// First price.
    Open,
    /// Highest price.
    High,
    /// Lowest price.
    Low,
    /// Last price.
    Close,
    /// Traded volume.
    Volume,
}

impl Column {
    /// All columns, in the order in which they are stored, hashed and written.
    pub const ALL: [Column; 6] = [Column::Time, Column::Open, Column::High, Column::Low, Column::Close, Column::Volume];

    /// The lower-case name, as in the header of a written file.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Column::Time => "time",
            Column::Open => "open",
            Column::High => "high",
            Column::Low => "low",
            Column::Close => "close",
            Column::Volume => "volume",
        }
    }
}

impl fmt::Display for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
