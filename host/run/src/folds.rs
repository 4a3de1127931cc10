//! Fold racing: a candidate is scored on one part of the training after the other, and given up once it can no longer win.

use std::ops::Range;

use seedbed_backtest::{Metrics, Ratio};
use seedbed_evaluate::{ExamineError, Examiner, Excerpt, Stage};
use seedbed_evolve::{Behaviour, Outcome, Race, Score};
use seedbed_genome::GenomeHash;

use crate::search::{behaviour, code};
use crate::{History, Phase, RunSetup};

/// The parts of a training, each with all the history before it.
pub(crate) fn excerpts(history: &History<'_>, phase: &Phase, folds: u32) -> Vec<Vec<Excerpt>> {
    let (Range { start, .. }, bars) = (phase.train.clone(), phase.train.len());
    let folds = folds as usize;
    let end = |fold: usize| start + bars * fold / folds;
    match folds {
        0 | 1 => Vec::new(),
        folds => (0..folds).map(|fold| history.excerpts(&(end(fold)..end(fold + 1)))).collect(),
    }
}

/// A race over the parts of a training.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Folds<'a, 's> {
    pub(crate) stages: &'a [Stage<'s>],
    /// What candidates of earlier generations reached.
    pub(crate) race: &'a Race,
}

impl Folds<'_, '_> {
    /// Runs a candidate over the parts: what became of it, and its values as far as it got. Its fitness is their mean.
    pub(crate) fn run(
        &self,
        setup: &RunSetup,
        examiner: &Examiner<'_, '_>,
        (plugin, genome, hash): (&seedbed_evaluate::Plugin, &seedbed_genome::Genome, GenomeHash),
        bar: Option<f64>,
    ) -> Result<(Outcome, Vec<f64>), ExamineError> {
        let mut values = Vec::with_capacity(self.stages.len());
        let mut parts = Vec::with_capacity(self.stages.len());
        for stage in self.stages {
            let Examiner { memo, timeout, audit, .. } = *examiner;
            let metrics = Examiner { stage, memo, timeout, audit }.score(plugin, genome, hash)?;
            match setup.objective.of(&metrics) {
                Ratio::Undefined(reason) => return Ok((Outcome::Undefined { reason: code(reason) }, values)),
                Ratio::Defined(value) => values.push(value),
            }
            parts.push((metrics, stage.symbols()));
            if values.len() < self.stages.len() && bar.is_some_and(|bar| !self.race.may_reach(bar, &values)) {
                return Ok((Outcome::Raced(joined(&parts, &values)), values));
            }
        }
        Ok((Outcome::Scored(joined(&parts, &values)), values))
    }
}

/// The score over parts that follow each other.
fn joined(parts: &[(Metrics, usize)], values: &[f64]) -> Score {
    let behaviours: Vec<Behaviour> = parts.iter().map(|(metrics, symbols)| behaviour(metrics, *symbols)).collect();
    let trades: f64 = behaviours.iter().map(|part| f64::from(part.trades)).sum();
    let mean = |of: fn(&Behaviour) -> f64| {
        behaviours.iter().map(|part| of(part) * f64::from(part.trades)).sum::<f64>() / trades.max(1.0)
    };
    Score {
        fitness: values.iter().sum::<f64>() / values.len() as f64,
        objectives: [
            parts.iter().map(|(metrics, _)| 1.0 + metrics.total_return).product::<f64>() - 1.0,
            parts.iter().map(|(metrics, _)| metrics.max_drawdown).fold(0.0, f64::min),
        ],
        behaviour: Behaviour {
            holding_bars: mean(|part| part.holding_bars),
            trades: behaviours.iter().fold(0, |sum, part| sum.saturating_add(part.trades)),
            loss_share: mean(|part| part.loss_share),
        },
    }
}
