//! Keeps eight kibibytes for every bar.

use std::hint::black_box;

use hostile_guests::{Bars, Hostile, Refusal, convictions};

struct Hoarder;

impl Hostile for Hoarder {
    const NAME: &'static str = "trial-hoarder";

    fn signals(bars: Bars, _parameters: Vec<f64>) -> Result<Vec<f64>, Refusal> {
        let kept: Vec<Vec<u8>> = bars.close.iter().map(|_| Vec::with_capacity(8 << 10)).collect();
        black_box(&kept);
        Ok(convictions(&bars))
    }
}

hostile_guests::export_strategy!(Hoarder with_types_in hostile_guests);
