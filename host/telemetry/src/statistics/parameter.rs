use seedbed_genome::{Change, Clamped, Interval, Source};

use super::share;
use crate::metrics::Reason;

/// What became of one parameter.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct ParameterStatistics {
    moves: u64,
    clamped_low: u64,
    clamped_high: u64,
    no_changes: u64,
    at_bound: u64,
    drift: LogFactors,
    range_drift: LogFactors,
}

/// The mean of log-factors.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct LogFactors {
    count: u64,
    sum: f64,
}

impl LogFactors {
    fn record(&mut self, factor: f64) {
        self.count += 1;
        self.sum += libm::log(factor);
    }

    fn merge(&mut self, later: Self) {
        self.count += later.count;
        self.sum += later.sum;
    }

    #[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^53")]
    fn mean(self) -> Option<f64> {
        (self.count > 0).then(|| self.sum / self.count as f64)
    }
}

impl ParameterStatistics {
    /// Counts a change. `range_step` tells the steps of P2, `failed` why its attempt gave no child.
    pub(super) fn record(
        &mut self,
        change: &Change,
        bounds: Option<Interval>,
        range_step: bool,
        failed: Option<Reason>,
    ) {
        self.moves += 1;
        match change.clamped {
            Clamped::None => {}
            Clamped::Low => self.clamped_low += 1,
            Clamped::High => self.clamped_high += 1,
        }
        self.no_changes += u64::from(failed == Some(Reason::NoChange));
        self.at_bound += u64::from(bounds.is_some_and(|at| change.new == at.low() || change.new == at.high()));
        if let (Clamped::None, Source::Direct, Some(old)) = (change.clamped, change.source, change.old)
            && old > 0.0
            && change.new > 0.0
        {
            self.drift.record(change.new / old);
            if range_step {
                self.range_drift.record(change.new / old);
            }
        }
    }

    /// Adds what became of it later.
    pub(super) fn merge(&mut self, later: &Self) {
        self.moves += later.moves;
        self.clamped_low += later.clamped_low;
        self.clamped_high += later.clamped_high;
        self.no_changes += later.no_changes;
        self.at_bound += later.at_bound;
        self.drift.merge(later.drift);
        self.range_drift.merge(later.range_drift);
    }

    /// Times that it moved or was set, failed attempts included.
    #[must_use]
    pub fn moves(&self) -> u64 {
        self.moves
    }

    /// Times that it was brought up to its lower bound.
    #[must_use]
    pub fn clamped_low(&self) -> u64 {
        self.clamped_low
    }

    /// Times that it was brought down to its upper bound.
    #[must_use]
    pub fn clamped_high(&self) -> u64 {
        self.clamped_high
    }

    /// Attempts at it whose child was the parent.
    #[must_use]
    pub fn no_changes(&self) -> u64 {
        self.no_changes
    }

    /// New values that lie on a bound, as a share of all.
    #[must_use]
    pub fn share_at_bound(&self) -> Option<f64> {
        share(self.at_bound, self.moves)
    }

    /// Mean natural logarithm of new over old of all steps that an operator made and no bound cut short; values above 0 only.
    #[must_use]
    pub fn mean_log_factor(&self) -> Option<f64> {
        self.drift.mean()
    }

    /// The same of the steps of P2 alone: at the default ranges -0.7 % for a stop loss, +9.0 % for a profit target, +4.3 % for a trailing
    /// offset.
    #[must_use]
    pub fn mean_log_factor_of_range_steps(&self) -> Option<f64> {
        self.range_drift.mean()
    }
}

#[cfg(test)]
mod tests {
    use seedbed_genome::{Change, Clamped, Interval, Mechanism, Source, Target};

    use super::ParameterStatistics;

    /// The formula is the mean of ln(new/old) over unclamped direct steps: here (ln 2 + ln 1/2 + ln 2) / 3.
    #[test]
    fn drift_is_that_of_steps_which_no_bound_cut_short() {
        let bounds = Interval::new(0.01, 0.2);
        let change = |old, new, clamped, source| Change {
            target: Target::Exit(Mechanism::FixedStop, 0),
            old: Some(old),
            raw: new,
            new,
            clamped,
            rounded: false,
            source,
        };
        let mut statistics = ParameterStatistics::default();
        for (old, new) in [(0.05, 0.1), (0.1, 0.05), (0.02, 0.04)] {
            statistics.record(&change(old, new, Clamped::None, Source::Direct), bounds, new == 0.1, None);
        }
        statistics.record(&change(0.1, 0.2, Clamped::High, Source::Direct), bounds, true, None);
        statistics.record(&change(0.1, 0.15, Clamped::None, Source::Relation), bounds, true, None);
        let close = |found: Option<f64>, expected: f64| assert!((found.unwrap() - expected).abs() < 1e-15, "{found:?}");
        close(statistics.mean_log_factor(), std::f64::consts::LN_2 / 3.0);
        close(statistics.mean_log_factor_of_range_steps(), std::f64::consts::LN_2);
        assert_eq!((statistics.moves(), statistics.clamped_high(), statistics.share_at_bound()), (5, 1, Some(0.2)));
    }
}
