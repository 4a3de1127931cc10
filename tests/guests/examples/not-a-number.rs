//! Has no opinion on every second bar: its conviction there is NaN, with a payload.

use hostile_guests::{Bars, Hostile, Refusal, convictions};

struct NotANumber;

impl Hostile for NotANumber {
    const NAME: &'static str = "not-a-number";

    fn signals(bars: Bars, _parameters: Vec<f64>) -> Result<Vec<f64>, Refusal> {
        let mut convictions = convictions(&bars);
        for conviction in convictions.iter_mut().step_by(2) {
            *conviction = f64::from_bits(0xfff8_dead_beef_0001);
        }
        Ok(convictions)
    }
}

hostile_guests::export_strategy!(NotANumber with_types_in hostile_guests);
