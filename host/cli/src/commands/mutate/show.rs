//! Children as their differences to their parents.

use std::fmt::Write as _;

use seedbed_genome::{Change, Clamped, Domain, Edit, Parameter, Source, Step, Target};

/// The name of a value: `fixed-stop.stop-loss`, `signal.fast`, `tie.target-by-stop`.
pub(super) fn name(target: Target, parameters: &[Parameter]) -> String {
    match target {
        Target::Exit(mechanism, index) => {
            format!("{mechanism}.{}", mechanism.parameters().get(index).map_or("?", |spec| spec.name))
        }
        Target::Signal(index) => format!("signal.{}", parameters.get(index).map_or("?", |parameter| &parameter.name)),
        Target::Coefficient(tie) => format!("tie.{}", tie.name()),
    }
}

/// What a mutation did, in one line.
pub(super) fn differences(step: &Step, parameters: &[Parameter]) -> String {
    let mut text = edit(step.edit);
    for change in &step.changes {
        if !text.is_empty() {
            text.push_str(", ");
        }
        text.push_str(&difference(change, parameters));
    }
    for warning in &step.warnings {
        let _ = write!(text, "; {warning}");
    }
    text
}

fn edit(edit: Edit) -> String {
    match edit {
        Edit::Values => String::new(),
        Edit::Add(mechanism) => format!("+{mechanism}"),
        Edit::Remove(mechanism) => format!("-{mechanism}"),
        Edit::Replace { from, to } => format!("{from} -> {to}"),
        Edit::Tie(tie) => format!("tie {}", tie.name()),
        Edit::Untie(tie) => format!("untie {}", tie.name()),
        Edit::Touch(mechanism) => format!("{mechanism} the other comparator"),
        Edit::Combine => "time and signal combine the other way".to_owned(),
    }
}

fn difference(change: &Change, parameters: &[Parameter]) -> String {
    let value = |value: f64| match (change.target, parameters.get(signal(change.target))) {
        (Target::Signal(_), Some(Parameter { domain: Domain::Choice(labels), .. })) => labels
            .iter()
            .enumerate()
            .find(|(index, _)| *index as f64 == value)
            .map_or("?".into(), |(_, label)| label.clone()),
        _ => rounded(value),
    };
    let mut text = name(change.target, parameters);
    match change.old {
        Some(old) => text.push_str(&format!(" {} -> {}", value(old), value(change.new))),
        None => text.push_str(&format!(" {}", value(change.new))),
    }
    let notes: Vec<_> = [
        (change.clamped != Clamped::None)
            .then(|| format!("clamped {}, raw {}", change.clamped.name(), rounded(change.raw))),
        (change.source != Source::Direct).then(|| format!("by {}", change.source.name())),
    ]
    .into_iter()
    .flatten()
    .collect();
    if !notes.is_empty() {
        let _ = write!(text, " ({})", notes.join("; "));
    }
    text
}

fn signal(target: Target) -> usize {
    match target {
        Target::Signal(index) => index,
        Target::Exit(..) | Target::Coefficient(_) => usize::MAX,
    }
}

/// Six significant digits; the log has them all.
fn rounded(value: f64) -> String {
    let digits = format!("{value:.5e}");
    digits.parse::<f64>().map_or(digits, |short| short.to_string())
}

#[cfg(test)]
mod tests {
    use seedbed_genome::{Change, Clamped, Domain, Edit, Mechanism, Operator, Parameter, Source, Step, Target, Tier};

    use super::differences;

    #[test]
    fn a_child_reads_as_what_became_of_it() {
        let change =
            |target, old, raw, new, clamped, source| Change { target, old, raw, new, clamped, rounded: false, source };
        let parameters = [Parameter {
            name: "mode".into(),
            about: String::new(),
            domain: Domain::Choice(vec!["fast".into(), "slow".into()]),
            default: 0.0,
        }];
        let step = |edit, changes| Step {
            tier: Some(Tier::Structural),
            drawn: Some(Tier::Structural),
            operator: Operator::Replace,
            edit,
            changes,
            step_size: 0.15,
            warnings: Vec::new(),
        };
        let stop = Target::Exit(Mechanism::AtrStop, 1);
        let replaced = step(
            Edit::Replace { from: Mechanism::FixedStop, to: Mechanism::AtrStop },
            vec![change(stop, None, 7.123_456_7, 6.0, Clamped::High, Source::Transfer)],
        );
        assert_eq!(
            differences(&replaced, &parameters),
            "fixed-stop -> atr-stop, atr-stop.mult 6 (clamped high, raw 7.12346; by transfer)"
        );
        let chosen =
            step(Edit::Values, vec![change(Target::Signal(0), Some(0.0), 1.0, 1.0, Clamped::None, Source::Direct)]);
        assert_eq!(differences(&chosen, &parameters), "signal.mode fast -> slow");
    }
}
