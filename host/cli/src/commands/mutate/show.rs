//! Children as their differences to their parents.

use seedbed_evaluate::{Mutation, Plugin, Trial};
use seedbed_genome::{Change, Clamped, Domain, Edit, GenomeHash, Parameter, Source, Step, Target};
use seedbed_telemetry::log::{Name, Names};

use crate::cells;
use crate::mutation::Id;

/// A child that passed its validation.
pub(super) struct Child {
    pub(super) mutation: Id,
    pub(super) generation: u32,
    pub(super) slot: u32,
    pub(super) parent: GenomeHash,
    pub(super) hash: GenomeHash,
    pub(super) differences: Vec<String>,
}

impl Child {
    /// Digits of a genome's hash that people are shown; the log and JSON have all of them.
    const DIGITS: usize = 12;

    /// The child of a mutation, if it has one. `before` counts the mutations of the run before the plugin's first.
    pub(super) fn of(mutation: &Mutation, before: u64, plugin: &Plugin) -> Option<Self> {
        let hash = mutation.child()?.hash;
        let Trial { attempt, .. } = mutation.trials.last()?;
        let differences = differences(attempt.step.as_ref()?, &plugin.description().parameters);
        let Mutation { number, generation, slot, parent, .. } = *mutation;
        Some(Self { mutation: Id(before + number), generation, slot, parent, hash, differences })
    }

    /// What stands above the lines of a plugin's children.
    pub(super) fn header(plugin: &Plugin) -> String {
        let name = &plugin.description().name;
        let width = Self::DIGITS;
        format!("{name}\n{:<15}  {:<width$}  {:<width$}  differences\n", "mutation", "parent", "child")
    }

    pub(super) fn line(&self) -> String {
        let short = |hash: GenomeHash| hash.to_string().chars().take(Self::DIGITS).collect::<String>();
        let differences = self.differences.join(", ");
        format!("{}  {}  {}  {differences}\n", self.mutation, short(self.parent), short(self.hash))
    }
}

/// The name of a value, as the log has it: `fixed-stop.stop-loss`, `signal.fast`, `tie.target-by-stop`.
pub(crate) fn name(target: Target, parameters: &[Parameter]) -> String {
    Name::of(target, &Names::Declared(parameters)).to_string()
}

/// What a mutation did, each part in a text of its own.
fn differences(step: &Step, parameters: &[Parameter]) -> Vec<String> {
    let values = step.changes.iter().map(|change| difference(change, step.edit, parameters));
    let warnings = step.warnings.iter().map(ToString::to_string);
    edit(step.edit).into_iter().chain(values).chain(warnings).collect()
}

/// The part that is no value. A new tie is told with its coefficient.
fn edit(edit: Edit) -> Option<String> {
    match edit {
        Edit::Values | Edit::Tie(_) => None,
        Edit::Add(mechanism) => Some(format!("+{mechanism}")),
        Edit::Remove(mechanism) => Some(format!("-{mechanism}")),
        Edit::Replace { from, to } => Some(format!("{from} -> {to}")),
        Edit::Untie(tie) => Some(format!("-tie.{}", tie.name())),
        Edit::Touch(mechanism) => Some(format!("{mechanism} comparator switched")),
        Edit::Combine => Some("time-stop and signal-exit combination switched".to_owned()),
    }
}

fn difference(change: &Change, edit: Edit, parameters: &[Parameter]) -> String {
    let value = |value: f64| match (change.target, parameters.get(signal(change.target))) {
        (Target::Signal(_), Some(Parameter { domain: Domain::Choice(labels), .. })) => labels
            .iter()
            .enumerate()
            .find(|(index, _)| *index as f64 == value)
            .map_or("?".into(), |(_, label)| label.clone()),
        _ => rounded(value),
    };
    let new_tie = matches!((edit, change.target), (Edit::Tie(tie), Target::Coefficient(of)) if tie == of);
    let name = format!("{}{}", if new_tie { "+" } else { "" }, name(change.target, parameters));
    let moved = match change.old {
        Some(old) if old == change.new => format!("{name} still {}", value(old)),
        Some(old) => format!("{name} {} -> {}", value(old), value(change.new)),
        None => format!("{name} {}", value(change.new)),
    };
    let notes: Vec<_> = [
        (change.clamped != Clamped::None)
            .then(|| format!("clamped {}, raw {}", change.clamped.name(), rounded(change.raw))),
        (change.source != Source::Direct).then(|| format!("by {}", change.source.name())),
    ]
    .into_iter()
    .flatten()
    .collect();
    if notes.is_empty() { moved } else { format!("{moved} ({})", notes.join("; ")) }
}

/// Six significant digits; the log has them all.
fn rounded(value: f64) -> String {
    cells::rounded(value, 6)
}

fn signal(target: Target) -> usize {
    match target {
        Target::Signal(index) => index,
        Target::Exit(..) | Target::Coefficient(_) => usize::MAX,
    }
}

#[cfg(test)]
mod tests {
    use seedbed_genome::{
        Change, Clamped, Domain, Edit, Mechanism, Operator, Parameter, Source, Step, Target, Tie, Tier,
    };

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
            ["fixed-stop -> atr-stop", "atr-stop.mult 6 (clamped high, raw 7.12346; by transfer)"]
        );
        let chosen =
            step(Edit::Values, vec![change(Target::Signal(0), Some(0.0), 1.0, 1.0, Clamped::None, Source::Direct)]);
        assert_eq!(differences(&chosen, &parameters), ["signal.mode fast -> slow"]);
        let (coefficient, target) = (Target::Coefficient(Tie::TargetByStop), Target::Exit(Mechanism::TakeProfit, 0));
        let tied = step(
            Edit::Tie(Tie::TargetByStop),
            vec![
                change(coefficient, None, 2.0, 2.0, Clamped::None, Source::Direct),
                change(target, Some(0.2), 0.2, 0.2, Clamped::None, Source::Relation),
            ],
        );
        assert_eq!(
            differences(&tied, &parameters),
            ["+tie.target-by-stop 2", "take-profit.target still 0.2 (by relation)"]
        );
        assert_eq!(differences(&step(Edit::Untie(Tie::TargetByStop), vec![]), &parameters), ["-tie.target-by-stop"]);
    }
}
