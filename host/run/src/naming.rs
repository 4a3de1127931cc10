//! Values and changes of genomes by the names that people know them by.

use std::collections::BTreeMap;

use seedbed_evaluate::Plugin;
use seedbed_genome::{Clamped, Edit, Genome, Mechanism, Source, Step, Target};
use seedbed_report::report::Change;

/// Own parameters by their names, exits as `fixed-stop.stop-loss`.
pub(crate) fn values(plugin: &Plugin, genome: &Genome) -> BTreeMap<String, f64> {
    let parameters = plugin.description().parameters.iter().zip(&genome.parameters);
    let own = parameters.map(|(parameter, value)| (parameter.name.clone(), *value));
    let exits = genome.exits.exits().flat_map(|exit| {
        let specs = exit.mechanism().parameters().iter().zip(exit.values());
        specs.map(|(spec, value)| (format!("{}.{}", exit.mechanism(), spec.name), *value)).collect::<Vec<_>>()
    });
    own.chain(exits).collect()
}

/// The name of what a change moves, as in [`values`].
pub(crate) fn target(plugin: &Plugin, target: Target) -> String {
    match target {
        Target::Signal(index) => {
            let parameter = plugin.description().parameters.get(index);
            parameter.map_or_else(|| format!("parameter {index}"), |parameter| parameter.name.clone())
        }
        Target::Exit(mechanism, index) => {
            let name = mechanism.parameters().get(index).map_or("?", |spec| spec.name);
            format!("{mechanism}.{name}")
        }
        Target::Coefficient(tie) => tie.to_string(),
    }
}

/// A mutation in words.
pub(crate) fn changes(plugin: &Plugin, step: &Step) -> Vec<Change> {
    let of = |subject: String, note: &str| Change {
        operator: step.operator.name().to_owned(),
        tier: step.tier.map(|tier| tier.name().to_owned()),
        subject,
        note: note.to_owned(),
        ..Change::default()
    };
    let edit = match step.edit {
        Edit::Values => None,
        Edit::Add(mechanism) => Some(of(mechanism.to_string(), "comes in")),
        Edit::Remove(mechanism) => Some(of(mechanism.to_string(), "goes")),
        Edit::Replace { from, to } => Some(of(to.to_string(), &format!("takes the place of {from}"))),
        Edit::Tie(tie) => Some(of(tie.to_string(), "holds from now on")),
        Edit::Untie(tie) => Some(of(tie.to_string(), "holds no longer")),
        Edit::Touch(mechanism) => Some(of(mechanism.to_string(), "has the other comparator")),
        Edit::Combine => Some(of("time-stop and signal-exit".to_owned(), "combine the other way")),
    };
    let values = step.changes.iter().map(|change| {
        let clamped = match change.clamped {
            Clamped::None => "",
            Clamped::Low => "clamped at its lower bound",
            Clamped::High => "clamped at its upper bound",
        };
        let source = match change.source {
            Source::Direct => "",
            Source::Relation => "follows another value",
            Source::Transfer => "carried over at the same distance",
        };
        let note = [source, clamped].into_iter().filter(|note| !note.is_empty()).collect::<Vec<_>>().join(", ");
        Change { old: change.old, new: Some(change.new), ..of(target(plugin, change.target), &note) }
    });
    edit.into_iter().chain(values).collect()
}

/// What a name of [`values`] stands for.
pub(crate) fn find(plugin: &Plugin, name: &str) -> Option<Target> {
    if let Some((mechanism, parameter)) = name.split_once('.') {
        let mechanism = Mechanism::from_name(mechanism)?;
        return Some(Target::Exit(mechanism, mechanism.parameter_index(parameter)?));
    }
    let index = plugin.description().parameters.iter().position(|parameter| parameter.name == name)?;
    Some(Target::Signal(index))
}
