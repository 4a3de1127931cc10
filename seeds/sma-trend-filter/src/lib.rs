//! SMA trend filter: trend following by simple moving averages, filtered by the strength of the trend.
//!
//! # Formula
//!
//! A trend is up (d = 1) while the close is above its fast and slow mean and the fast mean above the slow one, down (d = -1)
//! while all three are below, otherwise d = 0. The gap is fast / slow - 1. Strength s, in [0, 1], is the mean of min(1, 50 |gap|);
//! min(1, 10 |p|), p being the 5-bar mean of the close's 3-bar return times the fast mean's; and 2 |c - 0.5|, c being the share
//! of the last `trend-strength-period` closes above their fast mean. With fs = `filter-sensitivity` and
//! mc = `momentum-confirmation` the conviction is the mean of four parts,
//!
//! - direction, weight 0.4 (1 - fs): d min(1, 1.5 s) when s > 0.6 and both means moved with d in 3 bars, otherwise
//!   d min(0.7, 1.2 s) when s > 0.3;
//! - strength, weight 0.3 fs: 0.9 d when s > 0.7 and s / (0.001 + sd of 20 returns) is above its 20-bar median, otherwise 0.6 d
//!   when s > 0.4 and |gap| > 0.005;
//! - momentum, weight 0.2 mc: 0.8 d when the gap moved with d, as did the 3-bar mean of 5-bar returns, and volume is above its
//!   20-bar mean, otherwise 0.5 d when the gap is beyond its 10-bar mean and the close more than 1 % beyond the fast mean;
//! - reversal, weight 0.1, when s > 0.3: 0.7 to the side to which the means cross, otherwise against a gap above the 90 % quantile
//!   of its last 50 values and below that of 3 bars before, or the mirror image below the 10 % quantile;
//!
//! times 1.2 when the close is on the same side of its mean of min(500, 3 slow) bars, times 0.6 on the other, at most 1.
//!
//! # Source
//!
//! The SMATrendFilter seed of the public genetic seed library, with these differences:
//!
//! - the parts are averaged, where the weights of the original's sum came to 0.53 at its defaults, so that hardly any conviction
//!   passed 0.5;
//! - before there are bars for the longest mean its factor is 1, where the original took that for a fall;
//! - strength starts when all its parts exist.
//!
//! # Warm-up and cost
//!
//! Convictions start at bar `slow-sma-period`, or at bar `fast-sma-period` + `trend-strength-period` - 1 when that is later.
//! Three long means, a count, four short rolling sums, and 20 or 50 comparisons on the bars that need a quantile; costs do not
//! depend on the periods.

use seedbed_sdk::{
    indicators::{larger, newest_above, newest_below, per_bars, per_bars_apart, rolling_sum, sma, smaller},
    prelude::*,
};

parameters! {
    /// What the search may tune.
    pub struct Params {
        /// Closes in the fast mean.
        fast_sma_period: integer(30..=80) = 50,
        /// Closes in the slow mean.
        slow_sma_period: integer(150..=300) = 200,
        /// Closes that tell how consistent a trend is.
        trend_strength_period: integer(10..=100) = 30,
        /// How much a trend's strength counts, the rest going to its direction.
        filter_sensitivity: real(0.0..=1.0) = 0.7,
        /// Weight of momentum.
        momentum_confirmation: real(0.0..=1.0) = 0.5,
    }
}

/// Bars over which a mean's slope is taken.
const SLOPE: usize = 3;

/// Returns in the sd that strength is compared with.
const RETURNS: usize = 20;

/// The SMA trend filter strategy.
pub struct SmaTrendFilter;

impl Strategy for SmaTrendFilter {
    type Params = Params;
    const ABOUT: &'static str = "follows trends of simple moving averages that are strong and gain momentum";
    const FAMILY: Family = Family::TrendFollowing;
    const READS: &'static [Column] = &[Column::Close, Column::Volume];

    fn exits() -> Vec<Exit> {
        vec![
            Exit::fixed_stop(0.10),
            Exit::chandelier(22, 5.0),
            Exit::signal_exit(0.1),
            Exit::break_even(0.10, 0.0).off(),
        ]
    }

    fn data_needed(params: &Params) -> DataNeed {
        let (fast, slow) = (params.fast_sma_period, params.slow_sma_period);
        DataNeed { minimum_bars: slow.max(fast + params.trend_strength_period - 1), recommended_bars: longest(slow) }
    }

