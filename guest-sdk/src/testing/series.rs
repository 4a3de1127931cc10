//! Price history for tests.

use std::{fmt, path::Path};

use super::noise::Noise;
use crate::{Bars, Column, Strategy};

const DAY: i64 = 86_400_000;

/// Price history with all columns, made or read for a test.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Series {
    pub(super) rows: Vec<Row>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Row {
    pub(super) time: i64,
    pub(super) open: f64,
    pub(super) high: f64,
    pub(super) low: f64,
    pub(super) close: f64,
    pub(super) volume: f64,
}

impl Series {
    /// Daily bars of a random walk from 100 with 2 % sd a bar and changing volume. The same seed gives the same prices.
    pub fn random_walk(seed: u64, bars: usize) -> Self {
        let mut noise = Noise::new(seed);
        let mut close = 100.0;
        Self::from_closes((0..bars).map(|_| {
            close *= (1.0 + 0.02 * noise.normal()).max(0.5);
            close
        }))
        .with_noise(&mut noise)
    }

    /// Daily bars that start at 100 and change by the fraction `step` a bar, up or down, with constant volume.
    pub fn trend(bars: usize, step: f64) -> Self {
        let mut close = 100.0;
        Self::from_closes((0..bars).map(|_| {
            let now = close;
            close *= 1.0 + step;
            now
        }))
    }

    /// Daily bars at one price.
    pub fn constant(bars: usize, price: f64) -> Self {
        Self::from_closes((0..bars).map(|_| price))
    }

    /// Daily bars that swing around 100 by the fraction `swing`, once in `period` bars.
    pub fn sine(bars: usize, period: usize, swing: f64) -> Self {
        let angle = |bar: usize| std::f64::consts::TAU * bar as f64 / period.max(1) as f64;
        Self::from_closes((0..bars).map(|bar| 100.0 * (1.0 + swing * libm::sin(angle(bar)))))
    }

    /// Daily bars with these closes. A bar opens at the close before it, and its range spans both.
    pub fn from_closes(closes: impl IntoIterator<Item = f64>) -> Self {
        let mut previous = None;
        let rows = closes.into_iter().enumerate().map(|(bar, close)| {
            let open = previous.replace(close).unwrap_or(close);
            let (high, low) = (open.max(close), open.min(close));
            Row { time: bar as i64 * DAY, open, high, low, close, volume: 1e6 }
        });
        Self { rows: rows.collect() }
    }

    /// Reads CSV with the columns time, open, high, low, close and volume in any order: time as `2000-03-01` or as
    /// milliseconds since 1970-01-01 UTC.
    ///
    /// # Errors
    ///
    /// The line and what is wrong with it.
    pub fn from_csv(text: &str) -> Result<Self, SeriesError> {
        let mut lines = text.lines().enumerate().map(|(index, line)| (index + 1, line));
        let (_, header) = lines.next().ok_or_else(|| SeriesError::new(1, "no header"))?;
        let names: Vec<String> = header.split(',').map(|name| name.trim().to_ascii_lowercase()).collect();
        let mut places = [0; Column::ALL.len()];
        for (place, column) in places.iter_mut().zip(Column::ALL) {
            let found = names.iter().position(|name| name == column.name());
            *place = found.ok_or_else(|| SeriesError::new(1, format!("no column {column}")))?;
        }
        let rows = lines.filter(|(_, line)| !line.trim().is_empty()).map(|(number, line)| row(number, line, places));
        Ok(Self { rows: rows.collect::<Result<_, _>>()? })
    }

    /// Reads a CSV file as [`from_csv`](Self::from_csv) does.
    ///
    /// # Errors
    ///
    /// The file could not be read, or what is wrong with its text.
    pub fn from_csv_file(path: impl AsRef<Path>) -> Result<Self, SeriesError> {
        let path = path.as_ref();
        let text = std::fs::read_to_string(path)
            .map_err(|error| SeriesError { line: 0, reason: format!("{}: {error}", path.display()) })?;
        Self::from_csv(&text)
    }

    /// The number of bars.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no bar.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The first `bars` bars.
    #[must_use]
    pub fn first(&self, bars: usize) -> Self {
        Self { rows: self.rows.iter().take(bars).copied().collect() }
    }

    /// The last `bars` bars.
    #[must_use]
    pub fn last(&self, bars: usize) -> Self {
        Self { rows: self.rows.iter().skip(self.len().saturating_sub(bars)).copied().collect() }
    }

    /// The same bars with all prices multiplied by `factor`.
    #[must_use]
    pub fn scaled(&self, factor: f64) -> Self {
        self.map(|row| Row {
            open: row.open * factor,
            high: row.high * factor,
            low: row.low * factor,
            close: row.close * factor,
            ..row
        })
    }

    /// The same bars with the same volume in each.
    #[must_use]
    pub fn with_volume(&self, volume: f64) -> Self {
        self.map(|row| Row { volume, ..row })
    }

