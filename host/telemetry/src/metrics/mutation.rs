use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use prometheus::local::LocalHistogram;
use prometheus::proto::MetricFamily;
use prometheus::{Gauge, GaugeVec, Histogram, IntCounter, IntCounterVec, Opts, Registry};
use seedbed_genome::{Change, Clamped, Tier};

use super::labels::{clamp_index, clamp_labels};
use super::{MUTATION_SECONDS, Reason, histogram, process, registered};

/// A finished mutation, whatever the number of its attempts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mutation {
    /// The tier of an exit mutation's first attempt, which no failure has biased; `None` for a mutation of the seed's own parameters.
    pub tier: Option<Tier>,
    /// Attempts made, at least one.
    pub attempts: u32,
    /// Why the last attempt failed; `None` where there is a validated child.
    pub failed: Option<Reason>,
    /// All attempts together.
    pub took: Duration,
}

/// The ends at which a value can be clamped.
const BOUNDS: [Clamped; 2] = [Clamped::Low, Clamped::High];

/// The metrics of mutations. Clones share everything; each thread records into a [`Local`] of its own.
#[derive(Debug, Clone)]
pub struct Mutations {
    families: Arc<Families>,
}

#[derive(Debug)]
struct Families {
    total: IntCounter,
    success: IntCounter,
    /// Without labels, and so without a value until there is one to tell.
    success_rate: GaugeVec,
    duration: Histogram,
    attempts: IntCounter,
    retries: IntCounter,
    deadline_voids: IntCounter,
    attempt_failures: Vec<IntCounter>,
    failed: Vec<IntCounter>,
    tiers: Option<Vec<IntCounter>>,
    /// Low and high of each in the order of [`clamp_labels`].
    clamps: Vec<IntCounter>,
    growth: GaugeVec,
    first_resident: OnceLock<Option<u64>>,
    /// Held by whoever flushes and by every scrape: a scrape sees whole flushes only, and so no success without its mutation.
    whole: Mutex<()>,
}

impl Mutations {
    pub(super) fn new(registry: &Registry, shares: Option<[f64; 3]>) -> Self {
        let counter = |name: &str, help: &str| registered(registry, IntCounter::new(name, help));
        let counters = |name: &str, help: &str, labels: &[&str]| {
            registered(registry, IntCounterVec::new(Opts::new(name, help), labels))
        };
        let gauges = |name: &str, help: &str, labels: &[&str]| {
            registered(registry, GaugeVec::new(Opts::new(name, help), labels))
        };
        let by_reason = |name: &str, help: &str| -> Vec<IntCounter> {
            let family = counters(name, help, &["reason"]);
            Reason::ALL.iter().map(|reason| family.with_label_values(&[reason.code()])).collect()
        };
        let tiers = shares.map(|shares| {
            let target = gauges("exit_mutation_tier_target_ratio", "Configured share of each tier.", &["tier"]);
            for (tier, share) in Tier::ALL.iter().zip(shares) {
                target.with_label_values(&[tier.name()]).set(share);
            }
            let family = counters(
                "exit_mutations_by_tier_total",
                "Exit mutations by the tier of their first attempt.",
                &["tier"],
            );
            Tier::ALL.iter().map(|tier| family.with_label_values(&[tier.name()])).collect()
        });
        let clamps =
            counters("exit_mutation_clamps_total", "Values clamped to a bound, by parameter.", &["parameter", "bound"]);
        let families = Families {
            total: counter("exit_mutations_total", "Finished mutations, whatever the number of attempts."),
            success: counter("exit_mutations_success_total", "Mutations with a validated child."),
            success_rate: gauges(
                "exit_mutation_success_rate",
                "Share of mutations with a validated child so far.",
                &[],
            ),
            duration: histogram(
                registry,
                "exit_mutation_duration_seconds",
                "Time of one mutation, all its attempts together.",
                &MUTATION_SECONDS,
            ),
            attempts: counter("exit_mutation_attempts_total", "Attempts at mutations."),
            retries: counter("exit_mutation_retries_total", "Attempts after the first of their mutation."),
            deadline_voids: counter(
                "exit_mutation_deadline_voids_total",
                "Attempts that a wall-clock deadline voided.",
            ),
            attempt_failures: by_reason("exit_mutation_attempt_failures_total", "Failed attempts by reason."),
            failed: by_reason("exit_mutations_failed_total", "Failed mutations by the reason of their last attempt."),
            tiers,
            clamps: clamp_labels()
                .flat_map(|label| BOUNDS.map(|bound| clamps.with_label_values(&[label.as_str(), bound.name()])))
                .collect(),
            growth: gauges(
                "seedbed_resident_memory_growth_bytes",
                "Resident memory now minus resident memory at the first mutation.",
                &[],
            ),
            first_resident: OnceLock::new(),
            whole: Mutex::new(()),
        };
        Self { families: Arc::new(families) }
    }

