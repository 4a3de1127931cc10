use std::collections::BTreeMap;

use seedbed_genome::Tier;

use crate::{Child, Outcome, Told};

/// What a generation came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Generation {
    /// Its number, from 0. Generations in which no draw gave a new genome are passed over.
    pub generation: u32,
    /// Outcomes of the candidates that were asked for.
    pub outcomes: Counts,
    /// Undefined and failed candidates by reason.
    pub reasons: BTreeMap<String, u32>,
    /// Attempts that failed before the one that counts, by reason.
    pub failed_attempts: BTreeMap<String, u32>,
    /// Draws that gave a genome that was known, and were drawn again.
    pub redrawn: u32,
    /// Children whose every draw was known: their outcomes were served without evaluation.
    pub served: u32,
    /// Greatest fitness in the population; `None` where nothing has a score.
    pub best: Option<f64>,
    /// Median fitness of those in the population that have one; the mean of the middle two of an even number.
    pub median: Option<f64>,
    /// Mean fitness of those in the population that have one.
    pub mean: Option<f64>,
    /// Whether the best of all generations is of this one.
    pub improved: bool,
    /// Mean difference of two members of an island's population, 0 to 1, see [`Space::difference`](seedbed_genome::Space::difference); islands
    /// count by their size.
    pub diversity: f64,
    /// Children whose mutation was of the parametric, structural or relational tier.
    pub tiers: [u32; 3],
    /// Children whose mutation was of an own parameter.
    pub own: u32,
    /// Each island, in the order of the setup.
    pub islands: Vec<IslandSummary>,
    /// Evaluations of the run so far.
    pub evaluations: u64,
    /// Distinct genomes that ran so far: the trials that a deflated Sharpe ratio counts.
    pub distinct: u64,
}

/// Candidates by outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(missing_docs, reason = "the names are the outcomes'")]
pub struct Counts {
    pub scored: u32,
    pub raced: u32,
    pub undefined: u32,
    pub failed: u32,
    pub skipped: u32,
}

/// How an island stands.
#[derive(Debug, Clone, PartialEq)]
pub struct IslandSummary {
    /// Slots of its next generation; 0 once it was dropped.
    pub slots: u32,
    /// Its greatest fitness so far.
    pub best: Option<f64>,
    /// The most frequent reason of a first generation that failed altogether, for which it was dropped.
    pub dropped: Option<String>,
    /// How often it started anew.
    pub restarts: u32,
}

impl Generation {
    pub(crate) fn of(generation: u32) -> Self {
        Self {
            generation,
            outcomes: Counts::default(),
            reasons: BTreeMap::new(),
            failed_attempts: BTreeMap::new(),
            redrawn: 0,
            served: 0,
            best: None,
            median: None,
            mean: None,
            improved: false,
            diversity: 0.0,
            tiers: [0; 3],
            own: 0,
            islands: Vec::new(),
            evaluations: 0,
            distinct: 0,
        }
    }

    pub(crate) fn count(&mut self, told: &Told, child: &Child) {
        let count = match &told.outcome {
            Outcome::Scored(_) => &mut self.outcomes.scored,
            Outcome::Raced(_) => &mut self.outcomes.raced,
            Outcome::Undefined { .. } => &mut self.outcomes.undefined,
            Outcome::Failed { .. } => &mut self.outcomes.failed,
            Outcome::Skipped => &mut self.outcomes.skipped,
        };
        *count += 1;
        if let Some(reason) = told.outcome.reason() {
            *self.reasons.entry(reason.to_owned()).or_default() += 1;
        }
        for reason in &told.failed {
            *self.failed_attempts.entry(reason.clone()).or_default() += 1;
        }
        if let Some(step) = child.origin.step() {
            match step.tier {
                Some(Tier::Parametric) => self.tiers[0] += 1,
                Some(Tier::Structural) => self.tiers[1] += 1,
                Some(Tier::Relational) => self.tiers[2] += 1,
                None => self.own += 1,
            }
        }
    }
}

pub(crate) fn median(sorted: &[f64]) -> Option<f64> {
    let middle = sorted.len() / 2;
    let upper = *sorted.get(middle)?;
    if sorted.len() % 2 == 1 { Some(upper) } else { Some(f64::midpoint(*sorted.get(middle - 1)?, upper)) }
}
