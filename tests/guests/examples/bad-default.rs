//! Declares a default outside its domain.

use hostile_guests::{Domain, Hostile, Interval, Parameter, parameter};

struct BadDefault;

impl Hostile for BadDefault {
    const NAME: &'static str = "bad-default";

    fn parameters() -> Vec<Parameter> {
        vec![parameter("period", Domain::Integer(Interval { low: 2.0, high: 50.0 }), 99.0)]
    }
}

hostile_guests::export_strategy!(BadDefault with_types_in hostile_guests);
