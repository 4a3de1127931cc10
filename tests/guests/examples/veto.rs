//! Accepts no genome.

use hostile_guests::{ExitSetting, Hostile, Refusal};

struct Veto;

impl Hostile for Veto {
    const NAME: &'static str = "veto";

    fn accept(_parameters: Vec<f64>, _exits: Vec<ExitSetting>) -> Result<(), Refusal> {
        Err(Refusal::BadParameters("no genome is good enough".to_owned()))
    }
}

hostile_guests::export_strategy!(Veto with_types_in hostile_guests);
