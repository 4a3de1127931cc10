//! Sums over a series in a fixed order, and central sums that merge.

use super::ratio::Undefined;
use super::returns::Moments;

/// Independent accumulators of one reduction: enough to hide the latency of an addition.
pub(super) const LANES: usize = 8;

/// Sum of the lanes by a fixed tree.
pub(super) fn tree([a, b, c, d, e, f, g, h]: [f64; LANES]) -> f64 {
    ((a + b) + (c + d)) + ((e + f) + (g + h))
}

/// Sum of the products of two series, up to the shorter one's end: product i goes to lane i mod 8.
pub(super) fn dot(left: &[f64], right: &[f64]) -> f64 {
    let length = left.len().min(right.len());
    let (left, right) = (left.split_at(length).0.chunks(LANES), right.split_at(length).0.chunks(LANES));
    let mut lanes = [0.0; LANES];
    for (left, right) in left.zip(right) {
        for (lane, (x, y)) in lanes.iter_mut().zip(left.iter().zip(right)) {
            *lane += x * y;
        }
    }
    tree(lanes)
}

/// Where a series of returns lies.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Range {
    pub(super) count: usize,
    pub(super) mean: f64,
    pub(super) low: f64,
    pub(super) high: f64,
}

impl Range {
    /// Itself, unless there is no spread to speak of.
    pub(super) fn varied(self) -> Result<Self, Undefined> {
        if self.count < 2 {
            return Err(Undefined::TooFewReturns);
        }
        let size = self.low.abs().max(self.high.abs());
        if self.high - self.low <= 4.0 * f64::EPSILON * size { Err(Undefined::NoVariance) } else { Ok(self) }
    }
}

/// Mean and extremes of a series, and the sums of the second to fourth powers of the distances from its mean.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct CentralSums {
    pub(super) range: Range,
    pub(super) second: f64,
    pub(super) third: f64,
    pub(super) fourth: f64,
}

impl CentralSums {
    /// The sums of both series together. Chan, Golub and LeVeque 1979; the higher powers by Pebay 2008, SAND2008-6212.
    pub(super) fn merge(self, other: Self) -> Self {
        if self.range.count == 0 {
            return other;
        }
        if other.range.count == 0 {
            return self;
        }
        let (a, b) = (self.range.count as f64, other.range.count as f64);
        let n = a + b;
        let delta = other.range.mean - self.range.mean;
        let square = delta * delta;
        Self {
            range: Range {
                count: self.range.count + other.range.count,
                mean: self.range.mean + delta * b / n,
                low: self.range.low.min(other.range.low),
                high: self.range.high.max(other.range.high),
            },
            second: self.second + other.second + square * a * b / n,
            third: self.third
                + other.third
                + square * delta * a * b * (a - b) / (n * n)
                + 3.0 * delta * (a * other.second - b * self.second) / n,
            fourth: self.fourth
                + other.fourth
                + square * square * a * b * (a * a - a * b + b * b) / (n * n * n)
                + 6.0 * square * (a * a * other.second + b * b * self.second) / (n * n)
                + 4.0 * delta * (a * other.third - b * self.third) / n,
        }
    }

    /// Mean, deviation, skewness and kurtosis.
    pub(super) fn moments(&self) -> Result<Moments, Undefined> {
        let Range { count, mean, .. } = self.range.varied()?;
        let n = count as f64;
        let (m2, m3, m4) = (self.second / n, self.third / n, self.fourth / n);
        let deviation = (m2 * n / (n - 1.0)).sqrt();
        Ok(Moments { count, mean, deviation, skew: m3 / (m2 * m2.sqrt()), kurtosis: m4 / (m2 * m2) })
    }
}
