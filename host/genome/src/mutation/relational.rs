//! Tier 3: ties, coefficients, comparators and the combination of time and signal.

use super::draft::{Draft, pick};
use super::parametric::gauss;
use super::{Change, Edit, MutationSettings, Operator, Source, Target};
use crate::space::Axis;
use crate::{ExitGenome, Individual, Rng, Space, Tie};

/// One of the operators that can act, each as likely as the others; `None` when none can.
pub(super) fn draft(space: &Space, settings: &MutationSettings, parent: &Individual, rng: &mut Rng) -> Option<Draft> {
    let exits = &parent.genome.exits;
    if !exits.limits_loss() {
        return None;
    }
    let operator = pick(rng, operators(exits).into_iter().flatten())?;
    let mut draft = match operator {
        Operator::Tie(tie) => {
            let mut draft = Draft::new(parent, operator, Edit::Tie(tie));
            let axis = Axis::of(tie.bounds(), tie.scale());
            let start = tie.default_coefficient();
            draft.make(Change::settled(Target::Coefficient(tie), None, start, axis, Source::Direct));
            draft
        }
        Operator::Untie(tie) => {
            let mut draft = Draft::new(parent, operator, Edit::Untie(tie));
            draft.exits.untie(tie);
            draft
        }
        Operator::Coefficient => {
            let (tie, old) = pick(rng, exits.relations().iter())?;
            let mut draft = Draft::new(parent, operator, Edit::Values);
            let axis = Axis::of(tie.bounds(), tie.scale());
            draft.make(gauss(Target::Coefficient(tie), (Some(old), old), axis, settings, rng));
            draft
        }
        Operator::Touch => {
            let exit = pick(rng, exits.exits().filter(|exit| exit.mechanism().has_level()))?;
            let mut draft = Draft::new(parent, operator, Edit::Touch(exit.mechanism()));
            draft.exits.set_touch(exit.mechanism(), exit.touch().other());
            draft
        }
        Operator::Combine => {
            let mut draft = Draft::new(parent, operator, Edit::Combine);
            draft.exits.set_combine(exits.combine().other());
            draft
        }
        _ => return None,
    };
    draft.resolve(space);
    Some(draft)
}

/// The operators that can act on these exits.
fn operators(exits: &ExitGenome) -> [Option<Operator>; 7] {
    let tie = |tie| match exits.relations().get(tie) {
        Some(_) => Some(Operator::Untie(tie)),
        None => exits.has_ends(tie).then_some(Operator::Tie(tie)),
    };
    [
        tie(Tie::TargetByStop),
        tie(Tie::ActivationByTarget),
        tie(Tie::OffsetByStop),
        exits.relations().iter().next().map(|_| Operator::Coefficient),
        exits.exits().any(|exit| exit.mechanism().has_level()).then_some(Operator::Touch),
        exits.has_combine().then_some(Operator::Combine),
        tie(Tie::TriggerByActivation),
    ]
}
