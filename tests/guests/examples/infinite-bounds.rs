//! Declares a parameter without bounds.

use hostile_guests::{Domain, Hostile, Interval, Parameter, parameter};

struct InfiniteBounds;

impl Hostile for InfiniteBounds {
    const NAME: &'static str = "infinite-bounds";

    fn parameters() -> Vec<Parameter> {
        vec![parameter("period", Domain::Real(Interval { low: f64::NEG_INFINITY, high: f64::INFINITY }), 20.0)]
    }
}

hostile_guests::export_strategy!(InfiniteBounds with_types_in hostile_guests);