    fn signals(bars: &Bars, params: &Params) -> Result<Vec<f64>, Refusal> {
        let (close, volume) = (bars.close()?, bars.volume()?);
        let trend = Trend::new(close, volume, params);
        let (fs, mc) = (params.filter_sensitivity, params.momentum_confirmation);
        let weights = [0.4 * (1.0 - fs), 0.3 * fs, 0.2 * mc, 0.1];
        let total: f64 = weights.iter().sum();
        let weights = weights.map(|weight| weight / total);
        let usual = sma(close, longest(params.slow_sma_period));
        let mut gap_sides = GapSides::default();
        let mut sums = vec![0.0; close.len()];
        for (t, sum) in sums.iter_mut().enumerate().skip(params.slow_sma_period - 1) {
            gap_sides.push(trend.gap[t]);
            // Where a part of it does not exist yet it is NaN.
            if trend.strength[t].is_nan() {
                continue;
            }
            let side = trend.side(t);
            let parts = if side == 0.0 {
                [0.0, 0.0, 0.0, trend.reversal(t, &gap_sides)]
            } else {
                [
                    trend.direction(t, side),
                    trend.filtered(t, side),
                    trend.momentum(t, side),
                    trend.reversal(t, &gap_sides),
                ]
            };
            *sum = weights.iter().zip(parts).map(|(weight, part)| weight * part).sum();
        }
        Ok(per_bars([&sums, close, &usual], |[sum, close, usual]| {
            let agrees = sum * (close - usual);
            let factor = 1.0 + 0.2 * f64::from(agrees > 0.0) - 0.4 * f64::from(agrees < 0.0);
            (factor * sum).clamp(-1.0, 1.0)
        }))
    }
}

/// Closes in the mean that confirms a trend.
fn longest(slow: usize) -> usize {
    (3 * slow).min(500)
}

/// A trend at each bar; NaN before there are enough bars.
struct Trend<'a> {
    close: &'a [f64],
    volume: &'a [f64],
    fast: Vec<f64>,
    slow: Vec<f64>,
    gap: Vec<f64>,
    strength: Vec<f64>,
    /// Strength as a multiple of the spread of returns.
    clarity: Vec<f64>,
    /// Returns of five bars.
    pace: Vec<f64>,
    /// Sums of 20 volumes.
    usual_volume: Vec<f64>,
    first_gap: usize,
    first_clarity: usize,
}

impl<'a> Trend<'a> {
    fn new(close: &'a [f64], volume: &'a [f64], params: &Params) -> Self {
        let (fast, slow) = (sma(close, params.fast_sma_period), sma(close, params.slow_sma_period));
        let gap = per_bars([&fast, &slow], |[fast, slow]| fast / slow - 1.0);

        let pull = per_bars([&change(close, SLOPE), &change(&fast, SLOPE)], |[close, fast]| close * fast);
        let pulls = rolling_sum(&pull, 5);
        let above = per_bars([close, &fast], |[close, fast]| f64::from(close > fast));
        let aboves = rolling_count(&above, params.trend_strength_period);
        let share = 1.0 / params.trend_strength_period as f64;
        let mut strength = per_bars([&gap, &pulls, &aboves], |[gap, pull, above]| {
            (smaller(1.0, 50.0 * gap.abs()) + smaller(1.0, 2.0 * pull.abs()) + 2.0 * (above * share - 0.5).abs()) / 3.0
        });
        // A close is never above a mean that does not exist yet: what was counted of those bars is no share.
        let consistent = params.fast_sma_period + params.trend_strength_period - 2;
        strength.iter_mut().take(consistent).for_each(|strength| *strength = f64::NAN);

        let returns = change(close, 1);
        let squares = rolling_sum(&per_bars([&returns], |[step]| step * step), RETURNS);
        let clarity = per_bars([&strength, &rolling_sum(&returns, RETURNS), &squares], |[strength, sum, squares]| {
            strength / (sd(sum, squares) + 0.001)
        });
        let first_gap = params.slow_sma_period - 1;
        Self {
            close,
            volume,
            pace: change(close, 5),
            usual_volume: rolling_sum(volume, 20),
            first_clarity: first_gap.max(consistent),
            fast,
            slow,
            gap,
            strength,
            clarity,
            first_gap,
        }
    }

    /// 1, -1 or 0: d of the formula.
    fn side(&self, t: usize) -> f64 {
        let (close, fast, slow) = (self.close[t], self.fast[t], self.slow[t]);
        let is_up = (close > fast) & (close > slow) & (fast > slow);
        let is_down = (close < fast) & (close < slow) & (fast < slow);
        f64::from(is_up) - f64::from(is_down)
    }

