//! Tier 1: one value moves. A seed's own parameters move the same way.

use super::draft::{Draft, pick, weighted};
use super::{Change, Edit, Mix, MutationSettings, Operator, Source, Target};
use crate::space::{Axis, Kind};
use crate::value_step::{Push, next_step_size, step};
use crate::{ExitGenome, ExitParameter, Individual, Interval, Mechanism, Rng, Space};

/// One free value of the exits, each as likely as the others; `None` where none has room to move, or I2 has to be mended first.
pub(super) fn exit(space: &Space, settings: &MutationSettings, parent: &Individual, rng: &mut Rng) -> Option<Draft> {
    let exits = &parent.genome.exits;
    if !exits.limits_loss() {
        return None;
    }
    let operator = operator(settings.mix, rng)?;
    let (parameter, value, axis) = pick(rng, free(exits, space))?;
    let (mechanism, index) = parameter;
    let draw = Draw { operator, range: range(settings, parameter), dimensions: free(exits, space).count() };
    let mut draft = draw.draft(Target::Exit(mechanism, index), value, axis, settings, parent, rng);
    draft.resolve(space);
    Some(draft)
}

/// One own parameter, each as likely as the others; `None` where none has room to move.
pub(super) fn own(space: &Space, settings: &MutationSettings, parent: &Individual, rng: &mut Rng) -> Option<Draft> {
    let axes = space.parameters().iter().zip(&parent.genome.parameters).enumerate();
    let free = axes.filter(|(_, (axis, _))| axis.has_room());
    let operator = operator(settings.mix, rng)?;
    let (index, (&axis, &value)) = pick(rng, free.clone())?;
    let target = Target::Signal(index);
    if axis.kind == Kind::Choice {
        let mut draft = Draft::new(parent, Operator::Reset, Edit::Values);
        draft.make(Change::settled(target, Some(value), other(value, axis, rng), axis, Source::Direct));
        return Some(draft);
    }
    let draw = Draw { operator, range: None, dimensions: free.count() };
    Some(draw.draft(target, value, axis, settings, parent, rng))
}

/// P1 on a value that is new in the child, or stays where nothing can move: a mechanism's start, a coefficient.
pub(super) fn gauss(
    target: Target,
    (old, value): (Option<f64>, f64),
    axis: Axis,
    settings: &MutationSettings,
    rng: &mut Rng,
) -> Change {
    if !axis.has_room() {
        return Change::settled(target, old, value, axis, Source::Direct);
    }
    Change::moved(target, old, step(value, axis, Push::Gauss(settings.gauss), settings.bounds, rng))
}

/// What was drawn for a value.
struct Draw {
    operator: Operator,
    /// The factors of P2, if the value has some.
    range: Option<Interval>,
    /// How many values could have moved.
    dimensions: usize,
}

impl Draw {
    fn draft(
        self,
        target: Target,
        value: f64,
        axis: Axis,
        settings: &MutationSettings,
        parent: &Individual,
        rng: &mut Rng,
    ) -> Draft {
        let MutationSettings { gauss, drift_free, bounds, .. } = *settings;
        let mut step_size = parent.step_size;
        let (operator, push) = match (self.operator, self.range) {
            (Operator::Factor, Some(range)) => (Operator::Factor, Push::Factor { range, drift_free }),
            (Operator::SelfAdaptive, _) => {
                step_size = next_step_size(step_size, self.dimensions, rng);
                (Operator::SelfAdaptive, Push::SelfAdaptive(step_size))
            }
            (Operator::Reset, _) => (Operator::Reset, Push::Reset),
            _ => (Operator::Gauss, Push::Gauss(gauss)),
        };
        let mut draft = Draft::new(parent, operator, Edit::Values);
        draft.step_size = step_size;
        draft.make(Change::moved(target, Some(value), step(value, axis, push, bounds, rng)));
        draft
    }
}

fn operator(mix: Mix, rng: &mut Rng) -> Option<Operator> {
    let Mix { factor, gauss, self_adaptive, reset } = mix;
    let operators = [Operator::Factor, Operator::Gauss, Operator::SelfAdaptive, Operator::Reset];
    operators.get(weighted(rng, &[factor, gauss, self_adaptive, reset])?).copied()
}

/// The values that no tie derives and that have room to move.
fn free<'a>(
    exits: &'a ExitGenome,
    space: &'a Space,
) -> impl Iterator<Item = (ExitParameter, f64, Axis)> + Clone + use<'a> {
    exits.exits().flat_map(move |exit| {
        exit.specs().filter_map(move |(index, value, _)| {
            let parameter = (exit.mechanism(), index);
            let axis = space.axis(parameter)?;
            (axis.has_room() && exits.derived_by(parameter).is_none()).then_some((parameter, value, axis))
        })
    })
}

/// The factors of P2 for the three parameters that have some.
fn range(settings: &MutationSettings, parameter: ExitParameter) -> Option<Interval> {
    match parameter {
        (Mechanism::FixedStop, 0) => Some(settings.ranges.stop_loss),
        (Mechanism::TakeProfit, 0) => Some(settings.ranges.take_profit),
        (Mechanism::TrailingStop, 0) => Some(settings.ranges.trailing),
        _ => None,
    }
}

/// Any other label of a choice.
fn other(value: f64, axis: Axis, rng: &mut Rng) -> f64 {
    let labels = axis.bounds.high() as usize + 1;
    let drawn = rng.index(labels - 1) as f64;
    if drawn < value { drawn } else { drawn + 1.0 }
}
