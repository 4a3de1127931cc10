//! Leaves nothing to mutate: one value for each parameter, and no other mechanism.

use hostile_guests::{Domain, ExitParameter, Hostile, Interval, Parameter, parameter};

struct Frozen;

impl Hostile for Frozen {
    const NAME: &'static str = "frozen";
    const EXITS_CLOSED: bool = true;

    fn parameters() -> Vec<Parameter> {
        vec![parameter("period", Domain::Integer(Interval { low: 20.0, high: 20.0 }), 20.0)]
    }

    fn exit_parameters() -> Vec<ExitParameter> {
        vec![ExitParameter {
            mechanism: "time-stop".to_owned(),
            name: "holding-period".to_owned(),
            value: 10.0,
            bounds: Interval { low: 10.0, high: 10.0 },
            enabled: true,
        }]
    }
}

hostile_guests::export_strategy!(Frozen with_types_in hostile_guests);
