//! Traps before it has said what it is.

use hostile_guests::{Description, Hostile};

struct TrapDescribe;

impl Hostile for TrapDescribe {
    const NAME: &'static str = "trap-describe";

    fn describe() -> Description {
        std::process::abort()
    }
}

hostile_guests::export_strategy!(TrapDescribe with_types_in hostile_guests);
