//! Declares more parameters than any strategy has use for.

use hostile_guests::{Domain, Hostile, Interval, Parameter, parameter};

struct ManyParameters;

impl Hostile for ManyParameters {
    const NAME: &'static str = "many-parameters";

    fn parameters() -> Vec<Parameter> {
        let domain = || Domain::Integer(Interval { low: 2.0, high: 50.0 });
        (0..65).map(|index| parameter(&format!("period-{index}"), domain(), 20.0)).collect()
    }
}

hostile_guests::export_strategy!(ManyParameters with_types_in hostile_guests);
