use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use prometheus::proto::MetricFamily;
use prometheus::{Gauge, GaugeVec, IntCounter, IntCounterVec, Opts, Registry};

use super::{process, registered};

/// What became of a candidate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EvaluationOutcome {
    /// It has a fitness.
    Scored,
    /// It was given up because it could no longer win.
    Raced,
    /// It ran, but its objective has no value.
    Undefined,
    /// None of its attempts ran to its end.
    Failed,
    /// The clock left no time for it.
    Skipped,
}

impl EvaluationOutcome {
    /// Every outcome, each at the index of its discriminant.
    pub const ALL: [Self; 5] = [Self::Scored, Self::Raced, Self::Undefined, Self::Failed, Self::Skipped];

    /// The word for metric labels.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Scored => "scored",
            Self::Raced => "raced",
            Self::Undefined => "undefined",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
        }
    }
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunEnd {
    /// Every phase is done.
    Finished,
    /// Somebody stopped it; it can be resumed.
    Stopped,
    /// An error ended it.
    Failed,
}

impl RunEnd {
    /// Every end, each at the index of its discriminant.
    pub const ALL: [Self; 3] = [Self::Finished, Self::Stopped, Self::Failed];

    /// The word for metric labels.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Finished => "finished",
            Self::Stopped => "stopped",
            Self::Failed => "failed",
        }
    }
}

/// Why an evaluation failed, as a label: the codes of [`seedbed_outcome::Failure`], an account that cannot be booked, two answers to one question,
/// and last the one for all that is none of these.
const FAILURES: [&str; 10] = [
    "refused",
    "trapped",
    "out-of-fuel",
    "past-deadline",
    "out-of-memory",
    "bad-output",
    "worker-lost",
    "backtest",
    "impure",
    "other",
];

/// The metrics of evolution runs, one at a time. Clones share everything.
///
/// Counters go on from run to run. Gauges are of the run under way or of the last one, and have no value until there is one to tell.
/// Whatever a run reports is progress, except candidates that were skipped.
#[derive(Debug, Clone)]
pub struct Evolution {
    families: Arc<Families>,
}

#[derive(Debug)]
struct Families {
    under_way: Gauge,
    progress: Told,
    phase: Told,
    phases: Told,
    generation: Told,
    best: Told,
    median: Told,
    diversity: Told,
    distinct: Told,
    critical: Gauge,
    /// In the order of [`EvaluationOutcome::ALL`].
    evaluations: Vec<IntCounter>,
    /// In the order of [`FAILURES`].
    failures: Vec<IntCounter>,
    /// Signal hits, signal misses, score hits, score misses.
    memo: [IntCounter; 4],
    memo_bytes: Told,
    redrawn: IntCounter,
    served: IntCounter,
    /// In the order of [`RunEnd::ALL`].
    runs: Vec<IntCounter>,
    /// Held by whoever reports and by every scrape: a scrape sees whole reports only.
    whole: Mutex<Before>,
}

/// What the counters of the memo stood at when the run began: its own memo counts from 0.
#[derive(Debug, Clone, Copy, Default)]
struct Before([u64; 4]);

/// A gauge that is absent until it was told a value.
#[derive(Debug)]
struct Told(GaugeVec);

impl Told {
    fn tell(&self, value: impl Into<Option<f64>>) {
        match value.into() {
            Some(value) => self.0.with_label_values::<&str>(&[]).set(value),
            None => self.0.reset(),
        }
    }

    fn forget(&self) {
        self.0.reset();
    }
}

