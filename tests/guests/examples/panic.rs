//! Panics with a message that carries terminal escapes.

use hostile_guests::{Bars, FOUL, Hostile, Refusal, report_panics};

struct Panic;

impl Hostile for Panic {
    const NAME: &'static str = "panic";

    fn signals(_bars: Bars, _parameters: Vec<f64>) -> Result<Vec<f64>, Refusal> {
        report_panics();
        panic!("the strategy fell over {FOUL}");
    }
}

hostile_guests::export_strategy!(Panic with_types_in hostile_guests);
