//! Computes for three million units of fuel before it says what it is.

use std::hint::black_box;

use hostile_guests::{Domain, Hostile, Interval, Parameter, parameter};

struct SlowStart;

impl Hostile for SlowStart {
    const NAME: &'static str = "trial-slow-start";

    fn parameters() -> Vec<Parameter> {
        let steps = (0..300_000u32).fold(0, |sum, step| black_box(sum ^ step));
        vec![parameter("period", Domain::Integer(Interval { low: 2.0, high: 50.0 }), 20.0 + f64::from(steps & 1))]
    }
}

hostile_guests::export_strategy!(SlowStart with_types_in hostile_guests);
