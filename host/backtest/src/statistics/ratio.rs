//! A number that may have no value, and why.

use std::fmt;

/// A finite number, or the reason why there is none.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Ratio {
    /// The value; always finite.
    Defined(f64),
    /// Why there is no value.
    Undefined(Undefined),
}

/// Why a ratio has no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Undefined {
    /// No trade was made.
    NoTrade,
    /// Fewer returns than the ratio needs.
    TooFewReturns,
    /// All returns are equal.
    NoVariance,
    /// No return is below zero.
    NoDownside,
    /// Equity never fell below its peak.
    NoDrawdown,
    /// The variance estimate of the ratio is not above zero.
    NoStandardError,
    /// The ratio does not exceed the benchmark.
    NotAboveBenchmark,
    /// Fewer trials than the statistic needs.
    TooFewTrials {
        /// Trials that could be compared.
        trials: usize,
        /// Trials that the statistic needs.
        needed: usize,
    },
    /// The trials are cut into different blocks or bins, so that they have no common time.
    Misaligned,
    /// The value exceeds what a float can hold.
    OutOfRange,
}

impl Ratio {
    /// The value, or [`Undefined::OutOfRange`] if it is not finite.
    pub fn of(value: f64) -> Self {
        if value.is_finite() { Self::Defined(value) } else { Self::Undefined(Undefined::OutOfRange) }
    }

    /// The value, if there is one.
    pub fn value(self) -> Option<f64> {
        match self {
            Self::Defined(value) => Some(value),
            Self::Undefined(_) => None,
        }
    }

    /// A ratio computed from the value; an undefined ratio stays what it is.
    pub fn map(self, compute: impl FnOnce(f64) -> f64) -> Self {
        self.and_then(|value| Self::of(compute(value)))
    }

    /// A ratio computed from the value; an undefined ratio stays what it is.
    pub fn and_then(self, compute: impl FnOnce(f64) -> Self) -> Self {
        match self {
            Self::Defined(value) => compute(value),
            undefined => undefined,
        }
    }
}

impl fmt::Display for Undefined {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooFewTrials { trials, needed } => return write!(f, "{trials} comparable trials of {needed} needed"),
            Self::Misaligned => "trials not aligned in time",
            Self::NoTrade => "no trade",
            Self::TooFewReturns => "too few returns",
            Self::NoVariance => "no variance",
            Self::NoDownside => "no losing bar",
            Self::NoDrawdown => "no drawdown",
            Self::NoStandardError => "no standard error",
            Self::NotAboveBenchmark => "not above the benchmark",
            Self::OutOfRange => "out of range",
        })
    }
}
