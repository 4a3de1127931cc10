use std::collections::BTreeMap;

/// Where values lie: exact count, mean, standard deviation and extremes, and quantiles within a thousandth.
///
/// Values that agree in sign, exponent and the first ten bits of their mantissa share a bucket and count as its end nearer to 0. Whole numbers
/// up to 2048 are such ends, and so exact.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Distribution {
    buckets: BTreeMap<i64, u64>,
    count: u64,
    mean: f64,
    /// Sum of squared deviations from the mean (Welford 1962).
    squares: f64,
    least: f64,
    most: f64,
}

/// Bits of a mantissa that do not tell buckets apart.
const DROPPED: u32 = 52 - 10;

impl Distribution {
    /// Adds a value; one that is no number is passed over.
    pub(super) fn record(&mut self, value: f64) {
        if !value.is_finite() {
            return;
        }
        let first = self.count == 0;
        self.count += 1;
        let deviation = value - self.mean;
        self.mean += deviation / count(self.count);
        self.squares += deviation * (value - self.mean);
        self.least = if first { value } else { self.least.min(value) };
        self.most = if first { value } else { self.most.max(value) };
        *self.buckets.entry(bucket(value)).or_default() += 1;
    }

    /// How many values.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Their mean; none of none.
    #[must_use]
    pub fn mean(&self) -> Option<f64> {
        (self.count > 0).then_some(self.mean)
    }

    /// Their standard deviation (of the sample, by n - 1); none of fewer than two.
    #[must_use]
    pub fn sd(&self) -> Option<f64> {
        (self.count > 1).then(|| (self.squares / count(self.count - 1)).sqrt())
    }

    /// The least value.
    #[must_use]
    pub fn min(&self) -> Option<f64> {
        (self.count > 0).then_some(self.least)
    }

    /// The greatest value.
    #[must_use]
    pub fn max(&self) -> Option<f64> {
        (self.count > 0).then_some(self.most)
    }

    /// The least value that at least this share of all does not exceed (the nearest rank); none of none.
    #[must_use]
    pub fn quantile(&self, share: f64) -> Option<f64> {
        let wanted = (share * count(self.count)).ceil().max(1.0);
        let mut seen = 0;
        let reaches = |(_, values): &(&i64, &u64)| {
            seen += **values;
            count(seen) >= wanted
        };
        let (key, _) = self.buckets.iter().find(reaches)?;
        Some(end(*key).clamp(self.least, self.most))
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^53")]
fn count(values: u64) -> f64 {
    values as f64
}

/// Greater values have greater buckets.
#[expect(clippy::cast_possible_wrap, reason = "the sign bit is gone, and others were dropped")]
fn bucket(value: f64) -> i64 {
    let magnitude = (value.abs().to_bits() >> DROPPED) as i64;
    if value < 0.0 { -magnitude } else { magnitude }
}

/// The end of a bucket that is nearer to 0.
fn end(bucket: i64) -> f64 {
    let magnitude = f64::from_bits(bucket.unsigned_abs() << DROPPED);
    if bucket < 0 { -magnitude } else { magnitude }
}

#[cfg(test)]
mod tests {
    use super::Distribution;

    fn of(values: impl IntoIterator<Item = f64>) -> Distribution {
        let mut distribution = Distribution::default();
        values.into_iter().for_each(|value| distribution.record(value));
        distribution
    }

    /// Whole numbers are exact: the nearest ranks of 1 to 100 are 50 and 95, mean 50.5, variance 100 * 101 / 12.
    #[test]
    fn whole_numbers_are_told_exactly() {
        let ranks = of((1..=100).rev().map(f64::from));
        assert_eq!((ranks.count(), ranks.min(), ranks.max()), (100, Some(1.0), Some(100.0)));
        assert_eq!(
            (ranks.quantile(0.5), ranks.quantile(0.95), ranks.quantile(1.0)),
            (Some(50.0), Some(95.0), Some(100.0))
        );
        assert_eq!(ranks.quantile(0.0), Some(1.0));
        assert!((ranks.mean().unwrap() - 50.5).abs() < 1e-12);
        assert!((ranks.sd().unwrap() - (100.0_f64 * 101.0 / 12.0).sqrt()).abs() < 1e-12);
    }

    #[test]
    fn quantiles_of_fractions_lie_within_a_thousandth_on_both_sides_of_zero() {
        let fractions = of((-5_000..=5_000).map(|number| f64::from(number) / 7_000.0));
        for share in [0.05, 0.25, 0.5, 0.75, 0.95] {
            // The nearest rank of 10,001 equally spaced values.
            let exact = ((share * 10_001.0_f64).ceil() - 5_001.0) / 7_000.0;
            let found = fractions.quantile(share).unwrap();
            assert!((found - exact).abs() <= exact.abs() / 1_000.0, "{share}: {found} of {exact}");
        }
    }

    /// A reader who finds NaN where nothing was seen believes it.
    #[test]
    fn nothing_is_known_of_nothing() {
        let nothing = of([f64::NAN, f64::INFINITY]);
        assert_eq!((nothing.count(), nothing.mean(), nothing.sd(), nothing.quantile(0.5)), (0, None, None, None));
        assert_eq!((of([0.5]).sd(), of([-0.5]).max()), (None, Some(-0.5)));
    }
}
