use serde::{Deserialize, Serialize};

/// What ran, how, and whether it can be repeated.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct RunFacts {
    /// The run's name in the store.
    pub id: String,
    /// The names of the plugins that took part.
    pub plugins: Vec<String>,
    /// How it ended, in words: `finished`, `stopped by its generation limit after 7 of 10 generations`.
    pub state: String,
    /// Whether the same command gives the same bytes again.
    pub reproducible: Reproducible,
    /// The run's seed.
    #[serde(with = "decimal")]
    pub seed: u64,
    /// Name of the algorithm: `ga`, `lshade`, `nsga2`, `random`.
    pub algorithm: String,
    /// Name of the objective that fitness measures: `sharpe`, `sortino`, `calmar`, `return`, ...
    pub objective: String,
    /// Fitness from which a champion counts as fit; a mark in the chart of fitness.
    pub min_fitness: Option<f64>,
    /// When it started and ended; none where the store does not tell.
    pub started: Option<i64>,
    /// See `started`.
    pub ended: Option<i64>,
    /// What a reader should know before believing anything: warnings of data, limits that were hit, alerts.
    pub notices: Vec<String>,
    /// Everything else worth keeping, by heading: settings, versions, hashes, counts, times.
    pub groups: Vec<FactGroup>,
}

/// Whether the same command gives the same bytes again.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reproducible {
    /// It does.
    #[default]
    Yes,
    /// It may not, and why.
    No(String),
}

/// Facts under one heading.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct FactGroup {
    /// The heading.
    pub title: String,
    /// The facts, in the order in which they are shown.
    pub facts: Vec<Fact>,
}

/// One fact as text.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Fact {
    /// What it is.
    pub name: String,
    /// Its value, formatted.
    pub value: String,
}

/// A u64 as decimal text: JavaScript's numbers lose digits above 2^53.
mod decimal {
    use serde::{Deserialize, Deserializer, Serializer, de};

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
    pub(super) fn serialize<S: Serializer>(number: &u64, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(number)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}
