//! Traps without a word.

use hostile_guests::{Bars, Hostile, Refusal};

struct Trap;

impl Hostile for Trap {
    const NAME: &'static str = "trap";

    fn signals(_bars: Bars, _parameters: Vec<f64>) -> Result<Vec<f64>, Refusal> {
        std::process::abort()
    }
}

hostile_guests::export_strategy!(Trap with_types_in hostile_guests);
