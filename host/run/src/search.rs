use std::time::{Duration, Instant};

use seedbed_backtest::{Metrics, Ratio, Undefined};
use seedbed_evaluate::{ExamineError, Examiner, Objective, Plugin};
use seedbed_evolve::{Behaviour, Candidate, Child, Outcome, Score, Told};
use seedbed_store::Evaluation;

use crate::folds::Folds;
use crate::verdict::Trial;
use crate::{Phase, RunError, RunSetup, rows};

/// What became of a candidate, and what is written down of it.
#[derive(Debug, Clone)]
pub struct Examined {
    /// The candidate.
    pub candidate: Candidate,
    /// What the evolution is told.
    pub told: Told,
    /// The attempt that this is the outcome of.
    pub child: Child,
    /// Its metrics, where it ran in this process.
    pub metrics: Option<Metrics>,
    /// Its values in the parts of a race, as far as it got; empty without one.
    pub folds: Vec<f64>,
    /// Whether the clock had a say in it.
    pub by_clock: bool,
    /// Wall clock of all attempts; none where it was read back.
    pub took: Option<Duration>,
    /// What the verdict needs of it, where it was summed up on the way.
    pub(crate) trial: Option<Trial>,
}

/// Evaluates the candidates of one phase.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Search<'a, 's> {
    pub(crate) phase: &'a Phase,
    pub(crate) setup: &'a RunSetup,
    pub(crate) examiner: Examiner<'a, 's>,
    /// The race over parts of the training; none where it is scored as a whole.
    pub(crate) folds: Option<Folds<'a, 's>>,
    /// Whether scored candidates are summed up for the verdict.
    pub(crate) judged: bool,
}

impl Search<'_, '_> {
    /// Attempts a candidate until one attempt is scored, or none is left.
    pub(crate) fn examine(&self, candidate: Candidate) -> Result<Examined, RunError> {
        let start = Instant::now();
        let plugin = self.plugin(&candidate)?;
        let mut failed = Vec::new();
        let mut child = candidate.child.clone();
        let mut by_clock = false;
        let mut attempt = 1;
        let Attempted { outcome, metrics, folds, trial } = loop {
            let error = match self.attempt(plugin, &child, candidate.bar) {
                Ok(attempted) => break attempted,
                Err(error @ ExamineError::Impure { .. }) => return Err(error.into()),
                Err(error) => error,
            };
            by_clock |= error.is_by_clock();
            attempt += 1;
            match candidate.attempt(attempt) {
                Some(next) => {
                    failed.push(error.code().to_owned());
                    child = next;
                }
                None => break Attempted::of(Outcome::Failed { reason: error.code().to_owned() }),
            }
        };
        let told = Told { hash: child.hash, failed, outcome };
        Ok(Examined { candidate, told, child, metrics, folds, by_clock, took: Some(start.elapsed()), trial })
    }

    fn attempt(&self, plugin: &Plugin, child: &Child, bar: Option<f64>) -> Result<Attempted, ExamineError> {
        let Self { setup, examiner, .. } = self;
        let genome = &child.individual.genome;
        if let Some(folds) = &self.folds {
            examiner.accept(plugin, genome)?;
            let (outcome, values) = folds.run(setup, examiner, (plugin, genome, child.hash), bar)?;
            return Ok(Attempted { folds: values, ..Attempted::of(outcome) });
        }
        let foreseen = examiner.accept_ahead(plugin, genome, child.hash)?;
        let (metrics, account) = examiner.score_ahead(plugin, genome, child.hash, self.judged, foreseen)?;
        Ok(Attempted {
            metrics: Some(metrics),
            trial: account.map(|account| Trial::of(&account, examiner.stage, true)),
            ..Attempted::of(outcome(setup.objective, &metrics, examiner.stage.symbols()))
        })
    }

    /// A candidate that the clock left no time for.
    pub(crate) fn skip(candidate: Candidate) -> Examined {
        let child = candidate.child.clone();
        let told = Told { hash: child.hash, failed: Vec::new(), outcome: Outcome::Skipped };
        Examined { candidate, told, child, metrics: None, folds: Vec::new(), by_clock: true, took: None, trial: None }
    }

    /// What is written down of a candidate.
    pub(crate) fn row(&self, examined: &Examined) -> Result<Evaluation, RunError> {
        Ok(rows::row(self.phase, self.plugin(&examined.candidate)?, examined))
    }

    /// A candidate whose outcome was written down by an earlier process.
    pub(crate) fn read_back(&self, candidate: Candidate, row: &Evaluation) -> Result<Examined, RunError> {
        rows::read_back(self.phase, candidate, row)
    }

    fn plugin(&self, candidate: &Candidate) -> Result<&Plugin, RunError> {
        self.setup.plugin(candidate.island)
    }
}

/// What an attempt came to, its metrics where it was scored as a whole, and its values where it was raced.
struct Attempted {
    outcome: Outcome,
    metrics: Option<Metrics>,
    folds: Vec<f64>,
    trial: Option<Trial>,
}

impl Attempted {
    fn of(outcome: Outcome) -> Self {
        Self { outcome, metrics: None, folds: Vec::new(), trial: None }
    }
}

/// How a search judges what a candidate came to.
fn outcome(objective: Objective, metrics: &Metrics, symbols: usize) -> Outcome {
    match objective.of(metrics) {
        Ratio::Undefined(reason) => Outcome::Undefined { reason: code(reason) },
        Ratio::Defined(fitness) => Outcome::Scored(Score {
            fitness,
            objectives: [metrics.total_return, metrics.max_drawdown],
            behaviour: behaviour(metrics, symbols),
        }),
    }
}

pub(crate) fn code(reason: Undefined) -> String {
    reason.to_string().replace(' ', "-")
}

pub(crate) fn behaviour(metrics: &Metrics, symbols: usize) -> Behaviour {
    let trades = metrics.trades.max(1) as f64;
    Behaviour {
        holding_bars: metrics.exposure * (metrics.bars * symbols) as f64 / trades,
        trades: u32::try_from(metrics.trades).unwrap_or(u32::MAX),
        loss_share: metrics.win_rate.value().map_or(0.0, |wins| 1.0 - wins),
    }
}
