//! Says that it needs a hundred bars, and trades from the second on.

use hostile_guests::{DataNeed, Hostile};

struct Early;

impl Hostile for Early {
    const NAME: &'static str = "trial-early";

    fn data_needed(_parameters: Vec<f64>) -> DataNeed {
        DataNeed { minimum_bars: 100, recommended_bars: 100 }
    }
}

hostile_guests::export_strategy!(Early with_types_in hostile_guests);
