//! Traps for every other value of its parameter.

use hostile_guests::{Bars, Hostile, Refusal, convictions};

struct Moody;

impl Hostile for Moody {
    const NAME: &'static str = "moody";

    fn signals(bars: Bars, parameters: Vec<f64>) -> Result<Vec<f64>, Refusal> {
        if parameters[0] % 2.0 == 1.0 {
            std::process::abort()
        }
        Ok(convictions(&bars))
    }
}

hostile_guests::export_strategy!(Moody with_types_in hostile_guests);
