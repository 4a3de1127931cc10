//! Calls itself until the stack is used up.

use std::hint::black_box;

use hostile_guests::{Bars, Hostile, Refusal};

struct Recursion;

impl Hostile for Recursion {
    const NAME: &'static str = "recursion";

    fn signals(_bars: Bars, _parameters: Vec<f64>) -> Result<Vec<f64>, Refusal> {
        Ok(vec![deeper(1)])
    }
}

#[expect(unconditional_recursion, reason = "that is the attack")]
fn deeper(level: u64) -> f64 {
    let here = black_box([level; 16]);
    deeper(black_box(level + 1)) + here.iter().sum::<u64>() as f64
}

hostile_guests::export_strategy!(Recursion with_types_in hostile_guests);
