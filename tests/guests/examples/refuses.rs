//! Declines to answer however many bars it is given.

use hostile_guests::{Bars, DataNeed, Hostile, Refusal};

struct Refuses;

impl Hostile for Refuses {
    const NAME: &'static str = "refuses";

    fn data_needed(_parameters: Vec<f64>) -> DataNeed {
        DataNeed { minimum_bars: 2, recommended_bars: u32::MAX }
    }

    fn signals(_bars: Bars, _parameters: Vec<f64>) -> Result<Vec<f64>, Refusal> {
        Err(Refusal::TooFewBars(u32::MAX))
    }
}

hostile_guests::export_strategy!(Refuses with_types_in hostile_guests);
