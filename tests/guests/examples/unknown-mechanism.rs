//! Declares an exit mechanism that no host knows.

use hostile_guests::{ExitParameter, Hostile, Interval};

struct UnknownMechanism;

impl Hostile for UnknownMechanism {
    const NAME: &'static str = "unknown-mechanism";

    fn exit_parameters() -> Vec<ExitParameter> {
        vec![ExitParameter {
            mechanism: "crystal-ball".to_owned(),
            name: "distance".to_owned(),
            value: 0.05,
            bounds: Interval { low: 0.01, high: 0.1 },
            enabled: true,
        }]
    }
}

hostile_guests::export_strategy!(UnknownMechanism with_types_in hostile_guests);