    fn direction(&self, t: usize, side: f64) -> f64 {
        let moved = |mean: &[f64]| (mean[t] - mean[t - SLOPE]) * side > 0.0;
        let strength = self.strength[t];
        if (strength > 0.6) & moved(&self.fast) & moved(&self.slow) {
            side * smaller(1.5 * strength, 1.0)
        } else if strength > 0.3 {
            side * smaller(1.2 * strength, 0.7)
        } else {
            0.0
        }
    }

    fn filtered(&self, t: usize, side: f64) -> f64 {
        let strength = self.strength[t];
        let is_clear = strength > 0.7
            && last(&self.clarity[self.first_clarity..=t], 20).is_some_and(|last| newest_above(last, 0.5));
        let is_strong = (strength > 0.4) & (self.gap[t].abs() > 0.005);
        side * either(is_clear, 0.9, either(is_strong, 0.6, 0.0))
    }

    fn momentum(&self, t: usize, side: f64) -> f64 {
        let moved = |value: f64| value * side > 0.0;
        let gap = self.gap[t];
        let pace = self.pace[t - 2] + self.pace[t - 1] + self.pace[t];
        let is_busy = 20.0 * self.volume[t] > self.usual_volume[t];
        let is_beyond = (self.close[t] - self.fast[t]) * side > 0.01 * self.fast[t]
            && last(&self.gap[self.first_gap..=t], 10).is_some_and(|gaps| moved(gap - mean(gaps)));
        side * either(moved(gap - self.gap[t - 1]) & moved(pace) & is_busy, 0.8, either(is_beyond, 0.5, 0.0))
    }

    fn reversal(&self, t: usize, &GapSides { before, now }: &GapSides) -> f64 {
        let (gap, then) = (self.gap[t], self.gap[t - 3]);
        if self.strength[t] <= 0.3 || then.is_nan() {
            0.0
        } else if before * now < 0.0 {
            0.7 * now
        } else {
            // What is beyond nine tenths of 50 values is beyond half of the newest ten, which few bars need more than.
            let gaps = |count| last(&self.gap[self.first_gap..=t], count);
            let is_above = |count, quantile| gaps(count).is_some_and(|gaps| newest_above(gaps, quantile));
            let is_below = |count, quantile| gaps(count).is_some_and(|gaps| newest_below(gaps, quantile));
            if gap < then && is_above(10, 0.5) && is_above(50, 0.9) {
                -0.7
            } else if gap > then && is_below(10, 0.5) && is_below(50, 0.1) {
                0.7
            } else {
                0.0
            }
        }
    }
}

/// One of two values, without a branch.
fn either(condition: bool, value: f64, other: f64) -> f64 {
    other + f64::from(condition) * (value - other)
}

/// The last side of the gap that was not 0, and the one before the present bar.
#[derive(Default)]
struct GapSides {
    before: f64,
    now: f64,
}

impl GapSides {
    fn push(&mut self, gap: f64) {
        let side = sign(gap);
        self.before = self.now;
        self.now = if side == 0.0 { self.now } else { side };
    }
}

/// Each value as a multiple of that `bars` before, less 1.
fn change(values: &[f64], bars: usize) -> Vec<f64> {
    per_bars_apart(values, values, bars, |now, before| now / before - 1.0)
}

/// The sum of the last `window` values, which must be whole numbers: what is taken out of their sum leaves no rest.
fn rolling_count(values: &[f64], window: usize) -> Vec<f64> {
    let mut count = values.iter().take(window).sum::<f64>();
    per_bars_apart(values, values, window, |newest, oldest| {
        count += newest - oldest;
        count
    })
}

/// The sd of returns from their sum and their sum of squares. The mean of returns is small beside their sd, so little cancels
/// out.
fn sd(sum: f64, squares: f64) -> f64 {
    let count = RETURNS as f64;
    (larger(squares - sum * sum * (1.0 / count), 0.0) * (1.0 / (count - 1.0))).sqrt()
}

/// The last `window` values, when there are as many.
fn last(values: &[f64], window: usize) -> Option<&[f64]> {
    values.len().checked_sub(window).map(|start| &values[start..])
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// 1, -1, or 0 for zero and NaN.
fn sign(value: f64) -> f64 {
    f64::from(value > 0.0) - f64::from(value < 0.0)
}

seedbed_sdk::export!(SmaTrendFilter);
