//! Volatility scaling: more exposure in calm markets than in wild ones, with a little momentum.
//!
//! # Formula
//!
//! Volatility is the sd (divisor n - 1) of the last `volatility-window` returns, its usual value the mean of as many
//! volatilities. A scale starts at 1 on each bar and is
//!
//! - set to `scaling-factor` in a high regime: in at least half (rounded down) of the last `regime-persistence` bars volatility
//!   was above `regime-threshold` times its usual value;
//! - set to min(2, 1 / `scaling-factor`) in a low regime: the same below the usual value divided by `regime-threshold`;
//!   where both hold, the low one counts;
//! - times 0.7 when volatility rose by more than the 80 % quantile of its last 20 changes;
//! - with w = `multi-timeframe-weight` above 0.1, times 1 - 0.3 w when volatility is above 1.2 times the sd of the last 24
//!   returns, times 1 + 0.2 w when below 0.8 times;
//! - times 0.8 when the mean true range of `volatility-window` bars, as a fraction of the close, is above the 80 % quantile of
//!   its last 50 values.
//!
//! The conviction is 0.7 (scale - 1), with scale - 1 between -0.9 and 1, plus 3 times the return of 5 bars, cut at 10 %.
//!
//! # Source
//!
//! The VolatilityScaling seed of the public genetic seed library, with these differences:
//!
//! - `target-volatility` and `position-base`, which the original's signal never used, are dropped: a position's size is the
//!   host's business;
//! - what a history is too short for leaves the scale as it is, where the original filled in a volatility of 2 %;
//! - the first bar, which has no close before it, has no true range.
//!
//! # Warm-up and cost
//!
//! Momentum starts at bar 6 and reaches 0.3 alone; volatility against 24 bars starts at bar 25, its changes 21 bars after the
//! first volatility, regimes after two windows, the true range after 50 bars and a window. Six rolling sums, a regime's history
//! in the bits of an integer, and 70 comparisons a bar; costs grow with the logarithm of the window.

use seedbed_sdk::{
    indicators::{larger, newest_above, per_bars, per_bars_apart, rolling_sum, smaller, true_range},
    prelude::*,
};

parameters! {
    /// What the search may tune.
    pub struct Params {
        /// Returns in the volatility.
        volatility_window: integer(10..=40) = 20,
        /// How many times its usual value volatility must be for a high regime; the inverse for a low one.
        regime_threshold: real(0.8..=2.0) = 1.5,
        /// Scale in a high regime; the inverse, at most 2, in a low one.
        scaling_factor: real(0.2..=0.8) = 0.5,
        /// Bars that decide whether a regime persists.
        regime_persistence: integer(2..=10) = 5,
        /// Weight of volatility against that of 24 bars; up to 0.1 it is ignored.
        multi_timeframe_weight: real(0.0..=1.0) = 0.3,
    }
}

/// Bars of momentum.
const MOMENTUM: usize = 5;

/// Returns in the volatility that volatility is compared with: a day of hours in the original.
const DAY: usize = 24;

/// Changes of volatility that the newest is compared with.
const CHANGES: usize = 20;

/// Relative true ranges that the newest is compared with.
const RANGES: usize = 50;

/// The volatility scaling strategy.
pub struct VolatilityScaling;

impl Strategy for VolatilityScaling {
    type Params = Params;
    const ABOUT: &'static str = "long in calm and short in wild markets, leaning with momentum";
    const FAMILY: Family = Family::Volatility;
    const READS: &'static [Column] = &[Column::High, Column::Low, Column::Close];

    fn exits() -> Vec<Exit> {
        vec![
            Exit::fixed_stop(0.08),
            Exit::trailing_stop(0.05, 0.10),
            Exit::time_stop(20),
            Exit::signal_exit(0.1),
            Exit::take_profit(0.15).off(),
        ]
    }

    fn data_needed(params: &Params) -> DataNeed {
        DataNeed { minimum_bars: MOMENTUM + 1, recommended_bars: 3 * params.volatility_window + 50 }
    }

