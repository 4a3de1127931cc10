//! Says that two bars are enough, and refuses fewer than fifty.

use hostile_guests::{Bars, Hostile, Refusal, convictions};

struct Choosy;

impl Hostile for Choosy {
    const NAME: &'static str = "trial-choosy";

    fn signals(bars: Bars, _parameters: Vec<f64>) -> Result<Vec<f64>, Refusal> {
        if bars.close.len() < 50 { Err(Refusal::TooFewBars(50)) } else { Ok(convictions(&bars)) }
    }
}

hostile_guests::export_strategy!(Choosy with_types_in hostile_guests);
