//! Tier 2: mechanisms come, go and take each other's place.

use super::draft::{Draft, pick};
use super::parametric::gauss;
use super::{Edit, MutationSettings, Operator, Target};
use crate::distance::take_over;
use crate::{Exit, ExitGenome, Individual, Mechanism, Rng, Slot, Space};

/// One of the operators that can act, each as likely as the others; `None` when none can.
///
/// Where exits do not hold I2 yet, the only one is to add a mechanism that makes them.
pub(super) fn draft(space: &Space, settings: &MutationSettings, parent: &Individual, rng: &mut Rng) -> Option<Draft> {
    let exits = &parent.genome.exits;
    let can = |operator: Operator, can: bool| can.then_some(operator);
    let operators = [
        can(Operator::Add, free_slots(exits, space).next().is_some()),
        can(Operator::Remove, removable(exits).next().is_some()),
        can(Operator::Replace, replacements(exits, space).next().is_some()),
    ];
    let operator = pick(rng, operators.into_iter().flatten())?;
    match operator {
        Operator::Add => {
            let slot = pick(rng, free_slots(exits, space))?;
            let mechanism = pick(rng, space.allowed_in(slot))?;
            Some(add(space.start(mechanism), space, settings, parent, rng))
        }
        Operator::Remove => {
            let mechanism = pick(rng, removable(exits))?;
            let mut draft = Draft::new(parent, operator, Edit::Remove(mechanism));
            draft.exits.remove(mechanism);
            Some(draft)
        }
        _ => {
            let (from, to) = pick(rng, replacements(exits, space))?;
            Some(replace(from, to, space, parent))
        }
    }
}

/// S1: the mechanism comes in with P1 on each of its values.
fn add(start: Exit, space: &Space, settings: &MutationSettings, parent: &Individual, rng: &mut Rng) -> Draft {
    let mechanism = start.mechanism();
    let mut draft = Draft::new(parent, Operator::Add, Edit::Add(mechanism));
    draft.exits.insert(start);
    for (index, value, _) in start.specs() {
        if let Some(axis) = space.axis((mechanism, index)) {
            draft.make(gauss(Target::Exit(mechanism, index), (None, value), axis, settings, rng));
        }
    }
    draft
}

/// S3: the other mechanism takes over the distance and the comparator.
fn replace(from: &Exit, to: Mechanism, space: &Space, parent: &Individual) -> Draft {
    let mut draft = Draft::new(parent, Operator::Replace, Edit::Replace { from: from.mechanism(), to });
    draft.exits.remove(from.mechanism());
    draft.exits.insert(space.start(to).with_touch(from.touch()));
    take_over(from, to, space).into_iter().for_each(|change| draft.make(change));
    draft
}

/// The free slots that something may come into.
fn free_slots(exits: &ExitGenome, space: &Space) -> impl Iterator<Item = Slot> + Clone {
    let holds = exits.limits_loss();
    Slot::ALL.into_iter().filter(move |&slot| {
        exits.slot(slot).is_none()
            && space.allowed_in(slot).next().is_some_and(|mechanism| holds || mechanism.limits_loss())
    })
}

/// The mechanisms without which the exits still hold I2, and so I1.
fn removable(exits: &ExitGenome) -> impl Iterator<Item = Mechanism> + Clone {
    let limiting = exits.exits().filter(|exit| exit.mechanism().limits_loss()).count();
    let mechanisms = exits.exits().map(Exit::mechanism);
    mechanisms.filter(move |mechanism| limiting > usize::from(mechanism.limits_loss()))
}

/// What may take the place of what: in the same slot, or from protect to trail and back where the other one is free. I2 holds as before.
fn replacements<'a>(exits: &'a ExitGenome, space: &'a Space) -> impl Iterator<Item = (&'a Exit, Mechanism)> + Clone {
    let holds = exits.limits_loss();
    exits.exits().filter(move |_| holds).flat_map(move |from| {
        let slot = from.mechanism().slot();
        let across = match slot {
            Slot::Protect => Some(Slot::Trail),
            Slot::Trail => Some(Slot::Protect),
            _ => None,
        };
        let across = across.filter(|&slot| exits.slot(slot).is_none());
        let others = [Some(slot), across].into_iter().flatten().flat_map(|slot| space.allowed_in(slot));
        others.filter(|&to| to != from.mechanism()).map(move |to| (from, to))
    })
}
