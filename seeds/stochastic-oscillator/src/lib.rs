//! Stochastic oscillator: momentum by crosses, divergences and extremes of %K.
//!
//! # Formula
//!
//! %K is the place of the close between the lowest low (0) and the highest high (100) of the last `k-period` bars, %D its mean
//! over `d-period` bars. With depth = `oversold-level` - %K and w = `divergence-weight`, the conviction is the sum of
//!
//! - 0.5 cross: min(1, 0.3 + max(0, depth) / 20) on the bar where %K crosses above %D;
//! - w divergence: 0.8 when the close is at or below the lowest of the 20 closes before, %K above the lowest of its 20 values
//!   before, and %K at or below `oversold-level`;
//! - 0.5 (1 - w) zone: min(0.6, 0.2 + depth / 30) while %K is at or below `oversold-level`;
//!
//! times 0.7 where %K over half or double the period is below 0.8 %K, so that the other horizon still falls. Shorts mirror longs
//! at 100 - %K with `overbought-level`. A cross is a change of side: the first %D is on neither.
//!
//! # Source
//!
//! The StochasticOscillator seed of the public genetic seed library, with these differences:
//!
//! - a cross outside the oversold or overbought zone has the strength 0.3 and its own side; the original's strength fell below
//!   zero there, so that a cross up was sold;
//! - where no price moved %K is 50, where the original's 0 was bought;
//! - shorts are doubted as longs are: the original compared with 1.2 %K, which is above 100 for most of them;
//! - `divergence-sensitivity` is called by what it is, the weight of divergences.
//!
//! # Warm-up and cost
//!
//! Zones start at bar `k-period`, crosses `d-period` bars later, divergences 20 bars after the first %K; until there are two
//! periods of bars nothing is doubted by the longer one. Ranges over three periods, each made from a
//! shorter one, and two rolling windows; costs grow with the logarithm of the periods.

use seedbed_sdk::{
    indicators::{Range, Ranges, Sum, Window},
    prelude::*,
};

parameters! {
    /// What the search may tune.
    pub struct Params {
        /// Bars in the range of %K.
        k_period: integer(10..=20) = 14,
        /// Values of %K in the mean %D.
        d_period: integer(2..=5) = 3,
        /// At or above this %K a market is overbought.
        overbought_level: real(70.0..=85.0) = 80.0,
        /// At or below this %K a market is oversold.
        oversold_level: real(15.0..=30.0) = 20.0,
        /// Weight of divergences between price and %K; the rest goes to the zones.
        divergence_weight: real(0.0..=1.0) = 0.5,
    }
}

/// Bars before the present one that a divergence looks at.
const DIVERGENCE: usize = 20;

/// %K and %D that are nearer than this are equal: with prices in cents they meet exactly, and rounding would pick a side.
const ROUNDING: f64 = 1e-9;

/// The stochastic oscillator strategy.
pub struct StochasticOscillator;

impl Strategy for StochasticOscillator {
    type Params = Params;
    const ABOUT: &'static str = "buys when a close low in its range turns up, sells when one high in it turns down";
    const FAMILY: Family = Family::Momentum;
    const READS: &'static [Column] = &[Column::High, Column::Low, Column::Close];

    fn exits() -> Vec<Exit> {
        vec![
            Exit::fixed_stop(0.06),
            Exit::take_profit(within(0.08, 0.05..=0.20)),
            Exit::time_stop(10),
            Exit::signal_exit(0.3),
            Exit::break_even(0.04, 0.0).off(),
        ]
    }

    fn data_needed(params: &Params) -> DataNeed {
        let (k_period, d_period) = (params.k_period, params.d_period);
        // With all weight on divergences zones are silent, and the first thing that can speak is a cross.
        let minimum_bars = if params.divergence_weight < 1.0 { k_period } else { k_period + d_period };
        DataNeed { minimum_bars, recommended_bars: 2 * k_period + 20 + d_period }
    }

    fn signals(bars: &Bars, params: &Params) -> Result<Vec<f64>, Refusal> {
        let close = bars.close()?;
        let short = Ranges::of_bars(bars.high()?, bars.low()?).over(params.k_period / 2);
        let line = short.over(params.k_period);
        let long = line.over(2 * params.k_period);
        let mut sums = Window::new(params.d_period);
        let share = 1.0 / params.d_period as f64;
        let mut extremes = Window::new(DIVERGENCE);
        let (mut before, mut last_gap) = (None, 0.0);
        let convictions = close.iter().enumerate().map(|(t, &close)| {
            // An unknown range gives NaN, whose comparisons are false.
            let k = line[t].percent(close);
            if k.is_nan() {
                return 0.0;
            }
            let gap = sums.push(Sum(k)).map_or(0.0, |Sum(sum)| k - sum * share);
            let gap = if gap.abs() < ROUNDING { 0.0 } else { gap };
            let crossed = gap * last_gap < 0.0;
            last_gap = if gap == 0.0 { last_gap } else { gap };
            let extremes_before: Option<Extremes> = before;
            before = extremes.push((Range::new(close, close), Range::new(k, k)));

            let (height, depth) = (k - params.overbought_level, params.oversold_level - k);
            let (mut cross, mut zone, mut divergence) = (0.0, 0.0, 0.0);
            if crossed {
                let reach = if gap > 0.0 { depth } else { height };
                cross = (0.3 + reach.max(0.0) / 20.0).min(1.0).copysign(gap);
            }
            if depth >= 0.0 {
                zone = (0.2 + depth / 30.0).min(0.6);
                divergence =
                    if extremes_before.is_some_and(|(c, l)| close <= c.lowest() && k > l.lowest()) { 0.8 } else { 0.0 };
            } else if height >= 0.0 {
                zone = -(0.2 + height / 30.0).min(0.6);
                divergence = if extremes_before.is_some_and(|(c, h)| close >= c.highest() && k < h.highest()) {
                    -0.8
                } else {
                    0.0
                };
            }
            let weight = params.divergence_weight;
            let conviction = 0.5 * cross + weight * divergence + 0.5 * (1.0 - weight) * zone;
            let doubted = [short[t], long[t]].into_iter().any(|range| {
                let other = range.percent(close);
                if conviction > 0.0 { other < 0.8 * k } else { 100.0 - other < 0.8 * (100.0 - k) }
            });
            (if doubted { 0.7 * conviction } else { conviction }).clamp(-1.0, 1.0)
        });
        Ok(convictions.collect())
    }
}

/// The ranges of the close and of %K.
type Extremes = (Range, Range);

seedbed_sdk::export!(StochasticOscillator);
