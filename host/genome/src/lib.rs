//! What a candidate is made of, and how it is mutated: the parameters of a seed, the exit mechanisms with their bounds and relations, their
//! invariants, the canonical form that names a genome, and the three tiers of mutation.
//!
//! Bounds live here; the backtest takes unbounded rules. Definitions: the exit genome of the mutation reference. Everything is a pure
//! function of its arguments; randomness comes from a seed that the caller gives.

mod bounds;
mod crossover;
mod declared;
mod distance;
mod exit;
mod exit_genome;
mod genome;
mod interval;
mod invariant;
mod market_scale;
mod mechanism;
mod mutation;
mod parameter;
mod relation;
mod rng;
mod seed;
mod space;
mod units;
mod value_step;

pub use bounds::ExitBounds;
pub use crossover::crossover;
pub use declared::{Declared, DeclaredExit, ExitError, ExitNotice};
pub use exit::{Exit, Touch};
pub use exit_genome::ExitGenome;
pub use genome::{Genome, GenomeHash, Individual};
pub use interval::{Interval, NoInterval};
pub use invariant::{Violation, Warning};
pub use market_scale::MarketScale;
pub use mechanism::{Mechanism, ParameterSpec, Scale, Slot};
pub use mutation::{
    Attempt, BoundMode, Change, Clamped, Edit, Fault, Mix, MutationSettings, Mutator, Operator, ParameterRanges,
    Proposal, ReplayError, Source, Step, Target, Tier, TierWeights,
};
pub use parameter::{Domain, DomainError, Family, MAX_PARAMETERS, Parameter, ParameterError, is_name};
pub use relation::{Combine, ExitParameter, Relations, Tie};
pub use rng::Rng;
pub use seed::{Purpose, named_seed, sub_seed};
pub use space::Space;
pub use units::Unit;
