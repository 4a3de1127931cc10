//! Answers with one conviction too few.

use hostile_guests::{Bars, Hostile, Refusal, convictions};

struct WrongLength;

impl Hostile for WrongLength {
    const NAME: &'static str = "wrong-length";

    fn signals(bars: Bars, _parameters: Vec<f64>) -> Result<Vec<f64>, Refusal> {
        let mut convictions = convictions(&bars);
        convictions.pop();
        Ok(convictions)
    }
}

hostile_guests::export_strategy!(WrongLength with_types_in hostile_guests);
