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
pub use rolling::{newest_above, newest_below, rolling_max, rolling_min, rolling_quantile, rolling_sd};
pub use vector::{larger, smaller};
pub use window::{Aggregate, Highest, Lowest, Moments, Sum, Window};

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
