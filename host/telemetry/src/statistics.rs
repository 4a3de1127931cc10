//! What became of many mutations: counts, shares, reasons, times and drift, in memory that does not grow with their number.

mod durations;
mod parameter;

use std::collections::BTreeMap;
use std::time::Duration;

use seedbed_genome::{Operator, Space, Step, Target, Tier};

use crate::metrics::Reason;

pub use durations::{DurationStatistics, Durations};
pub use parameter::ParameterStatistics;

/// One finished mutation.
#[derive(Debug, Clone, Copy)]
pub struct Event<'a> {
    /// Its attempts, in order; the last one decided.
    pub attempts: &'a [AttemptEvent<'a>],
    /// Wall clock of all attempts together.
    pub took: Duration,
    /// Where its genomes live; tells the bounds.
    pub space: &'a Space,
}

/// One attempt.
#[derive(Debug, Clone, Copy)]
pub struct AttemptEvent<'a> {
    /// What was tried; none where nothing could be.
    pub step: Option<&'a Step>,
    /// Why it gave no child; none where it did.
    pub failed: Option<Reason>,
}

/// Everything that is known of the mutations so far. Feed it in order: the recent mean is that of the last ten.
#[derive(Debug, Clone)]
pub struct Statistics {
    total: u64,
    successes: u64,
    attempts: u64,
    reasons: [u64; Reason::ALL.len()],
    attempt_reasons: [u64; Reason::ALL.len()],
    of_exits: u64,
    tiers: Option<Tiers>,
    durations: Durations,
    parameters: BTreeMap<Target, ParameterStatistics>,
}

/// Attempts at exit mutations by the tier that acted, beside the shares that were asked for.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Tiers {
    counts: [u64; Tier::ALL.len()],
    fallbacks: u64,
    targets: [f64; Tier::ALL.len()],
}

/// One tier beside its target.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TierShare {
    /// The tier.
    pub tier: Tier,
    /// Attempts in which it acted.
    pub count: u64,
    /// Their share of all attempts at exit mutations; none without any.
    pub share: Option<f64>,
    /// The share that its weight stands for.
    pub target: f64,
}

impl Statistics {
    /// Nothing seen yet. `targets` are the shares of the three tiers; without them tiers are not counted.
    #[must_use]
    pub fn new(targets: Option<[f64; 3]>) -> Self {
        Self {
            total: 0,
            successes: 0,
            attempts: 0,
            reasons: [0; Reason::ALL.len()],
            attempt_reasons: [0; Reason::ALL.len()],
            of_exits: 0,
            tiers: targets.map(|targets| Tiers { counts: [0; 3], fallbacks: 0, targets }),
            durations: Durations::new(),
            parameters: BTreeMap::new(),
        }
    }

    /// Counts one mutation.
    pub fn record(&mut self, event: &Event<'_>) {
        self.total += 1;
        self.durations.record(event.took);
        for attempt in event.attempts {
            self.attempt(attempt, event.space);
        }
        let Some(last) = event.attempts.last() else { return };
        match last.failed {
            None => self.successes += 1,
            Some(reason) => bump(&mut self.reasons, reason as usize),
        }
        if last.step.is_some_and(|step| step.tier.is_some()) {
            self.of_exits += 1;
        }
    }

    fn attempt(&mut self, attempt: &AttemptEvent<'_>, space: &Space) {
        self.attempts += 1;
        if let Some(reason) = attempt.failed {
            bump(&mut self.attempt_reasons, reason as usize);
        }
        let Some(step) = attempt.step else { return };
        if let (Some(tiers), Some(tier)) = (&mut self.tiers, step.tier) {
            bump(&mut tiers.counts, tier as usize);
            tiers.fallbacks += u64::from(step.fell_back());
        }
        let range_step = step.operator == Operator::Factor;
        for change in &step.changes {
            let parameter = self.parameters.entry(change.target).or_default();
            parameter.record(change, space.interval(change.target), range_step, attempt.failed);
        }
    }

    /// Adds what `later` has seen, as if it had been recorded here after all else.
    pub fn merge(&mut self, later: &Self) {
        self.total += later.total;
        self.successes += later.successes;
        self.attempts += later.attempts;
        self.of_exits += later.of_exits;
        add(&mut self.reasons, &later.reasons);
        add(&mut self.attempt_reasons, &later.attempt_reasons);
        if let (Some(tiers), Some(later)) = (&mut self.tiers, &later.tiers) {
            add(&mut tiers.counts, &later.counts);
            tiers.fallbacks += later.fallbacks;
        }
        self.durations.merge(&later.durations);
        for (target, parameter) in &later.parameters {
            self.parameters.entry(*target).or_default().merge(parameter);
        }
    }

