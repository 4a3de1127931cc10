use std::fmt;

use serde::{Deserialize, Serialize};

/// A closed interval of finite numbers with `low <= high`.
/// Reading one back checks that again.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "(f64, f64)", into = "(f64, f64)")]
pub struct Interval {
    low: f64,
    high: f64,
}

impl Interval {
    /// `None` unless both ends are finite and in order.
    #[must_use]
    pub fn new(low: f64, high: f64) -> Option<Self> {
        (low.is_finite() && high.is_finite() && low <= high).then_some(Self { low, high })
    }

    /// For the host's own tables, which the tests check to be in order.
    pub(crate) const fn constant(low: f64, high: f64) -> Self {
        Self { low, high }
    }

    /// The lower end.
    #[must_use]
    pub fn low(self) -> f64 {
        self.low
    }

    /// The upper end.
    #[must_use]
    pub fn high(self) -> f64 {
        self.high
    }

    /// Whether `value` lies inside; never true for NaN.
    #[must_use]
    pub fn contains(self, value: f64) -> bool {
        self.low <= value && value <= self.high
    }

    /// The nearest value inside.
    #[must_use]
    pub fn clamp(self, value: f64) -> f64 {
        value.clamp(self.low, self.high)
    }

    /// What both allow; `None` when they have nothing in common.
    #[must_use]
    pub fn intersect(self, other: Self) -> Option<Self> {
        Self::new(self.low.max(other.low), self.high.min(other.high))
    }

    /// Whether every value of `other` lies in this interval.
    #[must_use]
    pub fn encloses(self, other: Self) -> bool {
        self.low <= other.low && other.high <= self.high
    }
}

impl From<Interval> for (f64, f64) {
    fn from(Interval { low, high }: Interval) -> Self {
        (low, high)
    }
}

/// Two numbers that are no [`Interval`].
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[error("[{0}, {1}] is no interval of finite numbers")]
pub struct NoInterval(f64, f64);

impl TryFrom<(f64, f64)> for Interval {
    type Error = NoInterval;

    fn try_from((low, high): (f64, f64)) -> Result<Self, NoInterval> {
        Self::new(low, high).ok_or(NoInterval(low, high))
    }
}

impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{}, {}]", self.low, self.high)
    }
}
