//! The three tiers of mutation. An attempt is a pure function of parent, space, settings and seed.

mod draft;
mod parametric;
mod random;
mod relational;
mod replay;
mod settings;
mod step;
mod structural;

pub use replay::ReplayError;
pub use settings::{BoundMode, Mix, MutationSettings, ParameterRanges, TierWeights};
pub use step::{Change, Clamped, Edit, Operator, Source, Step, Target, Tier};

use crate::{GenomeHash, Individual, Rng, Space, Violation};
use draft::{Draft, weighted};

/// Mutates individuals of one space under one set of settings.
#[derive(Debug, Clone, Copy)]
pub struct Mutator<'a> {
    space: &'a Space,
    settings: &'a MutationSettings,
}

impl<'a> Mutator<'a> {
    /// Mutates in `space` as `settings` say.
    #[must_use]
    pub fn new(space: &'a Space, settings: &'a MutationSettings) -> Self {
        Self { space, settings }
    }

    /// Tries one mutation; the parent stays as it is. `parent_hash` is the hash of its genome.
    ///
    /// The seed decides in this order: the exits or an own parameter, the tier, the operator, and what it acts on. Where the tier that was drawn
    /// has nothing to act on, the other tiers are drawn by their weights; where no tier has, an own parameter moves, and where no own parameter
    /// can, the exits do. Exits that neither limit a loss nor the time of a trade (I2) are only given a mechanism that does.
    ///
    /// A child that moves an own parameter keeps its parent's exits, whatever these are; a child with other exits keeps every invariant.
    #[must_use]
    pub fn attempt(&self, parent: &Individual, parent_hash: GenomeHash, seed: u64) -> Attempt {
        let mut rng = Rng::new(seed);
        let Some((drawn, draft)) = self.draft(parent, &mut rng) else {
            return Attempt { seed, step: None, result: Err(Fault::NoOperator) };
        };
        let tier = draft.tier();
        let child = draft.child(parent);
        let checked = match tier {
            Some(_) => self.space.check_exits(&child.genome.exits),
            None => self.space.check_parameters(&child.genome.parameters),
        };
        let result = checked.map_err(Fault::Invariant).and_then(|()| {
            let hash = child.genome.hash();
            if hash == parent_hash { Err(Fault::NoChange) } else { Ok(Proposal { child, hash }) }
        });
        let warnings = if tier.is_some() { self.space.warnings(&draft.exits) } else { Vec::new() };
        let Draft { operator, edit, changes, step_size, .. } = draft;
        Attempt { seed, step: Some(Step { tier, drawn, operator, edit, changes, step_size, warnings }), result }
    }

    /// What is to be done, and the tier that the weights drew first.
    fn draft(&self, parent: &Individual, rng: &mut Rng) -> Option<(Option<Tier>, Draft)> {
        let Self { space, settings } = *self;
        let own = |rng: &mut Rng| parametric::own(space, settings, parent, rng);
        if !settings.exits {
            return Some((None, own(rng)?));
        }
        if rng.uniform() < settings.exit_probability {
            let (drawn, draft) = self.draft_exits(parent, rng);
            return Some((drawn, draft.or_else(|| own(rng))?));
        }
        if let Some(draft) = own(rng) {
            return Some((None, draft));
        }
        let (drawn, draft) = self.draft_exits(parent, rng);
        Some((drawn, draft?))
    }

    /// A mutation of the exits, and the tier that the weights drew first.
    fn draft_exits(&self, parent: &Individual, rng: &mut Rng) -> (Option<Tier>, Option<Draft>) {
        let Self { space, settings } = *self;
        let TierWeights { parametric, structural, relational } = settings.tiers;
        let mut weights = [parametric, structural, relational];
        let mut drawn = None;
        while let Some(place) = weighted(rng, &weights) {
            let Some(&tier) = Tier::ALL.get(place) else { break };
            drawn = drawn.or(Some(tier));
            let draft = match tier {
                Tier::Parametric => parametric::exit(space, settings, parent, rng),
                Tier::Structural => structural::draft(space, settings, parent, rng),
                Tier::Relational => relational::draft(space, settings, parent, rng),
            };
            if draft.is_some() {
                return (drawn, draft);
            }
            if let Some(weight) = weights.get_mut(place) {
                *weight = 0.0;
            }
        }
        (drawn, None)
    }
}

/// A child that keeps every invariant and differs from its parent.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    /// The child.
    pub child: Individual,
    /// The hash of its genome.
    pub hash: GenomeHash,
}

/// One attempt at a mutation.
#[derive(Debug, Clone, PartialEq)]
pub struct Attempt {
    /// The seed of its randomness.
    pub seed: u64,
    /// What was tried, also when it failed; `None` when nothing could be tried.
    pub step: Option<Step>,
    /// The child, or why there is none.
    pub result: Result<Proposal, Fault>,
}

/// Why an attempt gave no child.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum Fault {
    /// Neither an exit nor an own parameter can move.
    #[error("no operator can act on this genome: no parameter, exit or tier that is allowed to move has room to")]
    NoOperator,
    /// The child is the parent.
    #[error("the child has the genome of its parent")]
    NoChange,
    /// The child breaks an invariant.
    #[error("the child breaks invariant {code}: {0}", code = .0.code())]
    Invariant(Violation),
}

impl Fault {
    /// The reason code in logs and metrics: `no-operator`, `no-change` or `invariant`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoOperator => "no-operator",
            Self::NoChange => "no-change",
            Self::Invariant(_) => "invariant",
        }
    }
}
