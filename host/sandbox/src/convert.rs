//! From what a guest said to what the host believes: every rule of the contract is checked again here.

use seedbed_genome::{DeclaredExit, Domain, Family, Interval, Parameter, is_name};
use seedbed_outcome::{Failure, GuestText, Outcome, Refusal};

use crate::bindings::seed;
use crate::component::{DataNeed, Description, Reads};

/// Exit parameters that a component may declare; the host's list holds fewer.
const MAX_EXIT_PARAMETERS: usize = 64;
/// Bytes of a version text.
const MAX_VERSION: usize = 48;

pub(crate) fn description(raw: seed::Description) -> Outcome<Description> {
    let seed::Description { name, version, about, family, reads, parameters, exits_closed } = raw;
    if !is_name(&name) {
        return Err(bad(format!("name '{}' is not 1 to 48 of a-z, 0-9 and -", short(&name))));
    }
    let family = Family::from_name(&family).ok_or_else(|| {
        let known: Vec<_> = Family::ALL.iter().map(|family| family.name()).collect();
        bad(format!("unknown family '{}'; known are {}", short(&family), known.join(", ")))
    })?;
    if parameters.len() > seedbed_genome::MAX_PARAMETERS {
        let most = seedbed_genome::MAX_PARAMETERS;
        return Err(bad(format!("{} parameters, at most {most} allowed", parameters.len())));
    }
    let parameters = parameters.into_iter().map(parameter).collect::<Outcome<Vec<_>>>()?;
    Parameter::check_all(&parameters).map_err(|error| bad(error.to_string()))?;
    Ok(Description {
        name,
        version: text("version", &version, MAX_VERSION)?,
        about: text("about", &about, GuestText::MAX_BYTES)?,
        family,
        reads: columns(reads),
        parameters,
        exits_closed,
    })
}

fn parameter(raw: seed::Parameter) -> Outcome<Parameter> {
    let name = short(&raw.name).to_string();
    let interval = |interval: seed::Interval| {
        Interval::new(interval.low, interval.high).ok_or_else(|| {
            let seed::Interval { low, high } = interval;
            bad(format!("parameter '{name}': [{low}, {high}] is no interval of finite numbers"))
        })
    };
    let domain = match raw.domain {
        seed::Domain::Real(ends) => Domain::Real(interval(ends)?),
        seed::Domain::LogReal(ends) => Domain::LogReal(interval(ends)?),
        seed::Domain::Integer(ends) => Domain::Integer(interval(ends)?),
        seed::Domain::Choice(labels) => Domain::Choice(labels.iter().map(|label| short(label).to_string()).collect()),
    };
    let about = text("about", &raw.about, GuestText::MAX_BYTES)?.to_string();
    Ok(Parameter { name, about, domain, default: raw.default })
}

fn columns(flags: seed::Columns) -> Reads {
    Reads {
        time: flags.contains(seed::Columns::TIME),
        open: flags.contains(seed::Columns::OPEN),
        high: flags.contains(seed::Columns::HIGH),
        low: flags.contains(seed::Columns::LOW),
        close: flags.contains(seed::Columns::CLOSE),
        volume: flags.contains(seed::Columns::VOLUME),
    }
}

pub(crate) fn exits(raw: Vec<seed::ExitParameter>) -> Outcome<Vec<DeclaredExit>> {
    if raw.len() > MAX_EXIT_PARAMETERS {
        return Err(bad(format!("{} exit parameters, at most {MAX_EXIT_PARAMETERS} allowed", raw.len())));
    }
    let exit = |raw: seed::ExitParameter| {
        let name = |name: String| {
            if is_name(&name) {
                Ok(name)
            } else {
                Err(bad(format!("name '{}' is not 1 to 48 of a-z, 0-9 and -", short(&name))))
            }
        };
        Ok(DeclaredExit {
            mechanism: name(raw.mechanism)?,
            name: name(raw.name)?,
            value: raw.value,
            bounds: (raw.bounds.low, raw.bounds.high),
            enabled: raw.enabled,
        })
    };
    raw.into_iter().map(exit).collect()
}

pub(crate) fn data_need(raw: seed::DataNeed) -> Outcome<DataNeed> {
    let seed::DataNeed { minimum_bars, recommended_bars } = raw;
    if recommended_bars < minimum_bars {
        return Err(bad(format!("recommends {recommended_bars} bars, fewer than its minimum of {minimum_bars}")));
    }
    Ok(DataNeed { minimum_bars, recommended_bars })
}

pub(crate) fn convictions(answer: Result<Vec<f64>, seed::Refusal>, bars: usize) -> Outcome<Vec<f64>> {
    let mut convictions = answer.map_err(refusal)?;
    if convictions.len() != bars {
        return Err(bad(format!("{} convictions for {bars} bars", convictions.len())));
    }
    // Without a branch a bar, since nearly always nothing is wrong; a NaN is not in range.
    let in_range = convictions.iter().fold(true, |all, conviction| all & (conviction.abs() <= 1.0));
    if in_range {
        return Ok(convictions);
    }
    for (bar, conviction) in convictions.iter_mut().enumerate() {
        if conviction.is_nan() {
            *conviction = f64::NAN;
        } else if !(-1.0..=1.0).contains(conviction) {
            return Err(bad(format!("conviction {conviction} at bar {bar} is outside [-1, 1]")));
        }
    }
    Ok(convictions)
}

pub(crate) fn refusal(raw: seed::Refusal) -> Failure {
    Failure::Refused(match raw {
        seed::Refusal::TooFewBars(bars) => Refusal::TooFewBars(bars),
        seed::Refusal::BadParameters(why) => Refusal::BadParameters(GuestText::new(&why)),
        seed::Refusal::MissingColumn(which) => Refusal::MissingColumn(GuestText::new(&which)),
        seed::Refusal::Other(why) => Refusal::Other(GuestText::new(&why)),
    })
}

/// A text of the guest's, clean, or the rule that it breaks.
fn text(what: &str, raw: &str, most: usize) -> Outcome<GuestText> {
    if raw.len() > most {
        return Err(bad(format!("{what} is {} bytes long, at most {most} allowed", raw.len())));
    }
    Ok(GuestText::new(raw))
}

/// A guest's word inside a message of ours.
fn short(raw: &str) -> GuestText {
    GuestText::bounded(raw, 64)
}

fn bad(what: String) -> Failure {
    Failure::bad_output(what)
}

#[cfg(test)]
mod tests {
    use super::convictions;

    /// Without this, a conviction of 2 would buy twice, or a NaN would differ from run to run.
    #[test]
    fn convictions_are_in_range_or_the_one_nan() {
        assert_eq!(convictions(Ok(vec![-1.0, 0.0, 1.0]), 3), Ok(vec![-1.0, 0.0, 1.0]));
        let other_nan = f64::from_bits(0xfff8_0000_0000_0001);
        let cleaned = convictions(Ok(vec![0.5, other_nan]), 2).unwrap();
        assert_eq!(cleaned[1].to_bits(), f64::NAN.to_bits());
        for (answer, says) in [
            (vec![0.0], "bad output: 1 convictions for 2 bars"),
            (vec![0.0, f64::INFINITY], "bad output: conviction inf at bar 1 is outside [-1, 1]"),
            (vec![f64::NAN, -1.5], "bad output: conviction -1.5 at bar 1 is outside [-1, 1]"),
        ] {
            assert_eq!(convictions(Ok(answer), 2).unwrap_err().to_string(), says);
        }
    }
}
