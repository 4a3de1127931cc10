use std::fmt;

use seedbed_genome::GenomeHash;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{GenomeDocument, finite};

/// One candidate and what came of it: a row of a segment.
///
/// Numbers that do not apply are `None`; those that do must be finite.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Evaluation {
    /// The part of the run: `window-1`, `final`.
    pub phase: String,
    /// The generation, from 0.
    pub generation: u32,
    /// The place in the generation, from 0.
    pub slot: u32,
    /// Whose genome it is.
    pub plugin: String,
    /// The genome.
    pub genome: GenomeDocument,
    /// The genome's hash, 64 hexadecimal digits.
    #[serde(serialize_with = "write_hash", deserialize_with = "read_hash")]
    pub hash: GenomeHash,
    /// How the candidate came about: `mutation`, `crossover`, ...
    pub origin: String,
    /// Its parents' hashes.
    #[serde(serialize_with = "write_hashes", deserialize_with = "read_hashes")]
    pub parents: Vec<GenomeHash>,
    /// The reason of each attempt that failed before this one, in order, as codes.
    pub attempts: Vec<String>,
    /// What came of it.
    pub status: EvaluationStatus,
    /// Why it has no score, as a code.
    pub reason: Option<String>,
    /// The value of the objective, greater is better.
    #[serde(serialize_with = "finite::optional")]
    pub fitness: Option<f64>,
    /// The whole return as a fraction: 0.1 is ten percent.
    #[serde(serialize_with = "finite::optional")]
    pub total_return: Option<f64>,
    /// The deepest fall from a peak as a fraction, at most 0.
    #[serde(serialize_with = "finite::optional")]
    pub max_drawdown: Option<f64>,
    /// The Sharpe ratio of a year.
    #[serde(serialize_with = "finite::optional")]
    pub sharpe: Option<f64>,
    /// Mean bars of a trade.
    #[serde(serialize_with = "finite::optional")]
    pub holding_bars: Option<f64>,
    /// Closed trades.
    pub trades: Option<u32>,
    /// The share of trades that lost, 0 to 1.
    #[serde(serialize_with = "finite::optional")]
    pub loss_share: Option<f64>,
    /// Its values in the parts of a fold race, as far as it got; left out without one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub folds: Vec<f64>,
    /// Whether the clock had a say in it, so that another machine may find otherwise.
    pub deadline: bool,
}

/// What came of a candidate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EvaluationStatus {
    /// It has a fitness.
    Scored,
    /// It ran, but its objective has no value.
    Undefined,
    /// It was given up since it could no longer win.
    Raced,
    /// It crashed, was refused or ran out of something.
    Failed,
    /// The clock stopped the run before its turn.
    Skipped,
}

impl EvaluationStatus {
    /// Every status.
    pub const ALL: [Self; 5] = [Self::Scored, Self::Undefined, Self::Raced, Self::Failed, Self::Skipped];

    /// The word in files and tables.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Scored => "scored",
            Self::Undefined => "undefined",
            Self::Raced => "raced",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
        }
    }
}

impl fmt::Display for EvaluationStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

fn write_hash<S: Serializer>(hash: &GenomeHash, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(hash)
}

fn read_hash<'de, D: Deserializer<'de>>(deserializer: D) -> Result<GenomeHash, D::Error> {
    parse(&String::deserialize(deserializer)?)
}

fn write_hashes<S: Serializer>(hashes: &[GenomeHash], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(hashes.iter().map(ToString::to_string))
}

fn read_hashes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<GenomeHash>, D::Error> {
    Vec::<String>::deserialize(deserializer)?.iter().map(|digits| parse(digits)).collect()
}

fn parse<E: serde::de::Error>(digits: &str) -> Result<GenomeHash, E> {
    GenomeHash::from_hex(digits).ok_or_else(|| E::custom("a genome's hash is not 64 hexadecimal digits"))
}
