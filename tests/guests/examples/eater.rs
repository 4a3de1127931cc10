//! Allocates memory and never gives any back.

use std::hint::black_box;

use hostile_guests::{Bars, Hostile, Refusal};

struct Eater;

impl Hostile for Eater {
    const NAME: &'static str = "eater";

    fn signals(_bars: Bars, _parameters: Vec<f64>) -> Result<Vec<f64>, Refusal> {
        let mut eaten = Vec::new();
        loop {
            eaten.push(black_box(vec![1_u8; 1 << 20]));
        }
    }
}

hostile_guests::export_strategy!(Eater with_types_in hostile_guests);
