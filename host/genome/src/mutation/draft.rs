use super::{Change, Edit, Operator, Source, Target, Tier};
use crate::{ExitGenome, Genome, Individual, Rng, Space, Tie};

/// A child in the making.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) operator: Operator,
    pub(super) edit: Edit,
    pub(super) exits: ExitGenome,
    pub(super) changes: Vec<Change>,
    pub(super) step_size: f64,
}

impl Draft {
    /// Nothing done yet.
    pub(super) fn new(parent: &Individual, operator: Operator, edit: Edit) -> Self {
        let (exits, step_size) = (parent.genome.exits, parent.step_size);
        Self { operator, edit, exits, changes: Vec::with_capacity(4), step_size }
    }

    /// Makes a change, own parameters apart: these are set when the child is made.
    pub(super) fn make(&mut self, change: Change) {
        match change.target {
            Target::Exit(mechanism, index) => {
                self.exits.set_value((mechanism, index), change.new);
            }
            Target::Coefficient(tie) => {
                self.exits.tie(tie, change.new);
            }
            Target::Signal(_) => {}
        }
        self.changes.push(change);
    }

    /// Derives anew whatever follows what has changed (I5): each is its formula, then clamped.
    ///
    /// One pass in the order of [`Tie::ALL`] is enough, since there every source comes before what follows it.
    pub(super) fn resolve(&mut self, space: &Space) {
        for tie in Tie::ALL {
            let (mechanism, index) = tie.source();
            let moved = [Target::Coefficient(tie), Target::Exit(mechanism, index)];
            if !self.changes.iter().any(|change| moved.contains(&change.target)) {
                continue;
            }
            let (mechanism, index) = tie.derived();
            if let (Some(raw), Some(axis)) = (self.exits.formula(tie), space.axis(tie.derived())) {
                let old = self.exits.value(tie.derived());
                self.make(Change::settled(Target::Exit(mechanism, index), old, raw, axis, Source::Relation));
            }
        }
    }

    /// The tier that this is of; `None` for an own parameter.
    pub(super) fn tier(&self) -> Option<Tier> {
        match self.operator {
            Operator::Gauss | Operator::Factor | Operator::SelfAdaptive | Operator::Reset => {
                let own = self.changes.iter().any(|change| matches!(change.target, Target::Signal(_)));
                (!own).then_some(Tier::Parametric)
            }
            Operator::Add | Operator::Remove | Operator::Replace => Some(Tier::Structural),
            Operator::Tie(_) | Operator::Untie(_) | Operator::Coefficient | Operator::Touch | Operator::Combine => {
                Some(Tier::Relational)
            }
        }
    }

    /// The child of `parent` that this draft comes to.
    pub(super) fn child(&self, parent: &Individual) -> Individual {
        let mut parameters = parent.genome.parameters.clone();
        for change in &self.changes {
            if let Target::Signal(index) = change.target
                && let Some(value) = parameters.get_mut(index)
            {
                *value = change.new;
            }
        }
        Individual { genome: Genome { parameters, exits: self.exits }, step_size: self.step_size }
    }
}

/// One of what an iterator yields, each as likely as the others; `None` of nothing.
pub(super) fn pick<T>(rng: &mut Rng, mut from: impl Iterator<Item = T> + Clone) -> Option<T> {
    let count = from.clone().count();
    if count == 0 { None } else { from.nth(rng.index(count)) }
}

/// A place drawn by weights that are at least 0; `None` where all are 0.
pub(super) fn weighted(rng: &mut Rng, weights: &[f64]) -> Option<usize> {
    let total: f64 = weights.iter().sum();
    let mut left = rng.uniform() * total;
    let mut last = None;
    for (place, &weight) in weights.iter().enumerate().filter(|(_, weight)| **weight > 0.0) {
        last = Some(place);
        left -= weight;
        if left < 0.0 {
            break;
        }
    }
    last
}
