//! Declares one parameter twice.

use hostile_guests::{Domain, Hostile, Interval, Parameter, parameter};

struct Duplicates;

impl Hostile for Duplicates {
    const NAME: &'static str = "duplicates";

    fn parameters() -> Vec<Parameter> {
        let period = || parameter("period", Domain::Integer(Interval { low: 2.0, high: 50.0 }), 20.0);
        vec![period(), period()]
    }
}

hostile_guests::export_strategy!(Duplicates with_types_in hostile_guests);
