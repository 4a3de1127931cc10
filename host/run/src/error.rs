use seedbed_evaluate::ExamineError;
use seedbed_evolve::{SetupError, TellError};
use seedbed_genome::GenomeHash;
use seedbed_store::{GenomeError, StoreError};

use crate::ScheduleError;

/// Why a run cannot go on. What was written down until then stays.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The history cannot be divided as asked.
    #[error(transparent)]
    Schedule(#[from] ScheduleError),
    /// There is nothing to evolve.
    #[error(transparent)]
    Setup(#[from] SetupError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A genome that cannot be written down.
    #[error(transparent)]
    Genome(#[from] GenomeError),
    /// The account of a benchmark or of the champion cannot be booked.
    #[error(transparent)]
    Examine(#[from] ExamineError),
    /// A candidate that was scored cannot be scored again.
    #[error("genome {genome} was scored before and cannot be now: {error}")]
    Changed {
        /// The genome.
        genome: GenomeHash,
        /// What happened.
        error: ExamineError,
    },
    /// The evolution was told of other candidates than it asked for.
    #[error("the evolution was told what it did not ask for: {0}")]
    Tell(#[from] TellError),
    /// A candidate of an island that the run does not have.
    #[error("the evolution asked for plugin {0}, which the run does not have")]
    NoIsland(usize),
    /// The stored evaluations are not those of this run.
    #[error(
        "{phase}, generation {generation}, slot {slot}: {what}; it was written by another version of seedbed or with another configuration, so it cannot be resumed"
    )]
    OtherRun {
        /// The phase.
        phase: String,
        /// The generation.
        generation: u32,
        /// The slot.
        slot: u32,
        /// What was found.
        what: String,
    },
}
