//! Accepts every period, and refuses to work with the longer half.

use hostile_guests::{Bars, Hostile, Refusal, convictions};

struct Promises;

impl Hostile for Promises {
    const NAME: &'static str = "trial-promises";

    fn signals(bars: Bars, parameters: Vec<f64>) -> Result<Vec<f64>, Refusal> {
        if parameters[0] > 25.0 {
            return Err(Refusal::BadParameters("the period is too long".to_owned()));
        }
        Ok(convictions(&bars))
    }
}

hostile_guests::export_strategy!(Promises with_types_in hostile_guests);
