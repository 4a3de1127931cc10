//! Declares a parameter whose bounds are no numbers.

use hostile_guests::{Domain, Hostile, Interval, Parameter, parameter};

struct NanBounds;

impl Hostile for NanBounds {
    const NAME: &'static str = "nan-bounds";

    fn parameters() -> Vec<Parameter> {
        vec![parameter("period", Domain::Real(Interval { low: f64::NAN, high: f64::NAN }), 20.0)]
    }
}

hostile_guests::export_strategy!(NanBounds with_types_in hostile_guests);
