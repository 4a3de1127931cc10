//! Reports every tenth bar.

use hostile_guests::{Bars, Hostile, Level, Refusal, convictions, report};

struct Talker;

impl Hostile for Talker {
    const NAME: &'static str = "trial-talker";

    fn signals(bars: Bars, _parameters: Vec<f64>) -> Result<Vec<f64>, Refusal> {
        bars.close.iter().step_by(10).for_each(|_| report(Level::Debug, "ten more bars"));
        Ok(convictions(&bars))
    }
}

hostile_guests::export_strategy!(Talker with_types_in hostile_guests);