    /// Finished mutations.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.total
    }

    /// Mutations that gave a child.
    #[must_use]
    pub fn successes(&self) -> u64 {
        self.successes
    }

    /// Mutations that gave none.
    #[must_use]
    pub fn failures(&self) -> u64 {
        self.total - self.successes
    }

    /// Successes as a share of all, 0 to 1; none before the first.
    #[must_use]
    pub fn success_rate(&self) -> Option<f64> {
        share(self.successes, self.total)
    }

    /// Attempts of all mutations together.
    #[must_use]
    pub fn attempts(&self) -> u64 {
        self.attempts
    }

    /// Mutations whose last attempt acted on the exits; the others acted on a seed's own parameters.
    #[must_use]
    pub fn of_exits(&self) -> u64 {
        self.of_exits
    }

    /// Failed mutations by the reason of their last attempt; reasons that did not occur are left out.
    pub fn reasons(&self) -> impl Iterator<Item = (Reason, u64)> + '_ {
        occurred(&self.reasons)
    }

    /// Failed attempts by reason; reasons that did not occur are left out.
    pub fn attempt_reasons(&self) -> impl Iterator<Item = (Reason, u64)> + '_ {
        occurred(&self.attempt_reasons)
    }

    /// Attempts that failed for this reason.
    #[must_use]
    pub fn attempts_failed_by(&self, reason: Reason) -> u64 {
        self.attempt_reasons.get(reason as usize).copied().unwrap_or(0)
    }

    /// The tiers beside their targets; none where they are not counted.
    #[must_use]
    pub fn tiers(&self) -> Option<[TierShare; 3]> {
        let Tiers { counts, targets, .. } = self.tiers?;
        let all = counts.iter().sum();
        let [a, b, c] = counts;
        let [of_a, of_b, of_c] = targets;
        let tier = |tier, count, target| TierShare { tier, count, share: share(count, all), target };
        Some([tier(Tier::Parametric, a, of_a), tier(Tier::Structural, b, of_b), tier(Tier::Relational, c, of_c)])
    }

    /// Attempts that another tier made than the one that was drawn; none where tiers are not counted.
    #[must_use]
    pub fn tier_fallbacks(&self) -> Option<u64> {
        self.tiers.map(|tiers| tiers.fallbacks)
    }

    /// How long mutations took.
    #[must_use]
    pub fn durations(&self) -> &Durations {
        &self.durations
    }

    /// What became of each parameter that moved, in order.
    pub fn parameters(&self) -> impl Iterator<Item = (Target, &ParameterStatistics)> {
        self.parameters.iter().map(|(target, parameter)| (*target, parameter))
    }
}

fn occurred(counts: &[u64]) -> impl Iterator<Item = (Reason, u64)> + '_ {
    Reason::ALL.into_iter().zip(counts.iter().copied()).filter(|(_, count)| *count > 0)
}

fn bump(counts: &mut [u64], at: usize) {
    if let Some(count) = counts.get_mut(at) {
        *count += 1;
    }
}

fn add(counts: &mut [u64], later: &[u64]) {
    for (count, later) in counts.iter_mut().zip(later) {
        *count += later;
    }
}

