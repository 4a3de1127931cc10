//! Long while the price is above 100.

use hostile_guests::{Bars, Hostile, Refusal};

struct Level;

impl Hostile for Level {
    const NAME: &'static str = "trial-level";

    fn signals(bars: Bars, _parameters: Vec<f64>) -> Result<Vec<f64>, Refusal> {
        Ok(bars.close.iter().map(|close| f64::from(*close > 100.0)).collect())
    }
}

hostile_guests::export_strategy!(Level with_types_in hostile_guests);
