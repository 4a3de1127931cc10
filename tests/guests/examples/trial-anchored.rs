//! Long above the first close of the history, short below it: wherever the history begins it trades otherwise.

use hostile_guests::{Bars, Hostile, Refusal};

struct Anchored;

impl Hostile for Anchored {
    const NAME: &'static str = "trial-anchored";

    fn signals(bars: Bars, _parameters: Vec<f64>) -> Result<Vec<f64>, Refusal> {
        let first = bars.close.first().copied().unwrap_or_default();
        let side = |close: &f64| f64::from(*close > first) - f64::from(*close < first);
        Ok(bars.close.iter().map(side).collect())
    }
}

hostile_guests::export_strategy!(Anchored with_types_in hostile_guests);
