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
//! Three long means, three short windows, and 20 or 50 comparisons on the bars that need a quantile; costs do not depend on the
//! periods.

use seedbed_sdk::{
    indicators::{Sum, Window, larger, newest_above, newest_below, sma, smaller},
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
        let mut trend = Trend::new(close, params);
        let (fs, mc) = (params.filter_sensitivity, params.momentum_confirmation);
        let weights = [0.4 * (1.0 - fs), 0.3 * fs, 0.2 * mc, 0.1];
        let total: f64 = weights.iter().sum();
        let weights = weights.map(|weight| weight / total);
        let usual = sma(close, longest(params.slow_sma_period));
        let mut convictions = vec![0.0; close.len()];
        // Where a mean does not exist yet it is NaN, and its comparisons are false.
        for t in 5..close.len() {
            trend.push(t);
            if trend.strength.is_nan() {
                continue;
            }
            let parts = if trend.side == 0.0 {
                [0.0, 0.0, 0.0, trend.reversal()]
            } else {
                [trend.direction(t), trend.filtered(), trend.momentum(t, volume), trend.reversal()]
            };
            let sum: f64 = weights.iter().zip(parts).map(|(weight, part)| weight * part).sum();
            let factor = match sum * (close[t] - usual[t]) {
                agrees if agrees > 0.0 => 1.2,
                opposes if opposes < 0.0 => 0.6,
                _ => 1.0,
            };
            convictions[t] = (factor * sum).clamp(-1.0, 1.0);
        }
        Ok(convictions)
    }
}

/// Closes in the mean that confirms a trend.
fn longest(slow: usize) -> usize {
    (3 * slow).min(500)
}

/// A trend up to one bar.
struct Trend<'a> {
    close: &'a [f64],
    fast: Vec<f64>,
    slow: Vec<f64>,
    above: Window<Sum>,
    returns: Window<(Sum, Sum)>,
    pulls: Window<Sum>,
    consistency_bars: f64,
    /// 1, -1 or 0: d of the formula.
    side: f64,
    strength: f64,
    /// The last side of the gap that was not 0, and the one before the present bar.
    gap_sides: [f64; 2],
    gaps: Vec<f64>,
    clarities: Vec<f64>,
}

impl<'a> Trend<'a> {
    fn new(close: &'a [f64], params: &Params) -> Self {
        Self {
            close,
            fast: sma(close, params.fast_sma_period),
            slow: sma(close, params.slow_sma_period),
            above: Window::new(params.trend_strength_period),
            returns: Window::new(RETURNS),
            pulls: Window::new(5),
            consistency_bars: params.trend_strength_period as f64,
            side: 0.0,
            strength: f64::NAN,
            gap_sides: [0.0; 2],
            gaps: Vec::with_capacity(close.len()),
            clarities: Vec::with_capacity(close.len()),
        }
    }

    /// Goes on to bar `t`, at least 1.
    fn push(&mut self, t: usize) {
        let (close, fast, slow) = (self.close[t], self.fast[t], self.slow[t]);
        let step = close / self.close[t - 1] - 1.0;
        let spread = self.returns.push((Sum(step), Sum(step * step))).map_or(f64::NAN, sd);
        if fast.is_nan() {
            return;
        }
        let consistency = self.above.push(Sum(f64::from(close > fast))).map(|Sum(above)| above / self.consistency_bars);
        let pull = (close / self.close[t - SLOPE] - 1.0) * (fast / self.fast[t - SLOPE] - 1.0);
        let pull = if pull.is_nan() { None } else { self.pulls.push(Sum(pull)) };
        if slow.is_nan() {
            return;
        }
        let gap = fast / slow - 1.0;
        self.gaps.push(gap);
        self.gap_sides = [self.gap_sides[1], if gap == 0.0 { self.gap_sides[1] } else { sign(gap) }];
        self.side = match [close - fast, close - slow, fast - slow].map(sign) {
            [1.0, 1.0, 1.0] => 1.0,
            [-1.0, -1.0, -1.0] => -1.0,
            _ => 0.0,
        };
        let (Some(consistency), Some(Sum(pull))) = (consistency, pull) else { return };
        let parts = [smaller(50.0 * gap.abs(), 1.0), smaller(2.0 * pull.abs(), 1.0), 2.0 * (consistency - 0.5).abs()];
        self.strength = parts.iter().sum::<f64>() / 3.0;
        self.clarities.push(self.strength / (spread + 0.001));
    }

    fn direction(&self, t: usize) -> f64 {
        let moved = |mean: &[f64]| (mean[t] - mean[t - SLOPE]) * self.side > 0.0;
        let strength = self.strength;
        if strength > 0.6 && moved(&self.fast) && moved(&self.slow) {
            self.side * smaller(1.5 * strength, 1.0)
        } else if strength > 0.3 {
            self.side * smaller(1.2 * strength, 0.7)
        } else {
            0.0
        }
    }

    fn filtered(&self) -> f64 {
        let is_clear = || last(&self.clarities, 20).is_some_and(|clarities| newest_above(clarities, 0.5));
        if self.strength > 0.7 && is_clear() {
            0.9 * self.side
        } else if self.strength > 0.4 && self.gaps.last().is_some_and(|gap| gap.abs() > 0.005) {
            0.6 * self.side
        } else {
            0.0
        }
    }

    fn momentum(&self, t: usize, volume: &[f64]) -> f64 {
        let [.., gap_before, gap] = self.gaps[..] else { return 0.0 };
        let moved = |value: f64| value * self.side > 0.0;
        let pace = || (t - 2..=t).map(|t| self.close[t] / self.close[t - 5] - 1.0).sum::<f64>();
        let is_busy = || volume[t] > mean(&volume[t - 19..=t]);
        let is_beyond = || last(&self.gaps, 10).is_some_and(|gaps| moved(gap - mean(gaps)));
        if moved(gap - gap_before) && moved(pace()) && is_busy() {
            0.8 * self.side
        } else if (self.close[t] / self.fast[t] - 1.0) * self.side > 0.01 && is_beyond() {
            0.5 * self.side
        } else {
            0.0
        }
    }

    fn reversal(&self) -> f64 {
        let [before, now] = self.gap_sides;
        let [.., then, _, _, gap] = self.gaps[..] else { return 0.0 };
        if self.strength <= 0.3 {
            0.0
        } else if before * now < 0.0 {
            0.7 * now
        } else {
            match last(&self.gaps, 50) {
                Some(gaps) if gap < then && newest_above(gaps, 0.9) => -0.7,
                Some(gaps) if gap > then && newest_below(gaps, 0.1) => 0.7,
                _ => 0.0,
            }
        }
    }
}

/// The sd of returns from their sum and their sum of squares. The mean of returns is small beside their sd, so little cancels
/// out.
fn sd((Sum(sum), Sum(squares)): (Sum, Sum)) -> f64 {
    let count = RETURNS as f64;
    (larger(squares - sum * sum / count, 0.0) / (count - 1.0)).sqrt()
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