    /// The bars as `S` would get them: without the columns that it does not read.
    pub fn bars<S: Strategy>(&self) -> Bars {
        self.bars_with(S::READS)
    }

    /// The bars with these columns only.
    pub fn bars_with(&self, columns: &[Column]) -> Bars {
        let prices = |column: Column, of: fn(&Row) -> f64| {
            if columns.contains(&column) { self.rows.iter().map(of).collect() } else { Vec::new() }
        };
        let time =
            if columns.contains(&Column::Time) { self.rows.iter().map(|row| row.time).collect() } else { Vec::new() };
        Bars::new(
            time,
            prices(Column::Open, |row| row.open),
            prices(Column::High, |row| row.high),
            prices(Column::Low, |row| row.low),
            prices(Column::Close, |row| row.close),
            prices(Column::Volume, |row| row.volume),
        )
        .unwrap_or_default()
    }

    pub(super) fn map(&self, row: impl FnMut(Row) -> Row) -> Self {
        Self { rows: self.rows.iter().copied().map(row).collect() }
    }

    fn with_noise(mut self, noise: &mut Noise) -> Self {
        for row in &mut self.rows {
            row.high *= 1.0 + 0.01 * noise.uniform();
            row.low *= 1.0 - 0.01 * noise.uniform();
            row.volume = (1e6 * (1.0 + 0.3 * noise.normal())).max(0.0).round();
        }
        self
    }
}

fn row(number: usize, line: &str, places: [usize; Column::ALL.len()]) -> Result<Row, SeriesError> {
    let fields: Vec<&str> = line.split(',').map(str::trim).collect();
    let text = |place: usize| {
        let field = fields.get(place).copied();
        field.ok_or_else(|| SeriesError::new(number, format!("only {} fields", fields.len())))
    };
    let price = |place: usize| {
        let field = text(place)?;
        field.parse::<f64>().map_err(|_| SeriesError::new(number, format!("{field:?} is no number")))
    };
    let [time, open, high, low, close, volume] = places;
    Ok(Row {
        time: milliseconds(text(time)?)
            .ok_or_else(|| SeriesError::new(number, "the time is neither a date nor a number"))?,
        open: price(open)?,
        high: price(high)?,
        low: price(low)?,
        close: price(close)?,
        volume: price(volume)?,
    })
}

fn milliseconds(text: &str) -> Option<i64> {
    if let Ok(milliseconds) = text.parse() {
        return Some(milliseconds);
    }
    let mut parts = text.splitn(3, '-').map(|part| part.parse::<i64>().ok());
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    // Days from civil (Hinnant): years start in March, so that the leap day is the last of its year.
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    Some((era * 146_097 + day_of_era - 719_468) * DAY)
}

/// Why CSV could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeriesError {
    line: usize,
    reason: String,
}

impl SeriesError {
    fn new(line: usize, reason: impl Into<String>) -> Self {
        Self { line, reason: reason.into() }
    }
}

impl fmt::Display for SeriesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line == 0 { f.write_str(&self.reason) } else { write!(f, "line {}: {}", self.line, self.reason) }
    }
}

impl std::error::Error for SeriesError {}

#[cfg(test)]
mod tests {
    use super::*;

    /// An author who reads prices from a file would test against wrong days or columns.
    #[test]
    fn csv_columns_are_found_by_name_and_dates_are_days() {
        let text = "Close,volume,time,OPEN,high,low\n2,10,2000-03-01,1,3,0.5\n4,0,951955200000,2,4,2\n";
        let series = Series::from_csv(text).unwrap();
        let expected = [
            Row { time: 951_868_800_000, open: 1.0, high: 3.0, low: 0.5, close: 2.0, volume: 10.0 },
            Row { time: 951_955_200_000, open: 2.0, high: 4.0, low: 2.0, close: 4.0, volume: 0.0 },
        ];
        assert_eq!(series.rows, expected);
    }

    /// A typo in a file would be searched for by hand.
    #[test]
    fn csv_mistakes_name_their_line() {
        let header = "time,open,high,low,close,volume\n";
        let mistake = |text: &str| Series::from_csv(text).unwrap_err().to_string();
        assert_eq!(mistake(&format!("{header}2000-01-01,1,1,1,x,1")), "line 2: \"x\" is no number");
        assert_eq!(mistake(&format!("{header}\n2000-01-01,1,1")), "line 3: only 3 fields");
        assert_eq!(mistake("time,open,high,low,close"), "line 1: no column volume");
    }

    /// A strategy would pass its tests by reading a column that the host never sends.
    #[test]
    fn bars_lack_the_columns_not_asked_for() {
        let bars = Series::constant(3, 5.0).bars_with(&[Column::Close]);
        assert_eq!(bars.close().unwrap(), [5.0; 3]);
        assert!(bars.open().is_err());
    }
}
