//! Says it is of a family that does not exist.

use hostile_guests::{Columns, Description, Hostile};

struct UnknownFamily;

impl Hostile for UnknownFamily {
    const NAME: &'static str = "unknown-family";

    fn describe() -> Description {
        Description {
            name: Self::NAME.to_owned(),
            version: "0.1.0".to_owned(),
            about: "of no known family".to_owned(),
            family: "astrology".to_owned(),
            reads: Columns::CLOSE,
            parameters: Vec::new(),
            exits_closed: false,
        }
    }
}

hostile_guests::export_strategy!(UnknownFamily with_types_in hostile_guests);
