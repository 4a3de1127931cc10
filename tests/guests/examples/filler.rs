//! Fills megabytes of memory over and over: one instruction, much work.

use std::hint::black_box;

use hostile_guests::{Bars, Hostile, Refusal};

struct Filler;

impl Hostile for Filler {
    const NAME: &'static str = "filler";

    fn signals(_bars: Bars, _parameters: Vec<f64>) -> Result<Vec<f64>, Refusal> {
        let mut filled = vec![0_u8; 32 << 20];
        loop {
            filled.fill(black_box(1));
            black_box(&mut filled);
        }
    }
}

hostile_guests::export_strategy!(Filler with_types_in hostile_guests);
