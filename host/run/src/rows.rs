//! Candidates as rows of the store, and back.

use seedbed_evaluate::Plugin;
use seedbed_evolve::{Behaviour, Candidate, Outcome, Score, Told};
use seedbed_genome::Individual;
use seedbed_store::{Evaluation, EvaluationStatus, GenomeDocument};

use crate::search::Examined;
use crate::{Phase, RunError};

pub(crate) fn row(phase: &Phase, plugin: &Plugin, examined: &Examined) -> Evaluation {
    let Examined { candidate, told, child, metrics, folds, by_clock, .. } = examined;
    let (status, score) = match &told.outcome {
        Outcome::Scored(score) => (EvaluationStatus::Scored, Some(score)),
        Outcome::Raced(score) => (EvaluationStatus::Raced, Some(score)),
        Outcome::Undefined { .. } => (EvaluationStatus::Undefined, None),
        Outcome::Failed { .. } => (EvaluationStatus::Failed, None),
        Outcome::Skipped => (EvaluationStatus::Skipped, None),
    };
    let behaviour = score.map(|score| score.behaviour);
    Evaluation {
        phase: phase.name.clone(),
        generation: candidate.generation,
        slot: candidate.slot,
        plugin: plugin.description().name.clone(),
        genome: document(plugin, &child.individual),
        hash: child.hash,
        origin: child.origin.name().to_owned(),
        parents: child.origin.parents(),
        attempts: told.failed.clone(),
        status,
        reason: told.outcome.reason().map(ToOwned::to_owned),
        fitness: score.map(|score| score.fitness),
        total_return: score.map(|score| score.objectives[0]),
        max_drawdown: score.map(|score| score.objectives[1]),
        sharpe: metrics.and_then(|metrics| metrics.sharpe.value()),
        holding_bars: behaviour.map(|behaviour| behaviour.holding_bars),
        trades: behaviour.map(|behaviour| behaviour.trades),
        loss_share: behaviour.map(|behaviour| behaviour.loss_share),
        folds: folds.clone(),
        deadline: *by_clock,
    }
}

/// A genome as files hold it.
pub(crate) fn document(plugin: &Plugin, individual: &Individual) -> GenomeDocument {
    let description = plugin.description();
    let names = description.parameters.iter().map(|parameter| parameter.name.as_str());
    GenomeDocument::new(&description.name, Some(&plugin.component().hash().to_string()), names, individual)
}

/// What was written down of a candidate. A row of another candidate is an error: the run is not the one that is being resumed.
pub(crate) fn read_back(phase: &Phase, candidate: Candidate, row: &Evaluation) -> Result<Examined, RunError> {
    let other = |what: String| RunError::OtherRun {
        phase: phase.name.clone(),
        generation: candidate.generation,
        slot: candidate.slot,
        what,
    };
    let place = (row.phase.as_str(), row.generation, row.slot);
    if place != (phase.name.as_str(), candidate.generation, candidate.slot) {
        return Err(other(format!(
            "the store has {} generation {} slot {} in its place",
            row.phase, row.generation, row.slot
        )));
    }
    let attempt = u32::try_from(row.attempts.len()).unwrap_or(u32::MAX).saturating_add(1);
    let child = candidate.attempt(attempt).filter(|child| child.hash == row.hash);
    let child = child.ok_or_else(|| other(format!("the store has genome {} there", row.hash)))?;
    let outcome = outcome(row).ok_or_else(|| other(format!("its row is {} without its numbers", row.status)))?;
    let told = Told { hash: row.hash, failed: row.attempts.clone(), outcome };
    Ok(Examined {
        candidate,
        told,
        child,
        metrics: None,
        folds: row.folds.clone(),
        by_clock: row.deadline,
        took: None,
        trial: None,
    })
}

fn outcome(row: &Evaluation) -> Option<Outcome> {
    let score = || {
        Some(Score {
            fitness: row.fitness?,
            objectives: [row.total_return?, row.max_drawdown?],
            behaviour: Behaviour { holding_bars: row.holding_bars?, trades: row.trades?, loss_share: row.loss_share? },
        })
    };
    let reason = || row.reason.clone();
    Some(match row.status {
        EvaluationStatus::Scored => Outcome::Scored(score()?),
        EvaluationStatus::Raced => Outcome::Raced(score()?),
        EvaluationStatus::Undefined => Outcome::Undefined { reason: reason()? },
        EvaluationStatus::Failed => Outcome::Failed { reason: reason()? },
        EvaluationStatus::Skipped => Outcome::Skipped,
    })
}