    /// An accumulator for the calling thread.
    #[must_use]
    pub fn local(&self) -> Local {
        let families = Arc::clone(&self.families);
        Local {
            durations: families.duration.local(),
            clamps: vec![0; families.clamps.len()],
            families,
            total: 0,
            attempts: 0,
            retries: 0,
            attempt_failures: [0; Reason::ALL.len()],
            failed: [0; Reason::ALL.len()],
            tiers: [0; Tier::ALL.len()],
        }
    }

    /// Brings the gauges up to date and calls `gather` while nobody flushes.
    pub(super) fn publish(
        &self,
        resident: Option<u64>,
        gather: impl FnOnce() -> Vec<MetricFamily>,
    ) -> Vec<MetricFamily> {
        let families = &*self.families;
        let only = |gauge: &GaugeVec| -> Gauge { gauge.with_label_values::<&str>(&[]) };
        let _whole = families.whole.lock().unwrap_or_else(PoisonError::into_inner);
        let total = families.total.get();
        if total > 0 {
            only(&families.success_rate).set(process::as_gauge(families.success.get()) / process::as_gauge(total));
        }
        if let (Some(now), Some(Some(first))) = (resident, families.first_resident.get()) {
            only(&families.growth).set(process::as_gauge(now) - process::as_gauge(*first));
        }
        gather()
    }
}

/// Counts of one thread, in plain integers until they are flushed.
///
/// Recording costs some twenty nanoseconds and keeps no samples; flush each hundred mutations or so. What is left is flushed on drop.
pub struct Local {
    families: Arc<Families>,
    durations: LocalHistogram,
    total: u64,
    attempts: u64,
    retries: u64,
    attempt_failures: [u64; Reason::ALL.len()],
    failed: [u64; Reason::ALL.len()],
    tiers: [u64; Tier::ALL.len()],
    clamps: Vec<u64>,
}

impl Local {
    /// Counts a finished mutation with its attempts. Why attempts failed is [`Local::failed_attempt`]'s.
    pub fn mutation(&mut self, mutation: &Mutation) {
        if self.total == 0 {
            self.families.first_resident.get_or_init(process::resident_bytes);
        }
        let attempts = u64::from(mutation.attempts);
        self.total += 1;
        self.attempts += attempts;
        self.retries += attempts.saturating_sub(1);
        self.durations.observe(mutation.took.as_secs_f64());
        if let Some(reason) = mutation.failed {
            bump(&mut self.failed, reason as usize);
        }
        if let Some(tier) = mutation.tier {
            bump(&mut self.tiers, tier as usize);
        }
    }

    /// Counts a failed attempt, also the last of a failed mutation; one past its deadline is counted apart too.
    pub fn failed_attempt(&mut self, reason: Reason) {
        bump(&mut self.attempt_failures, reason as usize);
    }

    /// Counts a change if its value was clamped.
    pub fn change(&mut self, change: &Change) {
        let bound = BOUNDS.iter().position(|bound| *bound == change.clamped);
        if let (Some(bound), Some(target)) = (bound, clamp_index(change.target)) {
            bump(&mut self.clamps, target * BOUNDS.len() + bound);
        }
    }

    /// Adds what was counted to the metrics of the process, in one piece.
    pub fn flush(&mut self) {
        let families = &*self.families;
        let _whole = families.whole.lock().unwrap_or_else(PoisonError::into_inner);
        let failures: u64 = self.failed.iter().sum();
        families.total.inc_by(self.total);
        families.success.inc_by(self.total.saturating_sub(failures));
        families.attempts.inc_by(self.attempts);
        families.retries.inc_by(self.retries);
        families.deadline_voids.inc_by(self.attempt_failures.get(Reason::PastDeadline as usize).copied().unwrap_or(0));
        self.durations.flush();
        pour(&mut self.attempt_failures, &families.attempt_failures);
        pour(&mut self.failed, &families.failed);
        pour(&mut self.tiers, families.tiers.as_deref().unwrap_or_default());
        pour(&mut self.clamps, &families.clamps);
        (self.total, self.attempts, self.retries) = (0, 0, 0);
    }
}

impl Drop for Local {
    fn drop(&mut self) {
        self.flush();
    }
}

impl fmt::Debug for Local {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Local").field("total", &self.total).field("attempts", &self.attempts).finish_non_exhaustive()
    }
}

fn bump(counts: &mut [u64], at: usize) {
    if let Some(count) = counts.get_mut(at) {
        *count += 1;
    }
}

/// Empties `counts` into `counters`; what has no counter is dropped.
fn pour(counts: &mut [u64], counters: &[IntCounter]) {
    for (count, counter) in counts.iter().zip(counters).filter(|(count, _)| **count > 0) {
        counter.inc_by(*count);
    }
    counts.fill(0);
}
