use std::time::Duration;

use hdrhistogram::Histogram;

/// How long something took, many times over: exact extremes and mean, quantiles within a thousandth, and the mean of the last ten.
#[derive(Debug, Clone)]
pub struct Durations {
    nanoseconds: Histogram<u64>,
    sum: u128,
    shortest: u64,
    longest: u64,
    recent: [u64; RECENT],
}

/// Samples of the recent mean.
const RECENT: usize = 10;
/// Whatever takes longer counts as an hour in quantiles.
const LONGEST: u64 = 3_600_000_000_000;

/// Extremes and quantiles in seconds.
#[derive(Debug, Clone, Copy, PartialEq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct DurationStatistics {
    pub min: f64,
    pub max: f64,
    pub p50: f64,
    pub p95: f64,
    pub p99: f64,
}

impl Default for Durations {
    fn default() -> Self {
        Self::new()
    }
}

impl Durations {
    /// Nothing seen yet.
    #[must_use]
    pub fn new() -> Self {
        #[expect(clippy::expect_used, reason = "the bounds are constants that the crate accepts")]
        let nanoseconds = Histogram::new_with_bounds(1, LONGEST, 3).expect("bounds that a histogram can have");
        Self { nanoseconds, sum: 0, shortest: u64::MAX, longest: 0, recent: [0; RECENT] }
    }

    /// Adds one sample.
    pub fn record(&mut self, took: Duration) {
        let nanoseconds = u64::try_from(took.as_nanos()).unwrap_or(u64::MAX);
        let at = usize::try_from(self.samples()).unwrap_or(0) % RECENT;
        if let Some(recent) = self.recent.get_mut(at) {
            *recent = nanoseconds;
        }
        self.nanoseconds.saturating_record(nanoseconds.min(LONGEST));
        self.sum += u128::from(nanoseconds);
        self.shortest = self.shortest.min(nanoseconds);
        self.longest = self.longest.max(nanoseconds);
    }

    /// Adds the samples of `later`, which come after all that are here.
    pub fn merge(&mut self, later: &Self) {
        let (here, there) = (self.samples(), later.samples());
        let place = |number: u64| usize::try_from(number % RECENT as u64).unwrap_or(0);
        for number in there.saturating_sub(RECENT as u64)..there {
            if let (Some(recent), Some(later)) =
                (self.recent.get_mut(place(here + number)), later.recent.get(place(number)))
            {
                *recent = *later;
            }
        }
        self.nanoseconds += &later.nanoseconds;
        self.sum += later.sum;
        self.shortest = self.shortest.min(later.shortest);
        self.longest = self.longest.max(later.longest);
    }

    /// Number of samples.
    #[must_use]
    pub fn samples(&self) -> u64 {
        self.nanoseconds.len()
    }

    /// Mean in seconds; none without samples.
    #[must_use]
    pub fn mean_seconds(&self) -> Option<f64> {
        mean(self.sum, self.samples())
    }

    /// Mean in seconds of the last ten samples, or of all where there are fewer.
    #[must_use]
    pub fn recent_mean_seconds(&self) -> Option<f64> {
        let count = self.samples().min(RECENT as u64);
        mean(self.recent.iter().copied().map(u128::from).sum(), count)
    }

    /// Extremes and quantiles; none without samples.
    #[must_use]
    pub fn statistics(&self) -> Option<DurationStatistics> {
        let quantile = |quantile| {
            // The histogram answers with the upper end of a bucket, which may lie beyond what was seen.
            seconds(self.nanoseconds.value_at_quantile(quantile).clamp(self.shortest, self.longest))
        };
        (self.samples() > 0).then(|| DurationStatistics {
            min: seconds(self.shortest),
            max: seconds(self.longest),
            p50: quantile(0.50),
            p95: quantile(0.95),
            p99: quantile(0.99),
        })
    }
}

#[expect(clippy::cast_precision_loss, reason = "seconds need no more than 53 bits")]
fn mean(sum: u128, count: u64) -> Option<f64> {
    (count > 0).then(|| sum as f64 / count as f64 / 1e9)
}

#[expect(clippy::cast_precision_loss, reason = "seconds need no more than 53 bits")]
fn seconds(nanoseconds: u64) -> f64 {
    nanoseconds as f64 / 1e9
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Durations;

    /// The quantiles of 1 ms to 1000 ms are known without a program.
    #[test]
    fn quantiles_lie_within_a_thousandth() {
        let mut durations = Durations::new();
        (1..=1000).for_each(|milliseconds| durations.record(Duration::from_millis(milliseconds)));
        let found = durations.statistics().unwrap();
        for (found, expected) in [(found.p50, 0.5), (found.p95, 0.95), (found.p99, 0.99)] {
            assert!((found / expected - 1.0).abs() <= 1e-3, "{found} against {expected}");
        }
        assert_eq!((found.min, found.max), (0.001, 1.0));
        assert_eq!(durations.samples(), 1000);
        assert!((durations.mean_seconds().unwrap() - 0.5005).abs() < 1e-12);
        assert!((durations.recent_mean_seconds().unwrap() - 0.9955).abs() < 1e-12);
    }

    #[test]
    fn a_week_is_counted_and_its_length_kept() {
        let mut durations = Durations::new();
        durations.record(Duration::from_secs(604_800));
        let found = durations.statistics().unwrap();
        assert_eq!((found.max, found.p99), (604_800.0, 604_800.0));
    }
}
