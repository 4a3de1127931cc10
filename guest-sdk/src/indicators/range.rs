//! The range of bars.

use super::averages::Wilder;

/// (high + low + close) / 3.
pub fn typical_price(high: &[f64], low: &[f64], close: &[f64]) -> Vec<f64> {
    high.iter().zip(low).zip(close).map(|((high, low), close)| (high + low + close) / 3.0).collect()
}

/// The true range: the greatest of high - low, |high - previous close| and |low - previous close| (Wilder 1978). The first bar
/// has none.
pub fn true_range(high: &[f64], low: &[f64], close: &[f64]) -> Vec<f64> {
    let mut previous = f64::NAN;
    let bars = high.iter().zip(low).zip(close);
    bars.map(|((high, low), &close)| {
        let range = range_after(previous, *high, *low);
        previous = close;
        range
    })
    .collect()
}

/// Average true range by Wilder's smoothing: the first value, at bar `period`, is the mean of the first `period` true ranges.
/// TA-Lib's ATR.
pub fn atr(high: &[f64], low: &[f64], close: &[f64], period: usize) -> Vec<f64> {
    let mut average = Wilder::new(period);
    true_range(high, low, close).into_iter().map(|range| average.push(range)).collect()
}

fn range_after(previous_close: f64, high: f64, low: f64) -> f64 {
    if previous_close.is_nan() {
        return f64::NAN;
    }
    let top = if previous_close > high { previous_close } else { high };
    let bottom = if previous_close < low { previous_close } else { low };
    top - bottom
}
