//! Writes diagnostics without end.

use hostile_guests::{Bars, FOUL, Hostile, Level, Refusal, report};

struct Chatter;

impl Hostile for Chatter {
    const NAME: &'static str = "chatter";

    fn signals(_bars: Bars, _parameters: Vec<f64>) -> Result<Vec<f64>, Refusal> {
        loop {
            report(Level::Warn, FOUL);
        }
    }
}

hostile_guests::export_strategy!(Chatter with_types_in hostile_guests);
