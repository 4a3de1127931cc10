mod replay;
mod settings;
mod step;

pub use replay::ReplayError;
pub use settings::{BoundMode, Mix, MutationSettings, ParameterRanges, TierWeights};
pub use step::{Change, Clamped, Edit, Operator, Source, Step, Target, Tier};

use crate::{GenomeHash, Individual, Violation};

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
    #[error("the child breaks an invariant: {0}")]
    Invariant(#[source] Violation),
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
