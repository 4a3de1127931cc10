//! Dual momentum: rides a trend of months that is also stronger than it usually was.
//!
//! Momentum is the return of the last `lookback` bars. It is *absolutely* strong above `hurdle`, weak below -`hurdle`; it is
//! *relatively* strong above the quantile `rank` of its own last `history` values, weak below the quantile 1 - `rank`.
//!
//! | momentum | conviction |
//! |---|---|
//! | absolutely and relatively strong | 1 |
//! | absolutely strong only | 0.4 |
//! | absolutely weak only | -0.4 |
//! | absolutely and relatively weak | -1 |
//!
//! So a trade starts when both agree, and the lesser convictions hold it while the absolute trend lasts. They need `lookback`
//! bars before them, the greater ones `history` more. Each bar costs two searches in the sorted history.

use seedbed_sdk::{indicators::rolling_quantile, prelude::*};

parameters! {
    /// What the search may tune.
    pub struct Params {
        /// Bars whose return is the momentum.
        lookback: integer(20..=200) = 90,
        /// Values of momentum that it is compared with.
        history: integer(60..=500) = 200,
        /// The return that counts as a trend.
        hurdle: real(0.0..=0.2) = 0.02,
        /// The quantile of its history that momentum must pass.
        rank: real(0.5..=0.9) = 0.6,
    }
}

/// Conviction when only the absolute momentum is strong: holds a trade without starting one.
const HOLD: f64 = 0.4;

/// The dual momentum strategy.
pub struct DualMomentum;

impl Strategy for DualMomentum {
    type Params = Params;
    const ABOUT: &'static str = "rides a trend of months that is stronger than it usually was";
    const FAMILY: Family = Family::Momentum;
    const READS: &'static [Column] = &[Column::Close];
    const EXITS_CLOSED: bool = true;

    fn exits() -> Vec<Exit> {
        vec![
            Exit::fixed_stop(within(0.15, 0.08..=0.20)),
            Exit::trailing_stop(within(0.05, 0.03..=0.05), within(0.15, 0.10..=0.20)),
            Exit::signal_exit(within(0.2, 0.0..=0.4)),
        ]
    }

    fn data_needed(params: &Params) -> DataNeed {
        DataNeed { minimum_bars: params.lookback + 1, recommended_bars: params.lookback + params.history }
    }

    fn accept(_: &Params, exits: &ExitSettings) -> Result<(), Refusal> {
        let threshold = exits.value(Mechanism::SignalExit, "threshold");
        if threshold.is_some_and(|threshold| threshold >= HOLD) {
            return Err(Refusal::other(format!(
                "a signal exit from {HOLD} on would never see the convictions that end a trend"
            )));
        }
        Ok(())
    }

    fn signals(bars: &Bars, params: &Params) -> Result<Vec<f64>, Refusal> {
        let close = bars.close()?;
        let mut momentum = vec![f64::NAN; params.lookback];
        momentum.extend(close.iter().zip(close.iter().skip(params.lookback)).map(|(then, now)| now / then - 1.0));
        let strong = rolling_quantile(&momentum, params.history, params.rank);
        let weak = rolling_quantile(&momentum, params.history, 1.0 - params.rank);
        let convictions = momentum.iter().zip(strong).zip(weak).map(|((&momentum, strong), weak)| {
            // Comparisons with a NaN of the warm-up are false.
            if momentum > params.hurdle {
                if momentum > strong { 1.0 } else { HOLD }
            } else if momentum < -params.hurdle {
                if momentum < weak { -1.0 } else { -HOLD }
            } else {
                0.0
            }
        });
        Ok(convictions.collect())
    }
}

seedbed_sdk::export!(DualMomentum);
