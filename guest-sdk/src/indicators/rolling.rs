//! Order and spread of the last bars.

use std::collections::VecDeque;

use super::{
    append, per_bars_apart,
    vector::{count_above, count_below},
    window::{Highest, Lowest, Moments, known, rolling},
};

/// The greatest of the last `window` values. First value at bar `window - 1`.
pub fn rolling_max(values: &[f64], window: usize) -> Vec<f64> {
    rolling(values.iter(), window, |&value| known(value).map(Highest), |highest| highest.0)
}

/// The least of the last `window` values. First value at bar `window - 1`.
pub fn rolling_min(values: &[f64], window: usize) -> Vec<f64> {
    rolling(values.iter(), window, |&value| known(value).map(Lowest), |lowest| lowest.0)
}

/// The sum of the last `window` values. First value at bar `window - 1`.
///
/// A sum over 2 n values joins two over n that are side by side, one over n + 1 a sum and a value: costs grow with the logarithm
/// of the window, but no sum waits for that of the bar before.
pub fn rolling_sum(values: &[f64], window: usize) -> Vec<f64> {
    let window = window.max(1);
    // The first bits of the window make a sum of up to seven values, and each later bit doubles it.
    let later_bits = window.ilog2().saturating_sub(2);
    let mut sums = match window >> later_bits {
        1 => values.to_vec(),
        2 => short_sum::<2>(values),
        3 => short_sum::<3>(values),
        4 => short_sum::<4>(values),
        5 => short_sum::<5>(values),
        6 => short_sum::<6>(values),
        _ => short_sum::<7>(values),
    };
    for bit in (0..later_bits).rev() {
        let covered = window >> bit;
        sums = per_bars_apart(&sums, &sums, covered / 2, |now, before| now + before);
        if covered % 2 == 1 {
            sums = per_bars_apart(&sums, values, covered - 1, |sum, oldest| sum + oldest);
        }
    }
    sums
}

fn short_sum<const WINDOW: usize>(values: &[f64]) -> Vec<f64> {
    let unknown = (WINDOW - 1).min(values.len());
    let mut sums = Vec::with_capacity(values.len());
    sums.resize(unknown, f64::NAN);
    let ages =
        std::array::from_fn::<_, WINDOW, _>(|bar| &values[bar.min(unknown)..values.len() - unknown + bar.min(unknown)]);
    append(&mut sums, ages, |values| values.iter().sum());
    sums
}

/// The sd of the last `window` values with divisor `window - ddof`. First value at bar `window - 1`; NaN throughout when
/// `window <= ddof`.
pub fn rolling_sd(values: &[f64], window: usize, ddof: u32) -> Vec<f64> {
    rolling(values.iter(), window, |&value| known(value).map(Moments::of), |moments| moments.sd(ddof))
}

/// The `quantile` (0 to 1) of the last `window` values, linear between neighbours: pandas'
/// `rolling(window).quantile(quantile)`. First value at bar `window - 1`.
///
/// Costs two binary searches and the move of up to `window` values a bar.
pub fn rolling_quantile(values: &[f64], window: usize, quantile: f64) -> Vec<f64> {
    let window = window.max(1);
    let mut ages = VecDeque::with_capacity(window);
    let mut sorted: Vec<f64> = Vec::with_capacity(window);
    let answers = values.iter().map(|&value| {
        if value.is_nan() {
            ages.clear();
            sorted.clear();
            return f64::NAN;
        }
        if ages.len() == window
            && let Some(oldest) = ages.pop_front()
        {
            sorted.remove(sorted.partition_point(|&other| other < oldest));
        }
        ages.push_back(value);
        sorted.insert(sorted.partition_point(|&other| other < value), value);
        if sorted.len() == window { between(&sorted, quantile) } else { f64::NAN }
    });
    answers.collect()
}

/// Whether the last of `values` is above their `quantile` (0 to 1, linear between neighbours). NaN counts as not below it.
///
/// What a comparison with [`rolling_quantile`] tells, without an order of the values: one comparison for each of them, so
/// for windows up to some fifty bars it is several times faster.
#[inline]
pub fn newest_above(values: &[f64], quantile: f64) -> bool {
    values.last().is_some_and(|&newest| count_below(values, newest) > enough(values, quantile))
}

/// Whether the last of `values` is below their `quantile`: the mirror image of [`newest_above`].
#[inline]
pub fn newest_below(values: &[f64], quantile: f64) -> bool {
    values.last().is_some_and(|&newest| count_above(values, newest) > enough(values, 1.0 - quantile))
}

/// A value is beyond the quantile when it passes more of them than this.
#[inline]
fn enough(values: &[f64], quantile: f64) -> i64 {
    (quantile * (values.len() as f64 - 1.0)).floor() as i64
}

fn between(sorted: &[f64], quantile: f64) -> f64 {
    let position = quantile.clamp(0.0, 1.0) * (sorted.len() as f64 - 1.0);
    let below = position.floor();
    let at = |index: usize| sorted.get(index).copied();
    match (at(below as usize), at(below as usize + 1)) {
        (Some(low), Some(high)) => low + (high - low) * (position - below),
        (low, _) => low.unwrap_or(f64::NAN),
    }
}
