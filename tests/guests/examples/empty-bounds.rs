//! Declares exit bounds of which the host allows nothing.

use hostile_guests::{ExitParameter, Hostile, Interval};

struct EmptyBounds;

impl Hostile for EmptyBounds {
    const NAME: &'static str = "empty-bounds";

    fn exit_parameters() -> Vec<ExitParameter> {
        vec![ExitParameter {
            mechanism: "fixed-stop".to_owned(),
            name: "stop-loss".to_owned(),
            value: 0.5,
            bounds: Interval { low: 0.4, high: 0.6 },
            enabled: true,
        }]
    }
}

hostile_guests::export_strategy!(EmptyBounds with_types_in hostile_guests);
