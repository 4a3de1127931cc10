//! Declares no exit at all.

use hostile_guests::{ExitParameter, Hostile};

struct NoExits;

impl Hostile for NoExits {
    const NAME: &'static str = "no-exits";

    fn exit_parameters() -> Vec<ExitParameter> {
        Vec::new()
    }
}

hostile_guests::export_strategy!(NoExits with_types_in hostile_guests);
