use thiserror::Error;

use crate::{Column, Columns, time::BarTime};

/// Earliest and latest bar time, in milliseconds: years -9999 to 9999, so that every accepted time can be printed.
pub(crate) const TIMES: std::ops::RangeInclusive<i64> = -377_705_116_800_000..=253_402_207_200_000;

/// The rule that a cell breaks. Reads well after "row 15, column high: ".
#[derive(Clone, Copy, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum Rule {
    /// A price or volume is NaN or infinite.
    #[error("{value} is not a finite number")]
    NotFinite {
        /// The offending cell.
        value: f64,
    },
    /// A price is zero or negative.
    #[error("{value} is not above zero")]
    NotPositive {
        /// The offending cell.
        value: f64,
    },
    /// A volume is below zero.
    #[error("{value} is below zero")]
    Negative {
        /// The offending cell.
        value: f64,
    },
    /// A price is below the low of its bar.
    #[error("{value} is below low {low}")]
    BelowLow {
        /// The offending cell.
        value: f64,
        /// The low of the same bar.
        low: f64,
    },
    /// A price is above the high of its bar.
    #[error("{value} is above high {high}")]
    AboveHigh {
        /// The offending cell.
        value: f64,
        /// The high of the same bar.
        high: f64,
    },
    /// A time is not after the time of the row before.
    #[error("{} is not after {} of the row before", BarTime(*time), BarTime(*previous))]
    NotRising {
        /// The offending cell, milliseconds since 1970-01-01 UTC.
        time: i64,
        /// Time of the row before.
        previous: i64,
    },
    /// A time is outside the years -9999 to 9999.
    #[error("{time} ms since 1970 is outside the years -9999 to 9999")]
    TimeOutOfRange {
        /// The offending cell, milliseconds since 1970-01-01 UTC.
        time: i64,
    },
}

/// The first broken rule, by row and then by column order time, open, high, low, close, volume.
///
/// All columns must be of one length: rows past the shortest column are not looked at.
pub(crate) fn first_broken(columns: &Columns) -> Option<(usize, Column, Rule)> {
    let Columns { time, open, high, low, close, volume } = columns;
    let mut previous = None;
    let prices = open.iter().zip(high).zip(low).zip(close);
    for (row, ((&time, (((&open, &high), &low), &close)), &volume)) in time.iter().zip(prices).zip(volume).enumerate() {
        let broken = broken_time(time, previous)
            .map(|rule| (Column::Time, rule))
            .or_else(|| broken_prices(open, high, low, close))
            .or_else(|| broken_volume(volume).map(|rule| (Column::Volume, rule)));
        if let Some((column, rule)) = broken {
            return Some((row, column, rule));
        }
        previous = Some(time);
    }
    None
}

fn broken_time(time: i64, previous: Option<i64>) -> Option<Rule> {
    if !TIMES.contains(&time) {
        return Some(Rule::TimeOutOfRange { time });
    }
    previous.filter(|&previous| time <= previous).map(|previous| Rule::NotRising { time, previous })
}

fn broken_prices(open: f64, high: f64, low: f64, close: f64) -> Option<(Column, Rule)> {
    let prices = [(Column::Open, open), (Column::High, high), (Column::Low, low), (Column::Close, close)];
    for (column, value) in prices {
        if !value.is_finite() {
            return Some((column, Rule::NotFinite { value }));
        }
        if value <= 0.0 {
            return Some((column, Rule::NotPositive { value }));
        }
    }
    if high < low {
        return Some((Column::High, Rule::BelowLow { value: high, low }));
    }
    for (column, value) in [(Column::Open, open), (Column::Close, close)] {
        if value < low {
            return Some((column, Rule::BelowLow { value, low }));
        }
        if value > high {
            return Some((column, Rule::AboveHigh { value, high }));
        }
    }
    None
}

fn broken_volume(value: f64) -> Option<Rule> {
    if !value.is_finite() {
        return Some(Rule::NotFinite { value });
    }
    (value < 0.0).then_some(Rule::Negative { value })
}
