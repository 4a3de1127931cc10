//! From what a guest said to what the host believes.

use seedbed_genome::{DeclaredExit, Domain, Family, Interval, Parameter};
use seedbed_outcome::{Failure, GuestText, Outcome, Refusal};

use crate::bindings::seed;
use crate::component::{DataNeed, Description, Reads};
use crate::rules;

pub(crate) fn description(raw: seed::Description) -> Outcome<Description> {
    let seed::Description { name, version, about, family, reads, parameters, exits_closed } = raw;
    rules::name(&name)?;
    let family = Family::from_name(&family).ok_or_else(|| {
        let known: Vec<_> = Family::ALL.iter().map(|family| family.name()).collect();
        Failure::bad_output(format!("unknown family '{}'; known are {}", rules::short(&family), known.join(", ")))
    })?;
    rules::parameter_count(parameters.len())?;
    let parameters = parameters.into_iter().map(parameter).collect::<Outcome<Vec<_>>>()?;
    rules::description(Description {
        name,
        version: rules::text("version", &version, rules::MAX_VERSION)?,
        about: rules::text("about", &about, GuestText::MAX_BYTES)?,
        family,
        reads: columns(reads),
        parameters,
        exits_closed,
    })
}

fn parameter(raw: seed::Parameter) -> Outcome<Parameter> {
    let name = rules::short(&raw.name).to_string();
    let interval = |interval: seed::Interval| {
        Interval::new(interval.low, interval.high).ok_or_else(|| {
            let seed::Interval { low, high } = interval;
            Failure::bad_output(format!("parameter '{name}': [{low}, {high}] is no interval of finite numbers"))
        })
    };
    let domain = match raw.domain {
        seed::Domain::Real(ends) => Domain::Real(interval(ends)?),
        seed::Domain::LogReal(ends) => Domain::LogReal(interval(ends)?),
        seed::Domain::Integer(ends) => Domain::Integer(interval(ends)?),
        seed::Domain::Choice(labels) => {
            Domain::Choice(labels.iter().map(|label| rules::short(label).to_string()).collect())
        }
    };
    let about = rules::text("about", &raw.about, GuestText::MAX_BYTES)?.to_string();
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
    rules::exit_count(raw.len())?;
    let exit = |raw: seed::ExitParameter| DeclaredExit {
        mechanism: raw.mechanism,
        name: raw.name,
        value: raw.value,
        bounds: (raw.bounds.low, raw.bounds.high),
        enabled: raw.enabled,
    };
    rules::exits(raw.into_iter().map(exit).collect())
}

pub(crate) fn data_need(raw: seed::DataNeed) -> Outcome<DataNeed> {
    let seed::DataNeed { minimum_bars, recommended_bars } = raw;
    rules::data_need(DataNeed { minimum_bars, recommended_bars })
}

pub(crate) fn convictions(answer: Result<Vec<f64>, seed::Refusal>, bars: usize) -> Outcome<Vec<f64>> {
    rules::convictions(answer.map_err(refusal)?, bars)
}

pub(crate) fn refusal(raw: seed::Refusal) -> Failure {
    Failure::Refused(match raw {
        seed::Refusal::TooFewBars(bars) => Refusal::TooFewBars(bars),
        seed::Refusal::BadParameters(why) => Refusal::BadParameters(GuestText::new(&why)),
        seed::Refusal::MissingColumn(which) => Refusal::MissingColumn(GuestText::new(&which)),
        seed::Refusal::Other(why) => Refusal::Other(GuestText::new(&why)),
    })
}
