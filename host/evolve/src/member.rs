use std::cmp::Ordering;

use seedbed_genome::{GenomeHash, Individual};

use crate::{Outcome, Score};

/// A candidate that was evaluated.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    /// Its place among all candidates of the run.
    pub number: u64,
    /// The generation that it was born in.
    pub generation: u32,
    /// Its island, by its place in the setup.
    pub island: usize,
    /// The genome and what evolves beside it.
    pub individual: Individual,
    /// The hash of the genome.
    pub hash: GenomeHash,
    /// What became of it.
    pub outcome: Outcome,
}

impl Member {
    /// Its whole score, if it has one.
    #[must_use]
    pub fn score(&self) -> Option<&Score> {
        self.outcome.score()
    }

    /// Its fitness, if it has a whole score.
    #[must_use]
    pub fn fitness(&self) -> Option<f64> {
        self.score().map(|score| score.fitness)
    }

    /// Whether it may be a parent: it ran.
    pub(crate) fn ran(&self) -> bool {
        !matches!(self.outcome, Outcome::Failed { .. } | Outcome::Skipped)
    }

    /// Less ranks first: the better outcome, then the lower number.
    pub(crate) fn by_rank(&self, other: &Self) -> Ordering {
        by_outcome(&self.outcome, &other.outcome).then(self.number.cmp(&other.number))
    }
}

/// Less is better.
pub(crate) fn by_outcome(a: &Outcome, b: &Outcome) -> Ordering {
    let key = |outcome: &Outcome| match outcome {
        Outcome::Scored(score) => (0, score.fitness),
        Outcome::Raced(score) => (1, score.fitness),
        Outcome::Undefined { .. } => (2, 0.0),
        Outcome::Failed { .. } => (3, 0.0),
        Outcome::Skipped => (4, 0.0),
    };
    let ((a_class, a_fitness), (b_class, b_fitness)) = (key(a), key(b));
    // Adding 0 turns -0 into 0, so that both rank the same.
    a_class.cmp(&b_class).then((b_fitness + 0.0).total_cmp(&(a_fitness + 0.0)))
}
