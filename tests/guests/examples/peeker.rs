//! Knows the next bar: its convictions use prices of the future.

use hostile_guests::{Bars, Hostile, Refusal, convictions};

struct Peeker;

impl Hostile for Peeker {
    const NAME: &'static str = "peeker";

    fn signals(bars: Bars, _parameters: Vec<f64>) -> Result<Vec<f64>, Refusal> {
        let mut convictions = convictions(&bars);
        if !convictions.is_empty() {
            convictions.rotate_left(1);
        }
        Ok(convictions)
    }
}

hostile_guests::export_strategy!(Peeker with_types_in hostile_guests);
