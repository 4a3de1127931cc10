//! Evolution without I/O: it is asked for candidates and told what became of them.
//!
//! An [`Evolution`] is a pure function of its [`Setup`] and of what it was told. Threads, workers and other engines drive it the same way: ask for a
//! generation, evaluate its candidates in any order, tell the outcomes in the order of the candidates. A run that was killed is asked again and
//! told what was recorded; nothing of the engine's own is ever stored.
//!
//! What grows with the run is a ledger of about 0.5 KB for each distinct genome: its hash, where it came from and what became of it.
//! Everything else is bounded by the population, or by constants.

mod algorithm;
mod archive;
mod batch;
mod brood;
mod candidate;
mod colony;
mod diversity;
mod evolution;
mod generation;
mod ledger;
mod lshade;
mod member;
mod migration;
mod outcome;
mod pareto;
mod race;
mod setup;
mod tiers;

pub use algorithm::Algorithm;
pub use archive::{Archive, Cell};
pub use batch::TellError;
pub use candidate::{Candidate, Child, Discarded, Origin};
pub use evolution::{End, Evolution};
pub use generation::{Counts, Generation, IslandSummary};
pub use ledger::Ancestry;
pub use member::Member;
pub use outcome::{Behaviour, Outcome, Score, Told};
pub use pareto::{crowding, dominates, fronts};
pub use race::Race;
pub use setup::{EvolutionSettings, Island, Migration, Setup, SetupError};
