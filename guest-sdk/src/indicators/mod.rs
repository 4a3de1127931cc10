//! Technical indicators, each in one pass over the bars.
//!
//! # Conventions
//!
//! - A function from columns gives one value per bar (of the shortest column), decided at that bar's close from bars up to and
//!   including it. Before there are enough bars the value is NaN.
//! - NaN in, NaN out: a window with a NaN in it has no value, and the next value needs a full window after it. Averages by
//!   recursion pass over a NaN. So indicators can be applied to indicators.
//! - Periods and windows are bars; 0 counts as 1.
//! - Nothing drifts: rolling values are joined from parts of their own window, never kept up by adding and subtracting, so
//!   they are as exact after a million bars as after one window, and constant prices have an sd of exactly 0.
//! - Values per bar can be had one at a time, without a column in between, from [`Ema`], [`Wilder`], [`Rsi`],
//!   [`PercentK`] and [`Window`].
//! - The range of prices over several periods at once comes from [`Ranges`].
//!
//! - Columns are made of columns by [`per_bar`], [`per_bars`] and [`per_bars_apart`]. In the sandbox a column more often costs less
//!   than a branch that the processor cannot predict.
//!
//! Costs are per bar and independent of the window, except where stated.

mod averages;
mod bands;
mod momentum;
mod range;
mod ranges;
mod rolling;
mod vector;
mod window;

pub use averages::{Ema, Wilder, ema, ema_adjusted, sma};
pub use bands::{Bands, bollinger, vwap};
pub use momentum::{PercentK, Rsi, Stochastic, rsi, rsi_wilder, stochastic};
pub use range::{atr, true_range, typical_price};
pub use ranges::{Range, Ranges};
pub use rolling::{newest_above, newest_below, rolling_max, rolling_min, rolling_quantile, rolling_sd, rolling_sum};
pub use vector::{larger, smaller};
pub use window::{Aggregate, Highest, Lowest, Moments, Sum, Window, rolling_moments};

/// The column that `answer` gives for one value after the other.
///
/// The same as mapping and collecting, in steps of four bars: a sandbox checks fuel and deadline once a step, so a strategy's
/// innermost loop runs up to a third faster than bar by bar.
#[inline]
pub fn per_bar(values: &[f64], mut answer: impl FnMut(f64) -> f64) -> Vec<f64> {
    let (steps, rest) = values.as_chunks::<4>();
    let mut answers = Vec::with_capacity(values.len());
    for step in steps {
        answers.extend_from_slice(&step.map(&mut answer));
    }
    answers.extend(rest.iter().map(|&value| answer(value)));
    answers
}

/// The column that `answer` gives for the values of several columns at each bar: [`per_bar`] for more than one.
///
/// Arithmetic without branches is done for two bars at once.
#[inline]
pub fn per_bars<const COLUMNS: usize>(
    columns: [&[f64]; COLUMNS],
    answer: impl FnMut([f64; COLUMNS]) -> f64,
) -> Vec<f64> {
    let length = columns.iter().map(|column| column.len()).min().unwrap_or(0);
    let mut answers = Vec::with_capacity(length);
    append(&mut answers, columns.map(|column| &column[..length]), answer);
    answers
}

/// The column that `answer` gives for each value of `now` and the one of `before` that is `bars` older; NaN for the first,
/// which have none.
#[inline]
pub fn per_bars_apart(now: &[f64], before: &[f64], bars: usize, mut answer: impl FnMut(f64, f64) -> f64) -> Vec<f64> {
    let length = now.len().min(before.len());
    let unknown = bars.min(length);
    let mut answers = Vec::with_capacity(length);
    answers.resize(unknown, f64::NAN);
    append(&mut answers, [&now[unknown..length], &before[..length - unknown]], |[now, before]| answer(now, before));
    answers
}

/// Appends an answer for each bar of columns of one length.
#[inline]
fn append<const COLUMNS: usize>(
    answers: &mut Vec<f64>,
    columns: [&[f64]; COLUMNS],
    mut answer: impl FnMut([f64; COLUMNS]) -> f64,
) {
    let length = columns.first().map_or(0, |column| column.len());
    let columns = columns.map(|column| &column[..length]);
    let steps = columns.map(|column| &column.as_chunks::<4>().0[..length / 4]);
    for step in 0..length / 4 {
        let values = steps.map(|steps| &steps[step]);
        answers.extend_from_slice(&std::array::from_fn::<_, 4, _>(|bar| answer(values.map(|values| values[bar]))));
    }
    answers.extend((length / 4 * 4..length).map(|bar| answer(columns.map(|column| column[bar]))));
}