impl Evolution {
    pub(super) fn new(registry: &Registry) -> Self {
        let gauge = |name: &str, help: &str| registered(registry, Gauge::new(name, help));
        let told = |name: &str, help: &str| Told(registered(registry, GaugeVec::new(Opts::new(name, help), &[])));
        let counters = |name: &str, help: &str, labels: &[&str]| {
            registered(registry, IntCounterVec::new(Opts::new(name, help), labels))
        };
        let evaluations =
            counters("seedbed_evolution_evaluations_total", "Evaluated candidates by outcome.", &["outcome"]);
        let failures = counters(
            "seedbed_evolution_evaluation_failures_total",
            "Failed attempts at evaluations by reason, also those that a later attempt made good.",
            &["reason"],
        );
        let memo = counters(
            "seedbed_evolution_memo_lookups_total",
            "Lookups of signals and of scores in the memo, by result.",
            &["of", "result"],
        );
        let duplicates = counters(
            "seedbed_evolution_duplicates_total",
            "Draws of known genomes: redrawn, or served what is known.",
            &["handling"],
        );
        let runs = counters("seedbed_evolution_runs_total", "Runs by how they ended.", &["end"]);
        let families = Families {
            under_way: gauge("seedbed_evolution_under_way", "Whether a run is under way: 1 or 0."),
            progress: told(
                "seedbed_evolution_last_progress_timestamp_seconds",
                "Time of the last progress of the run in seconds since 1970-01-01 UTC.",
            ),
            phase: told("seedbed_evolution_phase", "Number of the phase that evolves, from 1."),
            phases: told("seedbed_evolution_phases", "Phases of the run: its windows, and the final one."),
            generation: told("seedbed_evolution_generation", "Last complete generation of the phase, from 0."),
            best: told("seedbed_evolution_best_fitness", "Greatest fitness in the population."),
            median: told(
                "seedbed_evolution_median_fitness",
                "Median fitness of those in the population that have one.",
            ),
            diversity: told(
                "seedbed_evolution_diversity_ratio",
                "Mean difference of two members of an island's population, 0 to 1.",
            ),
            distinct: told("seedbed_evolution_distinct_trials", "Distinct genomes that ran in the phase so far."),
            critical: gauge(
                "seedbed_evolution_critical_failures",
                "Candidates of fresh populations (generation 0) that failed in this run; 0 is expected.",
            ),
            evaluations: EvaluationOutcome::ALL.map(|of| evaluations.with_label_values(&[of.name()])).to_vec(),
            failures: FAILURES.map(|reason| failures.with_label_values(&[reason])).to_vec(),
            memo: [("signals", "hit"), ("signals", "miss"), ("scores", "hit"), ("scores", "miss")]
                .map(|(of, result)| memo.with_label_values(&[of, result])),
            memo_bytes: told("seedbed_evolution_memo_bytes", "Bytes of the signals that the memo keeps."),
            redrawn: duplicates.with_label_values(&["redrawn"]),
            served: duplicates.with_label_values(&["served"]),
            runs: RunEnd::ALL.map(|end| runs.with_label_values(&[end.name()])).to_vec(),
            whole: Mutex::new(Before::default()),
        };
        Self { families: Arc::new(families) }
    }

    /// A run begins, or goes on after it was stopped. What the gauges say of the one before is forgotten.
    pub fn begins(&self) {
        let (of, mut whole) = self.report();
        *whole = Before(of.memo.each_ref().map(IntCounter::get));
        of.phase.forget();
        of.phases.forget();
        of.memo_bytes.forget();
        of.forget_generation();
        of.critical.set(0.0);
        of.under_way.set(1.0);
        of.progressed();
    }

    /// A phase begins: `number`, from 1, of so many `phases`. The fitness of the one before is of other bars, and is forgotten.
    pub fn phase(&self, number: usize, phases: usize) {
        let (of, _whole) = self.report();
        of.forget_generation();
        of.phase.tell(process::as_gauge(number as u64));
        of.phases.tell(process::as_gauge(phases as u64));
        of.progressed();
    }

    /// So many candidates more came to this.
    pub fn evaluated(&self, outcome: EvaluationOutcome, count: u64) {
        let (of, _whole) = self.report();
        if let Some(counter) = of.evaluations.get(outcome as usize) {
            counter.inc_by(count);
        }
        if count > 0 && outcome != EvaluationOutcome::Skipped {
            of.progressed();
        }
    }

