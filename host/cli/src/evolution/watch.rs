use std::collections::BTreeMap;
use std::io::{IsTerminal, stderr};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use seedbed_evaluate::MemoUse;
use seedbed_evolve::{Candidate, Discarded, Generation, Outcome};
use seedbed_run::{Ended, Examined, Phase, RunError, Watcher};
use seedbed_telemetry::metrics::{self, EvaluationOutcome, Metrics, Reason, RunEnd};
use seedbed_telemetry::statistics::{AttemptEvent, Event, Statistics};

use crate::cells::{absent, counted};
use crate::interrupt::Interrupt;

/// Follows a run: mutation statistics, and a line for people to see that it moves.
pub(crate) struct Watch {
    interrupt: Interrupt,
    statistics: Statistics,
    metrics: metrics::Evolution,
    /// Children of all phases that were drawn again, and that were served.
    duplicates: [u64; 2],
    failures: BTreeMap<String, u64>,
    critical_failures: u64,
    bar: Option<ProgressBar>,
    begun: Instant,
    evaluations: u64,
    /// Evaluations of this process, which its speed is told by.
    evaluated_here: u64,
    planned: u64,
    phase: String,
    generations: u32,
}

impl Watch {
    /// Follows a run whose evolutions have so many generations of so many evaluations at most. Nothing is shown where `quiet`.
    pub(crate) fn new(
        interrupt: Interrupt,
        metrics: &Metrics,
        targets: Option<[f64; 3]>,
        (generations, planned): (u32, u64),
        quiet: bool,
    ) -> Self {
        let live = !quiet && stderr().is_terminal();
        let bar = live.then(|| {
            let bar = ProgressBar::new_spinner();
            bar.set_style(
                ProgressStyle::with_template("{spinner} {msg}").unwrap_or_else(|_| ProgressStyle::default_spinner()),
            );
            bar.enable_steady_tick(Duration::from_millis(120));
            bar
        });
        let metrics = metrics.evolution();
        metrics.begins();
        Self {
            interrupt,
            metrics,
            duplicates: [0; 2],
            statistics: Statistics::new(targets),
            failures: BTreeMap::new(),
            critical_failures: 0,
            bar,
            begun: Instant::now(),
            evaluations: 0,
            evaluated_here: 0,
            planned,
            phase: String::new(),
            generations,
        }
    }

    /// What became of the mutations.
    pub(crate) fn statistics(&self) -> &Statistics {
        &self.statistics
    }

    /// Candidates of fresh populations that failed.
    pub(crate) fn critical_failures(&self) -> u64 {
        self.critical_failures
    }

    pub(crate) fn end(&self, how: &Result<Ended, RunError>) {
        self.metrics.ends(match how {
            Ok(Ended::Finished(_)) => RunEnd::Finished,
            Ok(Ended::Stopped) => RunEnd::Stopped,
            Err(_) => RunEnd::Failed,
        });
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }

    fn count(&mut self, examined: &Examined) {
        let Examined { candidate, told, .. } = examined;
        let outcome = match &told.outcome {
            Outcome::Scored(_) => EvaluationOutcome::Scored,
            Outcome::Raced(_) => EvaluationOutcome::Raced,
            Outcome::Undefined { .. } => EvaluationOutcome::Undefined,
            Outcome::Failed { .. } => EvaluationOutcome::Failed,
            Outcome::Skipped => EvaluationOutcome::Skipped,
        };
        self.metrics.evaluated(outcome, 1);
        let failed: Vec<&String> = match &told.outcome {
            Outcome::Failed { reason } => told.failed.iter().chain([reason]).collect(),
            Outcome::Skipped => return,
            _ => told.failed.iter().collect(),
        };
        for reason in &failed {
            *self.failures.entry((*reason).clone()).or_default() += 1;
            self.metrics.failed(reason);
        }
        self.evaluations += 1;
        self.evaluated_here += u64::from(examined.took.is_some());
        if candidate.generation == 0 && matches!(told.outcome, Outcome::Failed { .. }) {
            self.critical_failures += 1;
            self.metrics.critical_failures(1);
        }
        self.record(candidate, examined, &failed);
    }

