//! Says foul texts wherever a text is free: about, parameters, diagnostics, refusals.

use hostile_guests::{Bars, Columns, Description, Domain, FOUL, Hostile, Level, Parameter, Refusal, report};

struct Escapes;

impl Hostile for Escapes {
    const NAME: &'static str = "escapes";

    fn describe() -> Description {
        Description {
            name: Self::NAME.to_owned(),
            version: "0.1.0".to_owned(),
            about: FOUL.to_owned(),
            family: "momentum".to_owned(),
            reads: Columns::CLOSE,
            parameters: vec![Parameter {
                name: "period".to_owned(),
                about: FOUL.to_owned(),
                domain: Domain::Choice(vec!["one".to_owned(), "other".to_owned()]),
                default: 0.0,
            }],
            exits_closed: false,
        }
    }

    fn signals(_bars: Bars, _parameters: Vec<f64>) -> Result<Vec<f64>, Refusal> {
        report(Level::Error, FOUL);
        Err(Refusal::Other(FOUL.to_owned()))
    }
}

hostile_guests::export_strategy!(Escapes with_types_in hostile_guests);
