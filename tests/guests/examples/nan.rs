//! Answers with convictions that are no numbers, not finite or out of range.

use hostile_guests::{Bars, Hostile, Refusal};

struct Nan;

impl Hostile for Nan {
    const NAME: &'static str = "nan";

    fn signals(bars: Bars, _parameters: Vec<f64>) -> Result<Vec<f64>, Refusal> {
        let foul =
            [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 2.0, -7.0, f64::MAX, f64::MIN_POSITIVE, -0.0, -f64::NAN];
        Ok(foul.into_iter().cycle().take(bars.close.len()).collect())
    }
}

hostile_guests::export_strategy!(Nan with_types_in hostile_guests);
