//! Aborts where prices do not move.

use hostile_guests::{Bars, Hostile, Refusal, convictions};

struct Brittle;

impl Hostile for Brittle {
    const NAME: &'static str = "trial-brittle";

    fn signals(bars: Bars, _parameters: Vec<f64>) -> Result<Vec<f64>, Refusal> {
        if bars.close.windows(20).any(|closes| closes.iter().all(|close| *close == closes[0])) {
            std::process::abort()
        }
        Ok(convictions(&bars))
    }
}

hostile_guests::export_strategy!(Brittle with_types_in hostile_guests);
