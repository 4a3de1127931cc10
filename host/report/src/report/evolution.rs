use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Measured;

/// How the champion was found: the final evolution, unless a part says otherwise.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Evolution {
    /// Its generations in order.
    pub generations: Vec<Generation>,
    /// Its distinct scored trials, in the order in which they were asked.
    pub trials: Vec<Trial>,
    /// Where the parameters went, plugin by plugin.
    pub histories: Vec<ParameterHistory>,
    /// From the first ancestor to the champion.
    pub lineage: Vec<Ancestor>,
    /// Candidates that were not scored, by reason, over the whole run.
    pub failures: Vec<Failure>,
    /// Plugins that were given up.
    pub dropped: Vec<DroppedPlugin>,
    /// What became of the mutations, over the whole run; none where none was tried.
    pub mutations: Option<Mutations>,
}

/// One generation.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Generation {
    /// Its number, from 0.
    pub number: u32,
    /// Best fitness so far; none while nothing was scored.
    pub best: Option<f64>,
    /// Median fitness of its population.
    pub median: Option<f64>,
    /// Candidates evaluated anew.
    pub evaluated: u64,
    /// Candidates answered from the memo.
    pub cached: u64,
    /// Candidates that failed.
    pub failed: u64,
    /// Mean distance between its members, in [0, 1].
    pub diversity: Option<f64>,
}

/// One distinct scored trial.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Trial {
    /// Hash of its genome, in hex.
    pub genome: String,
    /// Its plugin.
    pub plugin: String,
    /// Generation in which it was first seen.
    pub generation: u32,
    /// Its fitness.
    pub fitness: f64,
    /// Total return.
    pub total_return: f64,
    /// Deepest fall of equity below its peak, in [-1, 0].
    pub max_drawdown: f64,
    /// Its values by name: `fast-period`, `fixed-stop.stop-loss`; mechanisms that it has not are left out.
    pub values: BTreeMap<String, f64>,
}

/// Where one parameter went.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ParameterHistory {
    /// Its plugin.
    pub plugin: String,
    /// Its name, as in [`Trial::values`].
    pub name: String,
    /// Smallest and largest allowed value.
    pub bounds: Option<[f64; 2]>,
    /// One for each generation in which some member had it, in order.
    pub points: Vec<ParameterPoint>,
}

/// One parameter over one population.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct ParameterPoint {
    /// The generation.
    pub generation: u32,
    /// Value of the best member; none where it has not the mechanism.
    pub best: Option<f64>,
    /// A tenth of the members that have it lie below.
    pub low: f64,
    /// Median of those members.
    pub median: f64,
    /// A tenth of those members lie above.
    pub high: f64,
}

/// One genome on the way to the champion.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ancestor {
    /// Generation in which it was made.
    pub generation: u32,
    /// Hash of its genome, in hex.
    pub genome: String,
    /// How it came to be, in words: `the plugin's own defaults`, `mutation`, `crossover with 3fa9c1d2, then mutation`.
    pub origin: String,
    /// What was changed, in order; empty where nothing was mutated.
    pub changes: Vec<Change>,
    /// Its fitness, or why it has none.
    pub fitness: Measured,
}

/// One change by a mutation. Either a value moved (`old`, `new`) or the words say what happened.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Change {
    /// Operator that acted, as the mutation log writes it: `factor`, `add`, `tie`.
    pub operator: String,
    /// Tier that acted, as the mutation log writes it; none for a plugin's own parameter.
    pub tier: Option<String>,
    /// Parameter or mechanism: `fixed-stop.stop-loss`, `chandelier`.
    pub subject: String,
    /// Value before.
    pub old: Option<f64>,
    /// Value after.
    pub new: Option<f64>,
    /// What the values do not say: `clamped at its upper bound`, `follows the stop`; may be empty.
    pub note: String,
}

/// How often candidates of one plugin failed for one reason.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Failure {
    /// The plugin.
    pub plugin: String,
    /// The reason's code: `out-of-fuel`.
    pub reason: String,
    /// How often.
    pub count: u64,
    /// The words of one of them; may be empty.
    pub example: String,
}

/// A plugin that was given up.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct DroppedPlugin {
    /// The plugin.
    pub plugin: String,
    /// Why.
    pub reason: String,
}

/// What became of the mutations.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Mutations {
    /// Mutations asked for.
    pub total: u64,
    /// Those that gave a child.
    pub successes: u64,
    /// Attempts together.
    pub attempts: u64,
    /// Attempts at exit mutations by the tier that acted.
    pub tiers: Vec<TierShare>,
    /// Failed attempts by reason.
    pub reasons: Vec<Count>,
    /// Values by parameter.
    pub parameters: Vec<MutatedParameter>,
}

/// One tier beside its target.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct TierShare {
    /// Its name: `parametric`.
    pub tier: String,
    /// Attempts in which it acted.
    pub count: u64,
    /// Their share; none without any.
    pub share: Option<f64>,
    /// The share that its weight stands for.
    pub target: f64,
}

/// How often something happened.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Count {
    /// What.
    pub name: String,
    /// How often.
    pub count: u64,
}

/// What mutation did to one parameter.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct MutatedParameter {
    /// Its name: `fixed-stop.stop-loss`.
    pub name: String,
    /// How often it moved.
    pub moves: u64,
    /// Moves that ended at the lower bound.
    pub clamped_low: u64,
    /// Moves that ended at the upper bound.
    pub clamped_high: u64,
    /// Mean log-factor of its unclamped moves; none without any.
    pub drift: Option<f64>,
}
