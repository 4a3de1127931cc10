//! The contract's rules over what a component answers.
//!
//! They hold for answers of a guest in this process, and again for those that another process hands on: a guest that broke out there may
//! say what it likes.

use seedbed_genome::{DeclaredExit, Domain, Parameter, is_name};
use seedbed_outcome::{Failure, GuestText, Outcome};

use crate::component::{DataNeed, Description};

/// Exit parameters that a component may declare; the host's list holds fewer.
const MAX_EXIT_PARAMETERS: usize = 64;
/// Bytes of a version text.
pub(crate) const MAX_VERSION: usize = 48;

/// A description whose names, counts, texts, domains and defaults are the contract's.
///
/// # Errors
/// [`Failure::BadOutput`] names the first rule that is broken.
pub fn description(mut description: Description) -> Outcome<Description> {
    name(&description.name)?;
    parameter_count(description.parameters.len())?;
    description.version = text("version", description.version.as_str(), MAX_VERSION)?;
    for parameter in &mut description.parameters {
        parameter.about = text("about", &parameter.about, GuestText::MAX_BYTES)?.to_string();
        if let Domain::Choice(labels) = &mut parameter.domain {
            labels.iter_mut().for_each(|label| *label = short(label).to_string());
        }
    }
    Parameter::check_all(&description.parameters).map_err(|error| Failure::bad_output(error.to_string()))?;
    Ok(description)
}

/// Exit parameters as many and named as the contract allows; what they come to is [`seedbed_genome::Declared::read`]'s to say.
///
/// # Errors
/// [`Failure::BadOutput`] names the first rule that is broken.
pub fn exits(exits: Vec<DeclaredExit>) -> Outcome<Vec<DeclaredExit>> {
    exit_count(exits.len())?;
    exits.iter().flat_map(|exit| [&exit.mechanism, &exit.name]).try_for_each(|name_of| name(name_of))?;
    Ok(exits)
}

/// A need that recommends no fewer bars than it cannot do without.
///
/// # Errors
/// [`Failure::BadOutput`] otherwise.
pub fn data_need(need: DataNeed) -> Outcome<DataNeed> {
    let DataNeed { minimum_bars, recommended_bars } = need;
    if recommended_bars < minimum_bars {
        let what = format!("recommends {recommended_bars} bars, fewer than its minimum of {minimum_bars}");
        return Err(Failure::bad_output(what));
    }
    Ok(need)
}

/// One conviction for each of so many bars: a number in [-1, 1], or the one canonical NaN.
///
/// # Errors
/// [`Failure::BadOutput`]: too many or too few, or one out of range.
pub fn convictions(mut convictions: Vec<f64>, bars: usize) -> Outcome<Vec<f64>> {
    if convictions.len() != bars {
        return Err(Failure::bad_output(format!("{} convictions for {bars} bars", convictions.len())));
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
            return Err(Failure::bad_output(format!("conviction {conviction} at bar {bar} is outside [-1, 1]")));
        }
    }
    Ok(convictions)
}

pub(crate) fn name(name: &str) -> Outcome<()> {
    if is_name(name) {
        Ok(())
    } else {
        Err(Failure::bad_output(format!("name '{}' is not 1 to 48 of a-z, 0-9 and -", short(name))))
    }
}

pub(crate) fn parameter_count(parameters: usize) -> Outcome<()> {
    at_most(parameters, "parameters", seedbed_genome::MAX_PARAMETERS)
}

pub(crate) fn exit_count(exits: usize) -> Outcome<()> {
    at_most(exits, "exit parameters", MAX_EXIT_PARAMETERS)
}

fn at_most(found: usize, what: &str, most: usize) -> Outcome<()> {
    if found > most { Err(Failure::bad_output(format!("{found} {what}, at most {most} allowed"))) } else { Ok(()) }
}

/// A text of the guest's, clean, or the rule that it breaks.
pub(crate) fn text(what: &str, raw: &str, most: usize) -> Outcome<GuestText> {
    if raw.len() > most {
        return Err(Failure::bad_output(format!("{what} is {} bytes long, at most {most} allowed", raw.len())));
    }
    Ok(GuestText::new(raw))
}

/// A guest's word inside a message of ours.
pub(crate) fn short(raw: &str) -> GuestText {
    GuestText::bounded(raw, 64)
}

#[cfg(test)]
mod tests {
    use super::convictions;

    /// Without this, a conviction of 2 would buy twice, or a NaN would differ from run to run.
    #[test]
    fn convictions_are_in_range_or_the_one_nan() {
        assert_eq!(convictions(vec![-1.0, 0.0, 1.0], 3), Ok(vec![-1.0, 0.0, 1.0]));
        let other_nan = f64::from_bits(0xfff8_0000_0000_0001);
        let cleaned = convictions(vec![0.5, other_nan], 2).unwrap();
        assert_eq!(cleaned[1].to_bits(), f64::NAN.to_bits());
        for (answer, says) in [
            (vec![0.0], "bad output: 1 convictions for 2 bars"),
            (vec![0.0, f64::INFINITY], "bad output: conviction inf at bar 1 is outside [-1, 1]"),
            (vec![f64::NAN, -1.5], "bad output: conviction -1.5 at bar 1 is outside [-1, 1]"),
        ] {
            assert_eq!(convictions(answer, 2).unwrap_err().to_string(), says);
        }
    }
}
