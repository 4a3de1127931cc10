//! Bollinger bands: breakouts outside the bands, reversion inside them.
//!
//! # Formula
//!
//! The bands lie `volatility-multiplier` sd (divisor n - 1) around the simple mean of the last `lookback-period` closes; %B is
//! 0 at the lower and 1 at the upper band. The conviction is `position-scaling-factor`, at most 1, times
//!
//! - +1 when the close is above the upper band, -1 when it is below the lower one;
//! - inside the bands +1 when %B < 0.2, -1 when %B > 0.8;
//! - 0 otherwise, and where no close of the window differs from another.
//!
//! # Source
//!
//! The BollingerBands seed of the public genetic seed library, with these differences:
//!
//! - a close above the upper band is a breakout and long, as the original meant: there the short of %B > 0.8 was written last
//!   and won, so that every bar outside the bands was short;
//! - `squeeze-threshold` and `breakout-strength`, which the original never used, are dropped;
//! - `position-scaling-factor` scales the conviction. At its low end of 0.5 no conviction passes an entry threshold of 0.5.
//!
//! # Warm-up and cost
//!
//! Convictions start at bar `lookback-period`. One pass over the closes; costs do not depend on the period.

use seedbed_sdk::{
    indicators::{Moments, Window, per_bar},
    prelude::*,
};

parameters! {
    /// What the search may tune.
    pub struct Params {
        /// Closes in the mean and the sd.
        lookback_period: integer(10..=40) = 20,
        /// Distance of the bands from the mean in sd.
        volatility_multiplier: real(1.5..=2.5) = 2.0,
        /// Magnitude of every conviction, at most 1.
        position_scaling_factor: real(0.5..=1.5) = 1.0,
    }
}

/// The Bollinger bands strategy.
pub struct BollingerBands;

impl Strategy for BollingerBands {
    type Params = Params;
    const ABOUT: &'static str = "follows closes outside the bands and fades closes near them";
    const FAMILY: Family = Family::Volatility;
    const READS: &'static [Column] = &[Column::Close];

    fn exits() -> Vec<Exit> {
        vec![
            Exit::volatility_stop(9, 3.0),
            Exit::take_profit(0.15),
            Exit::time_stop(15),
            Exit::signal_exit(0.1),
            Exit::fixed_stop(0.10).off(),
        ]
    }

    fn data_needed(params: &Params) -> DataNeed {
        DataNeed { minimum_bars: params.lookback_period, recommended_bars: 2 * params.lookback_period + 10 }
    }

    fn signals(bars: &Bars, params: &Params) -> Result<Vec<f64>, Refusal> {
        let strength = params.position_scaling_factor.min(1.0);
        let mut window = Window::new(params.lookback_period);
        let convictions = per_bar(bars.close()?, |close| match window.push(Moments::of(close)) {
            Some(moments) => strength * direction(close, moments, params.volatility_multiplier),
            None => 0.0,
        });
        Ok(convictions)
    }
}

/// 1 for long, -1 for short, 0 for neither.
fn direction(close: f64, moments: Moments, width: f64) -> f64 {
    let reach = width * moments.sd(1);
    let (lower, upper) = (moments.mean() - reach, moments.mean() + reach);
    let percent_b = (close - lower) / (upper - lower);
    if close > upper {
        1.0
    } else if close < lower {
        -1.0
    } else if percent_b < 0.2 {
        1.0
    } else if percent_b > 0.8 {
        -1.0
    } else {
        0.0
    }
}

seedbed_sdk::export!(BollingerBands);