/// `part` of `all`; none of nothing.
#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^53")]
fn share(part: u64, all: u64) -> Option<f64> {
    (all > 0).then(|| part as f64 / all as f64)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use seedbed_genome::{
        Change, Clamped, Declared, Edit, ExitBounds, Mechanism, Operator, Source, Space, Step, Target, Tier,
    };

    use super::{AttemptEvent, Event, ParameterStatistics, Statistics};
    use crate::metrics::Reason;

    const STOP: Target = Target::Exit(Mechanism::FixedStop, 0);

    fn step(tier: Tier, old: f64, new: f64, clamped: Clamped) -> Step {
        let change =
            Change { target: STOP, old: Some(old), raw: new, new, clamped, rounded: false, source: Source::Direct };
        Step {
            tier: Some(tier),
            drawn: Some(tier),
            operator: Operator::Factor,
            edit: Edit::Values,
            changes: vec![change],
            step_size: 0.15,
            warnings: Vec::new(),
        }
    }

    #[test]
    fn each_mutation_counts_once_and_each_attempt_for_itself() {
        let mut statistics = Statistics::new(Some([0.5, 0.3, 0.2]));
        let (low, good) =
            (step(Tier::Parametric, 0.1, 0.01, Clamped::Low), step(Tier::Structural, 0.1, 0.2, Clamped::None));
        let failed = AttemptEvent { step: Some(&low), failed: Some(Reason::NoChange) };
        let succeeded = AttemptEvent { step: Some(&good), failed: None };
        let space = &Space::new(&[], &Declared::read(&[], ExitBounds::default()).unwrap(), false);
        let took = Duration::from_millis(1);
        statistics.record(&Event { attempts: &[failed, succeeded], took, space });
        let nothing = AttemptEvent { step: None, failed: Some(Reason::NoOperator) };
        statistics.record(&Event { attempts: &[failed, failed, nothing], took, space });

        assert_eq!((statistics.total(), statistics.successes(), statistics.failures()), (2, 1, 1));
        assert_eq!((statistics.attempts(), statistics.of_exits()), (5, 1));
        assert_eq!(statistics.success_rate(), Some(0.5));
        assert_eq!(statistics.reasons().collect::<Vec<_>>(), [(Reason::NoOperator, 1)]);
        let attempts: Vec<_> = statistics.attempt_reasons().collect();
        assert_eq!(attempts, [(Reason::NoChange, 3), (Reason::NoOperator, 1)]);
        let shares = statistics.tiers().unwrap().map(|tier| (tier.count, tier.share, tier.target));
        assert_eq!(shares, [(3, Some(0.75), 0.5), (1, Some(0.25), 0.3), (0, Some(0.0), 0.2)]);
        let (target, parameter) = statistics.parameters().next().unwrap();
        assert_eq!((target, parameter.moves(), parameter.clamped_low(), parameter.no_changes()), (STOP, 4, 3, 3));
    }

    /// The totals of a run over several plugins are their sums; a count that is left out would be missing from every report.
    #[test]
    fn merging_is_recording_one_after_the_other() {
        let space = &Space::new(&[], &Declared::read(&[], ExitBounds::default()).unwrap(), false);
        let steps = [
            step(Tier::Parametric, 0.1, 0.2, Clamped::None),
            step(Tier::Structural, 0.2, 0.01, Clamped::Low),
            step(Tier::Relational, 0.1, 0.05, Clamped::High),
        ];
        let record = |statistics: &mut Statistics, numbers: std::ops::Range<u64>| {
            for number in numbers {
                let step = steps.iter().cycle().nth(number as usize);
                let failed = (number % 4 == 0).then_some(Reason::NoChange);
                let took = Duration::from_nanos(1_000 * (number + 1));
                statistics.record(&Event { attempts: &[AttemptEvent { step, failed }], took, space });
            }
        };
        for (first, second) in [(0, 3), (3, 4), (7, 25), (25, 0)] {
            let (mut whole, mut parts, mut later) = (Statistics::new(Some([0.5, 0.3, 0.2])), None, None);
            record(&mut whole, 0..first + second);
            record(parts.insert(Statistics::new(Some([0.5, 0.3, 0.2]))), 0..first);
            record(later.insert(Statistics::new(Some([0.5, 0.3, 0.2]))), first..first + second);
            let (mut parts, later) = (parts.unwrap(), later.unwrap());
            parts.merge(&later);
            let parameters = |all: &Statistics| {
                let of = |(target, one): (Target, &ParameterStatistics)| {
                    (target, one.moves(), one.clamped_low(), one.clamped_high(), one.no_changes(), one.share_at_bound())
                };
                all.parameters().map(of).collect::<Vec<_>>()
            };
            assert_eq!(parameters(&parts), parameters(&whole), "{first} and {second}");
            let drift = |all: &Statistics| all.parameters().map(|(_, one)| one.mean_log_factor().unwrap()).next();
            assert!((drift(&parts).unwrap() - drift(&whole).unwrap()).abs() < 1e-14, "{first} and {second}");
            let seen = |all: &Statistics| {
                let counts = (all.total, all.successes, all.attempts, all.of_exits, all.reasons, all.attempt_reasons);
                let durations = &all.durations;
                (counts, all.tiers, durations.mean_seconds(), durations.recent_mean_seconds(), durations.statistics())
            };
            assert_eq!(seen(&parts), seen(&whole), "{first} and {second}");
        }
    }

    /// A reader that finds NaN or 0 where nothing was seen believes it.
    #[test]
    fn nothing_seen_is_nothing_known() {
        let statistics = Statistics::new(None);
        assert_eq!(statistics.success_rate(), None);
        assert_eq!(statistics.tiers(), None);
        assert_eq!(statistics.durations().statistics(), None);
        assert_eq!(statistics.durations().mean_seconds(), None);
    }
}
