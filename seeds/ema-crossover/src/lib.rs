//! EMA crossover: momentum by two exponential moving averages of the close.
//!
//! # Formula
//!
//! `fast` and `slow` are exponential moving averages adjusted for the bias of their start (pandas' `ewm(span).mean()`).
//!
//! - \+ `signal-strength` on the bar where `fast` crosses above `slow`, and while `fast > slow * (1 + trend-filter)`;
//! - \- `signal-strength` on the bar where `fast` crosses below `slow`, and while `fast < slow * (1 - trend-filter)`;
//! - 0 otherwise.
//!
//! A cross is a change of side: the first bar, where both averages are the price itself, is on neither.
//!
//! # Source
//!
//! The EMACrossover seed of the public genetic seed library, with these differences:
//!
//! - `trend-filter` is the band of the formula, which the original fixed at 0.005;
//! - `momentum-threshold`, which the original read and never used, is dropped;
//! - `signal-strength` defaults to 1, because the original's 0.5 never passes an entry threshold of 0.5;
//! - a fast period that is not below the slow one is refused in place of being changed silently.
//!
//! # Warm-up and cost
//!
//! Convictions start at the second bar; from about three slow periods on they no longer depend on where the history starts.
//! One pass over the closes, two updates a bar, no column besides the answer.

use seedbed_sdk::{
    indicators::{Ema, per_bar},
    prelude::*,
};

parameters! {
    /// What the search may tune.
    pub struct Params {
        /// Span of the fast average in bars.
        fast_ema_period: integer(5..=15) = 12,
        /// Span of the slow average in bars.
        slow_ema_period: integer(18..=34) = 26,
        /// Magnitude of every conviction.
        signal_strength: real(0.1..=1.0) = 1.0,
        /// How far the averages must be apart for a trend, as a fraction of the slow one.
        trend_filter: real(0.0..=0.02) = 0.005,
    }
}

/// The EMA crossover strategy.
pub struct EmaCrossover;

impl Strategy for EmaCrossover {
    type Params = Params;
    const ABOUT: &'static str = "long while a fast moving average is above a slow one, short while below";
    const FAMILY: Family = Family::Momentum;
    const READS: &'static [Column] = &[Column::Close];

    fn exits() -> Vec<Exit> {
        vec![
            Exit::fixed_stop(0.10),
            Exit::trailing_stop(0.05, 0.10),
            Exit::take_profit(0.20),
            Exit::signal_exit(0.1),
            Exit::break_even(0.05, 0.0).off(),
        ]
    }

    fn data_needed(params: &Params) -> DataNeed {
        DataNeed { minimum_bars: 2, recommended_bars: 3 * params.slow_ema_period }
    }

    fn check(params: &Params) -> Result<(), Refusal> {
        let (fast, slow) = (params.fast_ema_period, params.slow_ema_period);
        if fast >= slow {
            return Err(Refusal::bad_parameters(format!(
                "the fast period ({fast}) must be below the slow period ({slow})"
            )));
        }
        Ok(())
    }

    fn signals(bars: &Bars, params: &Params) -> Result<Vec<f64>, Refusal> {
        let mut fast = Ema::adjusted(params.fast_ema_period);
        let mut slow = Ema::adjusted(params.slow_ema_period);
        let (above, below) = (1.0 + params.trend_filter, 1.0 - params.trend_filter);
        let strength = params.signal_strength;
        let mut last = 0.0;
        let convictions = per_bar(bars.close()?, |close| {
            let (fast, slow) = (fast.push(close), slow.push(close));
            let gap = fast - slow;
            let crossed = gap * last < 0.0;
            last = if gap == 0.0 { last } else { gap };
            if crossed || fast > slow * above || fast < slow * below { strength.copysign(gap) } else { 0.0 }
        });
        Ok(convictions)
    }
}

seedbed_sdk::export!(EmaCrossover);