    /// An attempt at an evaluation failed, whether or not a later one made it good. A `reason` that is no label yet counts as `other`.
    pub fn failed(&self, reason: &str) {
        let (of, _whole) = self.report();
        let known = FAILURES.iter().position(|known| *known == reason);
        if let Some(counter) = known.map_or_else(|| of.failures.last(), |at| of.failures.get(at)) {
            counter.inc();
        }
    }

    /// So many candidates more of a fresh population, that is of generation 0, failed: none of the built-in seeds' ever should.
    pub fn critical_failures(&self, count: u64) {
        let (of, _whole) = self.report();
        of.critical.add(process::as_gauge(count));
    }

    /// A generation, from 0, is complete. `best` and `median` are the population's fitness, `None` where nothing has one; `diversity` is from 0
    /// to 1; `distinct` genomes ran in this phase so far.
    pub fn generation(&self, generation: u32, best: Option<f64>, median: Option<f64>, diversity: f64, distinct: u64) {
        let (of, _whole) = self.report();
        of.generation.tell(f64::from(generation));
        of.best.tell(best);
        of.median.tell(median);
        of.diversity.tell(diversity);
        of.distinct.tell(process::as_gauge(distinct));
        of.progressed();
    }

    /// What the memo of the run came to since [`Evolution::begins`].
    pub fn memo(&self, signal_hits: u64, signal_misses: u64, score_hits: u64, score_misses: u64, bytes: u64) {
        let (of, whole) = self.report();
        let now = [signal_hits, signal_misses, score_hits, score_misses];
        for ((counter, before), now) in of.memo.iter().zip(whole.0).zip(now) {
            counter.inc_by(before.saturating_add(now).saturating_sub(counter.get()));
        }
        of.memo_bytes.tell(process::as_gauge(bytes));
    }

    /// So many draws more gave a known genome and were `redrawn`, and so many children were `served` what is known of theirs.
    pub fn duplicates(&self, redrawn: u64, served: u64) {
        let (of, _whole) = self.report();
        of.redrawn.inc_by(redrawn);
        of.served.inc_by(served);
    }

    /// The run is over.
    pub fn ends(&self, how: RunEnd) {
        let (of, _whole) = self.report();
        if let Some(counter) = of.runs.get(how as usize) {
            counter.inc();
        }
        of.under_way.set(0.0);
        of.progressed();
    }

    /// Calls `gather` while nobody reports.
    pub(super) fn publish(&self, gather: impl FnOnce() -> Vec<MetricFamily>) -> Vec<MetricFamily> {
        let (_, _whole) = self.report();
        gather()
    }

    fn report(&self) -> (&Families, MutexGuard<'_, Before>) {
        (&self.families, self.families.whole.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Families {
    fn progressed(&self) {
        self.progress.tell(SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default().as_secs_f64());
    }

    fn forget_generation(&self) {
        for gauge in [&self.generation, &self.best, &self.median, &self.diversity, &self.distinct] {
            gauge.forget();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use seedbed_outcome::{Failure, Refusal, TrapKind};

    use super::{EvaluationOutcome, FAILURES, RunEnd};

    /// A failure that is counted under another's name sends the operator after the wrong fault.
    #[test]
    fn every_label_stands_at_its_own_index_and_every_failure_of_a_call_has_one() {
        assert!(EvaluationOutcome::ALL.iter().enumerate().all(|(at, outcome)| *outcome as usize == at));
        assert!(RunEnd::ALL.iter().enumerate().all(|(at, end)| *end as usize == at));
        let failures = [
            Failure::Refused(Refusal::TooFewBars(1)),
            Failure::Trapped { kind: TrapKind::Other, message: None, backtrace: Vec::new() },
            Failure::OutOfFuel { budget: 1 },
            Failure::PastDeadline { deadline: Duration::ZERO },
            Failure::OutOfMemory { requested: 2, allowed: 1 },
            Failure::bad_output("none"),
            Failure::WorkerLost { how: "died".into() },
        ];
        for failure in failures {
            assert!(FAILURES.contains(&failure.code()), "{}", failure.code());
        }
        assert_eq!(FAILURES.last(), Some(&"other"));
    }
}