    /// A candidate with a mutation counts as one mutation, as in `seedbed mutate`.
    fn record(&mut self, candidate: &Candidate, examined: &Examined, failed: &[&String]) {
        let tries = (1..=candidate.attempts()).take(examined.told.failed.len() + 1);
        let children: Vec<_> = tries.filter_map(|attempt| candidate.attempt(attempt)).collect();
        if children.iter().all(|child| child.origin.step().is_none()) {
            return;
        }
        // A draw whose genome was known is no attempt that failed: it was drawn again for the search's sake.
        let discarded = candidate.discarded();
        let before = discarded.iter().filter_map(|discarded| match discarded {
            Discarded::Known(_) => None,
            Discarded::Fault { step, fault } => {
                Some(AttemptEvent { step: step.as_deref(), failed: Some(Reason::from(fault)) })
            }
        });
        let after = children.iter().enumerate().map(|(place, child)| AttemptEvent {
            step: child.origin.step(),
            failed: failed.get(place).and_then(|reason| Reason::from_code(reason)),
        });
        let attempts: Vec<_> = before.chain(after).collect();
        let took = examined.took.unwrap_or_default();
        self.statistics.record(&Event { attempts: &attempts, took, space: &candidate.island().space });
    }

    fn line(&self, generation: &Generation, memo: &MemoUse) -> String {
        let number = |value: Option<f64>| value.map_or_else(absent, |value| format!("{value:.3}"));
        let elapsed = self.begun.elapsed().as_secs_f64();
        #[expect(clippy::cast_precision_loss, reason = "printed with few digits")]
        let (rate, left) = {
            let rate = self.evaluated_here as f64 / elapsed.max(1e-9);
            (rate, self.planned.saturating_sub(self.evaluations) as f64 / rate.max(1e-9))
        };
        let of = match self.generations {
            u32::MAX => String::new(),
            generations => format!(" of {generations}"),
        };
        let mut text = format!(
            "{} generation {}{of}: best {}, median {}, {}, {rate:.0} a second, {} served from memory",
            self.phase,
            generation.generation + 1,
            number(generation.best),
            number(generation.median),
            counted(self.evaluations, "evaluation"),
            memo.signal_hits + memo.score_hits + u64::from(generation.served),
        );
        if !self.failures.is_empty() {
            let reasons = self.failures.iter().map(|(reason, count)| format!("{count} {reason}"));
            text.push_str(&format!(", failed: {}", reasons.collect::<Vec<_>>().join(", ")));
        }
        if self.evaluated_here > 0 && self.planned > self.evaluations {
            text.push_str(&format!(", {:.0?} left", Duration::from_secs_f64(left.min(1e9))));
        }
        text
    }
}

impl Watcher for Watch {
    fn begins(&mut self, phase: &Phase, number: usize, phases: usize) {
        self.phase = format!("{} ({number}/{phases})", phase.name);
        self.metrics.phase(number, phases);
    }

    fn evaluated(&mut self, examined: &[Examined]) {
        examined.iter().for_each(|one| self.count(one));
    }

    fn generation(&mut self, _phase: &Phase, generation: &Generation, memo: &MemoUse) {
        let MemoUse { signal_hits, signal_misses, score_hits, score_misses, signal_bytes, .. } = *memo;
        let Generation { generation: number, best, median, diversity, distinct, redrawn, served, .. } = *generation;
        self.metrics.generation(number, best, median, diversity, distinct);
        self.metrics.memo(signal_hits, signal_misses, score_hits, score_misses, signal_bytes as u64);
        let [all_redrawn, all_served] = &mut self.duplicates;
        *all_redrawn += u64::from(redrawn);
        *all_served += u64::from(served);
        self.metrics.duplicates(*all_redrawn, *all_served);
        let line = self.line(generation, memo);
        match &self.bar {
            Some(bar) => bar.set_message(line),
            None => tracing::info!("{line}"),
        }
    }

    fn stop(&self) -> bool {
        self.interrupt.asked()
    }
}
