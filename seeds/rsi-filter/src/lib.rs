//! RSI filter: mean reversion by the relative strength index, or pullbacks in a trend.
//!
//! # Formula
//!
//! `rsi` is the relative strength index by simple means (Cutler) of the last `rsi-period` changes of the close; `base` is, in
//! mode `reversion`,
//!
//! - \+ min(1, (`oversold-threshold` - rsi) / 20) while rsi <= `oversold-threshold`,
//! - \- min(1, (rsi - `overbought-threshold`) / 20) while rsi >= `overbought-threshold`,
//!
//! and in mode `pullback`, with g = |SMA10 / SMA30 - 1| and only on bars whose volume is at least its 20-bar mean,
//!
//! - \+ min(1, 10 g (1 - rsi / 100)) when SMA10 > SMA30, the close is above that of 5 bars before, and rsi rises between
//!   `oversold-threshold` + 5 and 50,
//! - \- min(1, 10 g rsi / 100) when SMA10 < SMA30, the close is below that of 5 bars before, and rsi falls between 50 and
//!   `overbought-threshold` - 5.
//!
//! `divergence` is +1 when the close is below and the rsi above its value 20 bars before, -1 the other way round. With w =
//! `divergence-weight` above 0.1 and a divergence at hand the conviction is (1 - w) base + w divergence, otherwise base.
//!
//! # Source
//!
//! The RSIFilter seed of the public genetic seed library, with these differences:
//!
//! - `operation-mode`, a number compared with 0.5 in the original, is a choice;
//! - without a divergence the base conviction is kept, where the original shrank it by w: scaled down, longs hardly ever passed
//!   an entry threshold of 0.5;
//! - shorts in mode `pullback` mirror longs.
//!
//! Convictions in mode `pullback` are weak by their formula: alone they pass 0.5 only when the averages are some 8 % apart.
//!
//! # Warm-up and cost
//!
//! The first index needs `rsi-period` + 1 closes, the first divergence 20 more, the averages of mode `pullback` 30 bars. One
//! pass over the closes, and in mode `pullback` three rolling means; costs do not depend on the periods.

use seedbed_sdk::{
    indicators::{per_bar, rsi, sma},
    prelude::*,
};

parameters! {
    /// What the search may tune.
    pub struct Params {
        /// Changes of the close in the index.
        rsi_period: integer(10..=20) = 14,
        /// At or below this index a market is oversold.
        oversold_threshold: real(25.0..=40.0) = 25.0,
        /// At or above this index a market is overbought.
        overbought_threshold: real(60.0..=80.0) = 75.0,
        /// What the index is used for.
        operation_mode: choice(Mode {
            /// Buys oversold and sells overbought markets.
            Reversion,
            /// Buys pullbacks in a rise and sells rallies in a fall.
            Pullback,
        }) = Mode::Reversion,
        /// Share of a divergence between price and index in the conviction; up to 0.1 divergences are ignored.
        divergence_weight: real(0.0..=1.0) = 0.3,
    }
}

/// Bars of the fast average in mode `pullback`.
const FAST: usize = 10;

/// Bars of the slow average in mode `pullback`.
const SLOW: usize = 30;

/// Bars between the two prices of a divergence.
const DIVERGENCE: usize = 20;

/// The RSI filter strategy.
pub struct RsiFilter;

impl Strategy for RsiFilter {
    type Params = Params;
    const ABOUT: &'static str = "buys oversold and sells overbought markets, or pullbacks in a trend";
    const FAMILY: Family = Family::MeanReversion;
    const READS: &'static [Column] = &[Column::Close, Column::Volume];

    fn exits() -> Vec<Exit> {
        vec![
            Exit::fixed_stop(0.08),
            Exit::take_profit(within(0.10, 0.05..=0.25)),
            Exit::time_stop(20),
            Exit::trailing_stop(0.03, 0.05).off(),
        ]
    }

    fn data_needed(params: &Params) -> DataNeed {
        let minimum_bars = match params.operation_mode {
            Mode::Reversion => params.rsi_period + 1,
            Mode::Pullback => SLOW,
        };
        DataNeed { minimum_bars, recommended_bars: (2 * params.rsi_period + 20).max(40) }
    }

    fn signals(bars: &Bars, params: &Params) -> Result<Vec<f64>, Refusal> {
        let close = bars.close()?;
        let rsi = rsi(close, params.rsi_period);
        let mut convictions = match params.operation_mode {
            Mode::Reversion => per_bar(&rsi, |rsi| reversion(rsi, params)),
            Mode::Pullback => pullback(close, bars.volume()?, &rsi, params),
        };
        if params.divergence_weight > 0.1 {
            blend_divergence(&mut convictions, close, &rsi, params.divergence_weight);
        }
        Ok(convictions)
    }
}

/// The base conviction of mode `reversion`.
fn reversion(rsi: f64, params: &Params) -> f64 {
    let depth = (params.oversold_threshold - rsi) / 20.0;
    let height = (rsi - params.overbought_threshold) / 20.0;
    if depth >= 0.0 {
        depth.min(1.0)
    } else if height >= 0.0 {
        -height.min(1.0)
    } else {
        0.0
    }
}

/// The base convictions of mode `pullback`.
fn pullback(close: &[f64], volume: &[f64], rsi: &[f64], params: &Params) -> Vec<f64> {
    let (fast, slow, usual_volume) = (sma(close, FAST), sma(close, SLOW), sma(volume, 20));
    let (floor, ceiling) = (params.oversold_threshold + 5.0, params.overbought_threshold - 5.0);
    let mut convictions = vec![0.0; close.len()];
    for t in SLOW - 1..close.len() {
        if volume[t] < usual_volume[t] {
            continue;
        }
        let weight = 10.0 * (fast[t] / slow[t] - 1.0).abs();
        let rising = close[t] > close[t - 5] && rsi[t] > rsi[t - 1];
        let falling = close[t] < close[t - 5] && rsi[t] < rsi[t - 1];
        if fast[t] > slow[t] && rising && floor < rsi[t] && rsi[t] < 50.0 {
            convictions[t] = (weight * (1.0 - rsi[t] / 100.0)).min(1.0);
        } else if fast[t] < slow[t] && falling && 50.0 < rsi[t] && rsi[t] < ceiling {
            convictions[t] = -(weight * rsi[t] / 100.0).min(1.0);
        }
    }
    convictions
}

fn blend_divergence(convictions: &mut [f64], close: &[f64], rsi: &[f64], weight: f64) {
    for t in DIVERGENCE..close.len() {
        let (then, now) = ((close[t - DIVERGENCE], rsi[t - DIVERGENCE]), (close[t], rsi[t]));
        if now.0 < then.0 && now.1 > then.1 {
            convictions[t] = (1.0 - weight) * convictions[t] + weight;
        } else if now.0 > then.0 && now.1 < then.1 {
            convictions[t] = (1.0 - weight) * convictions[t] - weight;
        }
    }
}

seedbed_sdk::export!(RsiFilter);
