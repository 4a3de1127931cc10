//! Has a name that takes over the terminal.

use hostile_guests::{FOUL, Hostile};

struct EscapesName;

impl Hostile for EscapesName {
    const NAME: &'static str = FOUL;
}

hostile_guests::export_strategy!(EscapesName with_types_in hostile_guests);