    fn signals(bars: &Bars, params: &Params) -> Result<Vec<f64>, Refusal> {
        let (high, low, close) = (bars.high()?, bars.low()?, bars.close()?);
        let scales = scales(high, low, close, params);
        let momenta = per_bars_apart(close, close, MOMENTUM, |now, before| now / before - 1.0);
        Ok(per_bars([&scales, &momenta], |[scale, momentum]| {
            let momentum = if momentum.is_nan() { 0.0 } else { momentum.clamp(-0.1, 0.1) };
            (0.7 * (scale - 1.0).clamp(-0.9, 1.0) + 3.0 * momentum).clamp(-1.0, 1.0)
        }))
    }
}

/// The scale of the formula.
fn scales(high: &[f64], low: &[f64], close: &[f64], params: &Params) -> Vec<f64> {
    let Params { volatility_window: window, regime_threshold, scaling_factor, multi_timeframe_weight: weight, .. } =
        *params;
    let returns = per_bars_apart(close, close, 1, |now, before| now / before - 1.0);
    let squares = per_bars([&returns], |[step]| step * step);
    let variance = variances(&returns, &squares, window);
    let day = variances(&returns, &squares, DAY);
    let volatilities = per_bars([&variance], |[variance]| variance.sqrt());
    let usual = rolling_sum(&volatilities, window);
    let changes = per_bars_apart(&volatilities, &volatilities, 1, |now, before| now - before);
    let ranges = rolling_sum(&true_range(high, low, close), window);
    let ranges = per_bars([&ranges, close], |[sum, close]| sum / close);

    let mut high_regime = Regime::new(params.regime_persistence);
    let mut low_regime = Regime::new(params.regime_persistence);
    let weight = if weight > 0.1 { weight } else { 0.0 };
    let mut scales = vec![1.0; close.len()];
    // Where a column has no value yet it is NaN, and its comparisons are false.
    for t in window..close.len() {
        let many = window as f64 * volatilities[t];
        let is_high = high_regime.push(many > usual[t] * regime_threshold);
        let is_low = low_regime.push(many * regime_threshold < usual[t]);
        let scale = match (is_low, is_high) {
            (true, _) => smaller(1.0 / scaling_factor, 2.0),
            (false, true) => scaling_factor,
            (false, false) => 1.0,
        };
        let (is_wild, is_calm) = (variance[t] > 1.2 * 1.2 * day[t], variance[t] < 0.8 * 0.8 * day[t]);
        scales[t] = scale
            * (1.0 - 0.3 * f64::from(is_unusual(&changes[window + 1..t + 1], CHANGES)))
            * (1.0 + weight * (0.2 * f64::from(is_calm) - 0.3 * f64::from(is_wild)))
            * (1.0 - 0.2 * f64::from(is_unusual(&ranges[window..=t], RANGES)));
    }
    scales
}

/// The variance (divisor n - 1) of the last n returns, from sums: their mean is small beside their sd, so little cancels out.
fn variances(returns: &[f64], squares: &[f64], count: usize) -> Vec<f64> {
    let share = 1.0 / count as f64;
    let share_of_rest = 1.0 / (count as f64 - 1.0);
    per_bars([&rolling_sum(returns, count), &rolling_sum(squares, count)], |[sum, squares]| {
        larger(0.0, squares - sum * sum * share) * share_of_rest
    })
}

/// Whether the last of `values` is above the 80 % quantile of the last `window` ones, when there are as many.
fn is_unusual(values: &[f64], window: usize) -> bool {
    values.len() >= window && newest_above(&values[values.len() - window..], 0.8)
}

/// Whether a condition holds in enough of the last bars.
struct Regime {
    /// One bit a bar, the newest lowest.
    history: u32,
    mask: u32,
    enough: u32,
}

impl Regime {
    fn new(persistence: usize) -> Self {
        Self { history: 0, mask: (1 << persistence) - 1, enough: persistence as u32 / 2 }
    }

    fn push(&mut self, holds: bool) -> bool {
        self.history = (self.history << 1 | u32::from(holds)) & self.mask;
        self.history.count_ones() >= self.enough
    }
}

seedbed_sdk::export!(VolatilityScaling);
