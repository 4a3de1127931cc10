//! Oscillators between 0 and 100.

use super::{
    averages::{Wilder, sma},
    ranges::Range,
    window::{Aggregate, Window},
};

/// Relative strength index by simple means (Cutler): 100 G / (G + L) with G and L the sums of rises and falls over the last
/// `period` changes. First value at bar `period`; 50 when no price moved.
pub fn rsi(values: &[f64], period: usize) -> Vec<f64> {
    let mut index = Rsi::new(period);
    values.iter().map(|&value| index.push(value).unwrap_or(f64::NAN)).collect()
}

/// Relative strength index by Wilder's smoothing (Wilder 1978, TA-Lib's RSI). First value at bar `period`; 50 when no price
/// moved, where TA-Lib gives 0.
pub fn rsi_wilder(values: &[f64], period: usize) -> Vec<f64> {
    let mut rises = Wilder::new(period);
    let mut falls = Wilder::new(period);
    let mut previous = f64::NAN;
    let answers = values.iter().map(|&value| {
        let change = Change::between(previous, value);
        if !value.is_nan() {
            previous = value;
        }
        change.map_or(f64::NAN, |change| {
            let (rises, falls) = (rises.push(change.rises), falls.push(change.falls));
            if rises.is_nan() { f64::NAN } else { Change { rises, falls }.strength() }
        })
    });
    answers.collect()
}

/// The relative strength index of [`rsi`], one value at a time.
#[derive(Debug, Clone)]
pub struct Rsi {
    previous: f64,
    changes: Window<Change>,
}

impl Rsi {
    /// An index over the last `period` changes.
    pub fn new(period: usize) -> Self {
        Self { previous: f64::NAN, changes: Window::new(period) }
    }

    /// Takes the next value and gives the index, once there were `period` changes since the start or the last NaN.
    #[inline]
    pub fn push(&mut self, value: f64) -> Option<f64> {
        let change = Change::between(self.previous, value);
        self.previous = value;
        match change {
            Some(change) => self.changes.push(change).map(Change::strength),
            None => {
                self.changes.clear();
                None
            }
        }
    }
}

#[derive(Debug, Clone, Copy)]
struct Change {
    rises: f64,
    falls: f64,
}

impl Change {
    #[inline]
    fn between(previous: f64, value: f64) -> Option<Self> {
        let change = value - previous;
        if change.is_nan() {
            return None;
        }
        Some(if change > 0.0 { Self { rises: change, falls: 0.0 } } else { Self { rises: 0.0, falls: -change } })
    }

    #[inline]
    fn strength(self) -> f64 {
        let moved = self.rises + self.falls;
        if moved > 0.0 { 100.0 * self.rises / moved } else { 50.0 }
    }
}

impl Aggregate for Change {
    #[inline]
    fn join(self, newer: Self) -> Self {
        Self { rises: self.rises + newer.rises, falls: self.falls + newer.falls }
    }
}

/// The two lines of the stochastic oscillator.
#[derive(Debug, Clone, PartialEq)]
pub struct Stochastic {
    /// Where the close lies between lowest low (0) and highest high (100).
    pub k: Vec<f64>,
    /// The simple moving average of `k`.
    pub d: Vec<f64>,
}

/// Stochastic oscillator (Lane): %K over `k_period` bars, unsmoothed, and %D, its simple moving average over `d_period` bars.
/// TA-Lib's STOCHF. First %K at bar `k_period - 1`, first %D `d_period - 1` bars later; %K is 50 where the range is 0.
pub fn stochastic(high: &[f64], low: &[f64], close: &[f64], k_period: usize, d_period: usize) -> Stochastic {
    let mut line = PercentK::new(k_period);
    let bars = high.iter().zip(low).zip(close);
    let k: Vec<f64> = bars.map(|((&high, &low), &close)| line.push(high, low, close).unwrap_or(f64::NAN)).collect();
    let d = sma(&k, d_period);
    Stochastic { k, d }
}

/// The %K of [`stochastic`], one bar at a time.
#[derive(Debug, Clone)]
pub struct PercentK {
    range: Window<Range>,
}

impl PercentK {
    /// The place of the close in the range of the last `period` bars.
    pub fn new(period: usize) -> Self {
        Self { range: Window::new(period) }
    }

    /// Takes the next bar and gives %K, once there were `period` bars since the start or the last NaN.
    #[inline(always)]
    pub fn push(&mut self, high: f64, low: f64, close: f64) -> Option<f64> {
        if high.is_nan() || low.is_nan() || close.is_nan() {
            self.range.clear();
            return None;
        }
        self.range.push(Range::new(high, low)).map(|range| range.percent(close))
    }
}
