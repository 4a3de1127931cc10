use seedbed_store::{Document, EvaluationStatus, RunId, Segment};
use serde::Serialize;
use serde_json::Value;

use crate::cells::counted;
use crate::evolution::{OrStore, Shelf};
use crate::exit::Stop;

/// How far a run is that is not finished.
#[derive(Debug, Default, Serialize)]
pub(super) struct Progress {
    /// The evolution it is in; none before the first batch.
    pub(super) phase: Option<String>,
    /// The generation it is in, from 0.
    generation: Option<u32>,
    /// Evaluations that are written down, of all phases.
    pub(super) evaluations: u64,
    /// Those among them without a score.
    failed: u64,
    /// The evolution that was completed last.
    completed: Option<String>,
    /// The best fitness so far in this phase.
    best: Option<f64>,
}

impl Progress {
    /// What the evaluations and the checkpoint of a run tell.
    pub(super) fn of(shelf: &Shelf, run: &RunId) -> Result<Self, Stop> {
        let segments = shelf.store().segments(run).or_store()?;
        let checkpoint = shelf.store().get(run, Document::Checkpoint).or_store()?;
        let completed = checkpoint.and_then(|value| value.get("phase").and_then(Value::as_str).map(ToOwned::to_owned));
        Ok(Self { completed, ..Self::counted(&segments) })
    }

    fn counted(segments: &[Segment]) -> Self {
        let rows = || segments.iter().flat_map(|segment| &segment.rows);
        let Some(last) = rows().next_back() else { return Self::default() };
        let with = |status: EvaluationStatus| rows().filter(|row| row.status == status).count() as u64;
        let here = rows().filter(|row| row.phase == last.phase);
        Self {
            phase: Some(last.phase.clone()),
            generation: Some(last.generation),
            evaluations: rows().count() as u64 - with(EvaluationStatus::Skipped),
            failed: with(EvaluationStatus::Failed) + with(EvaluationStatus::Undefined),
            completed: None,
            best: here.filter_map(|row| row.fitness).max_by(f64::total_cmp),
        }
    }

    /// `at window-2 after 312 evaluations`
    pub(super) fn words(&self) -> String {
        let evaluations = counted(self.evaluations, "evaluation");
        match (&self.phase, &self.completed) {
            (None, _) => "before its first evaluation".to_owned(),
            (Some(phase), Some(completed)) if phase == completed => format!("after {phase} and {evaluations}"),
            (Some(phase), _) => format!("at {phase} after {evaluations}"),
        }
    }

    /// What there is to know beside the words.
    pub(super) fn details(&self) -> Option<String> {
        let generation = self.generation? + 1;
        let best = self.best.map_or_else(|| "nothing scored yet".to_owned(), |best| format!("best fitness {best:.3}"));
        Some(format!("generation {generation} of this evolution, {best}, {} without a score in all", self.failed))
    }
}
