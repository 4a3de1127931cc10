//! Does nothing wrong: where even this one is refused, a test of the others proves nothing.

use hostile_guests::Hostile;

struct Harmless;

impl Hostile for Harmless {
    const NAME: &'static str = "harmless";
}

hostile_guests::export_strategy!(Harmless with_types_in hostile_guests);
