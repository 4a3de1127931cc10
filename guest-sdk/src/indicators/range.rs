//! The range of bars.

use super::{
    append,
    averages::Wilder,
    vector::{larger, smaller},
};

/// (high + low + close) / 3.
pub fn typical_price(high: &[f64], low: &[f64], close: &[f64]) -> Vec<f64> {
    high.iter().zip(low).zip(close).map(|((high, low), close)| (high + low + close) / 3.0).collect()
}

/// The true range: the greatest of high - low, |high - previous close| and |low - previous close| (Wilder 1978). The first bar
/// has none.
pub fn true_range(high: &[f64], low: &[f64], close: &[f64]) -> Vec<f64> {
    let bars = high.len().min(low.len()).min(close.len());
    let mut ranges = vec![f64::NAN; bars.min(1)];
    let bars_after_one = [&high[bars.min(1)..bars], &low[bars.min(1)..bars], &close[..bars.saturating_sub(1)]];
    append(&mut ranges, bars_after_one, |[high, low, before]| {
        // The last term makes NaN of what comes after one; NaN of the bar itself passes through.
        larger(before, high) - smaller(before, low) + 0.0 * before
    });
    ranges
}

/// Average true range by Wilder's smoothing: the first value, at bar `period`, is the mean of the first `period` true ranges.
/// TA-Lib's ATR.
pub fn atr(high: &[f64], low: &[f64], close: &[f64], period: usize) -> Vec<f64> {
    let mut average = Wilder::new(period);
    true_range(high, low, close).into_iter().map(|range| average.push(range)).collect()
}
