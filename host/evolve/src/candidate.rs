use std::sync::Arc;

use seedbed_genome::{Fault, GenomeHash, Individual, Step};

use crate::Island;
use crate::brood::Brood;

/// An individual to be evaluated.
///
/// A candidate owns all that its attempts need, so that any thread may work on it; a clone is cheap.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// Its place among all candidates of the run, from 0.
    pub number: u64,
    /// Its generation, from 0.
    pub generation: u32,
    /// Its place in the generation's batch, from 0.
    pub slot: u32,
    /// Its island, by its place in the setup.
    pub island: usize,
    /// The first attempt.
    pub child: Child,
    /// The fitness that it needs to be kept, for a [`Race`](crate::Race): that of the elite that ranks last, or of the target that it would displace.
    /// `None` where it is kept whatever it has.
    pub bar: Option<f64>,
    /// Place of the first attempt among the draws.
    pub(crate) first: u32,
    pub(crate) attempts: u32,
    pub(crate) brood: Arc<Brood>,
}

/// An individual and where it comes from.
#[derive(Debug, Clone, PartialEq)]
pub struct Child {
    /// The genome and what evolves beside it.
    pub individual: Individual,
    /// The hash of the genome.
    pub hash: GenomeHash,
    /// Where it comes from.
    pub origin: Origin,
}

/// Where an individual comes from.
#[derive(Debug, Clone, PartialEq)]
pub enum Origin {
    /// It is the plugin's own genome.
    Ancestor,
    /// Anywhere in the space.
    Random,
    /// One parent, mutated.
    Mutation {
        /// The parent.
        parent: GenomeHash,
        /// What changed.
        step: Box<Step>,
    },
    /// Two parents, crossed.
    Crossover {
        /// The parents, the one first that lineage follows: values that could not be joined are its.
        parents: [GenomeHash; 2],
        /// What was mutated of the crossed genome.
        step: Option<Box<Step>>,
    },
    /// Differential evolution: `target + f * (best - target) + f * (plus - minus)`, crossed with the target.
    Trial {
        /// The individual that it replaces if it is at least as good.
        target: GenomeHash,
        /// One of the best.
        best: GenomeHash,
        /// The individuals whose difference it took: plus, minus.
        difference: [GenomeHash; 2],
        /// Scale of the differences, above 0 and at most 1.
        scale: f64,
        /// Probability that a value is the mutant's, 0 to 1.
        crossover: f64,
    },
}

impl Origin {
    /// `ancestor`, `random`, `mutation`, `crossover` or `trial`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Ancestor => "ancestor",
            Self::Random => "random",
            Self::Mutation { .. } => "mutation",
            Self::Crossover { .. } => "crossover",
            Self::Trial { .. } => "trial",
        }
    }

    /// The parents; the first is the one that lineage follows.
    #[must_use]
    pub fn parents(&self) -> Vec<GenomeHash> {
        match self {
            Self::Ancestor | Self::Random => Vec::new(),
            Self::Mutation { parent, .. } => vec![*parent],
            Self::Crossover { parents, .. } => parents.to_vec(),
            Self::Trial { target, best, difference: [plus, minus], .. } => vec![*target, *best, *plus, *minus],
        }
    }

    /// The mutation, if there was one.
    #[must_use]
    pub fn step(&self) -> Option<&Step> {
        match self {
            Self::Mutation { step, .. } => Some(step),
            Self::Crossover { step, .. } => step.as_deref(),
            Self::Ancestor | Self::Random | Self::Trial { .. } => None,
        }
    }
}

/// A draw that came to nothing, for whoever counts mutations.
#[derive(Debug, Clone, PartialEq)]
pub enum Discarded {
    /// Its genome was known, or stands in the batch already.
    Known(Box<Child>),
    /// A mutation without a child.
    Fault {
        /// What was tried, if there was anything to try.
        step: Option<Box<Step>>,
        /// Why there is no child.
        fault: Fault,
    },
}

impl Discarded {
    /// The mutation, if one was tried.
    #[must_use]
    pub fn step(&self) -> Option<&Step> {
        match self {
            Self::Known(child) => child.origin.step(),
            Self::Fault { step, .. } => step.as_deref(),
        }
    }
}

impl Candidate {
    /// The kind of its genome.
    #[must_use]
    pub fn island(&self) -> &Island {
        self.brood.island()
    }

    /// Attempts that it may have, at least 1.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// Attempt `n` from 1: the first is `child`, each later one is drawn anew by a seed of its own; `None` beyond the last, and for the ancestor,
    /// of which there is one.
    ///
    /// Pure: it depends on nothing that happens after the candidate was asked for, and may be called on any thread. A later attempt
    /// may have a genome that is known.
    #[must_use]
    pub fn attempt(&self, n: u32) -> Option<Child> {
        match n {
            0 => None,
            1 => Some(self.child.clone()),
            n if n > self.attempts || self.child.origin == Origin::Ancestor => None,
            n => self.brood.children(self.slot, self.first + 1).nth(n as usize - 2),
        }
    }

    /// The draws before the first attempt: mutations that broke an invariant or changed nothing, and duplicates. Computed anew at each
    /// call.
    #[must_use]
    pub fn discarded(&self) -> Vec<Discarded> {
        let draws = (0..self.first).map(|draw| self.brood.draw(self.slot, draw));
        draws.map(|draw| draw.map_or_else(|fault| fault, |child| Discarded::Known(Box::new(child)))).collect()
    }
}
