//! Writes one diagnostic of 16 MiB, then answers as a harmless strategy would.

use hostile_guests::{Bars, Hostile, Level, Refusal, convictions, report};

struct Shouter;

impl Hostile for Shouter {
    const NAME: &'static str = "shouter";

    fn signals(bars: Bars, _parameters: Vec<f64>) -> Result<Vec<f64>, Refusal> {
        report(Level::Error, &"A".repeat(16 << 20));
        Ok(convictions(&bars))
    }
}

hostile_guests::export_strategy!(Shouter with_types_in hostile_guests);
