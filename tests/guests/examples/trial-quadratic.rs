//! Looks at all earlier bars again on every bar.

use std::hint::black_box;

use hostile_guests::{Bars, Hostile, Refusal, convictions};

struct Quadratic;

impl Hostile for Quadratic {
    const NAME: &'static str = "trial-quadratic";

    fn signals(bars: Bars, _parameters: Vec<f64>) -> Result<Vec<f64>, Refusal> {
        for bar in 0..bars.close.len() {
            black_box(bars.close[..bar].iter().fold(0.0, |sum, close| sum + close));
        }
        Ok(convictions(&bars))
    }
}

hostile_guests::export_strategy!(Quadratic with_types_in hostile_guests);
