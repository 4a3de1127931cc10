//! Sums of the returns of the closes, for any range of bars, from prefix sums computed once per price history.
//!
//! A sum over a range is the difference of two prefixes. In plain floats that difference would carry the rounding of the whole
//! history, which may dwarf the few bars asked for; so prefixes are kept in two floats each (some 106 bits), the squares with
//! their rounding errors, and a difference is as exact as if only its own bars had been added.

use std::ops::{AddAssign, Range};

/// An unevaluated sum of two floats: the rounded value and what the rounding left.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Twofold {
    high: f64,
    low: f64,
}

impl Twofold {
    /// The square of a number.
    pub(crate) fn square(x: f64) -> Self {
        Self::product(x, x)
    }

    /// The product of two numbers, exactly (Dekker 1971) while none of its parts leaves the normal range.
    fn product(a: f64, b: f64) -> Self {
        let split = |x: f64| {
            let scaled = 134_217_729.0 * x;
            let upper = scaled - (scaled - x);
            (upper, x - upper)
        };
        let ((a1, a2), (b1, b2)) = (split(a), split(b));
        let high = a * b;
        Self { high, low: (((a1 * b1 - high) + a1 * b2) + a2 * b1) + a2 * b2 }
    }

    /// The square of this sum.
    pub(crate) fn squared(self) -> Self {
        Self::square(self.high).plus((2.0 * self.high * self.low).into())
    }

    /// This sum over a number.
    pub(crate) fn over(self, divisor: f64) -> Self {
        let quotient = self.high / divisor;
        let rest = self.minus(Self::product(quotient, divisor)).value();
        Self::from(quotient).plus((rest / divisor).into())
    }

    /// The nearest float.
    pub(crate) fn value(self) -> f64 {
        self.high + self.low
    }

    pub(crate) fn minus(self, other: Self) -> Self {
        self.plus(Self { high: -other.high, low: -other.low })
    }

    /// Sum with an error of some 2^-104 of the larger term (Knuth's two-sum, then renormalised).
    pub(crate) fn plus(self, other: Self) -> Self {
        let sum = self.high + other.high;
        let back = sum - self.high;
        let error = (self.high - (sum - back)) + (other.high - back) + (self.low + other.low);
        let high = sum + error;
        Self { high, low: error - (high - sum) }
    }
}

impl From<f64> for Twofold {
    fn from(high: f64) -> Self {
        Self { high, low: 0.0 }
    }
}

/// Sums over some returns.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Sums {
    /// Of the returns.
    pub(crate) returns: Twofold,
    /// Of their squares.
    pub(crate) squares: Twofold,
    /// Of the squares of those below zero.
    pub(crate) downside: Twofold,
}

impl Sums {
    pub(crate) fn of(change: f64) -> Self {
        let square = Twofold::square(change);
        let downside = if change < 0.0 { square } else { Twofold::default() };
        Self { returns: change.into(), squares: square, downside }
    }

    fn minus(self, other: &Self) -> Self {
        Self {
            returns: self.returns.minus(other.returns),
            squares: self.squares.minus(other.squares),
            downside: self.downside.minus(other.downside),
        }
    }
}

impl AddAssign for Sums {
    fn add_assign(&mut self, other: Self) {
        self.returns = self.returns.plus(other.returns);
        self.squares = self.squares.plus(other.squares);
        self.downside = self.downside.plus(other.downside);
    }
}

/// Prefix sums over the returns of the closes.
#[derive(Debug)]
pub(crate) struct Growth {
    /// Over the returns of bars 1 to the bar.
    until: Vec<Sums>,
}

impl Growth {
    pub(crate) fn new(closes: &[f64]) -> Self {
        let mut sums = Sums::default();
        let mut until = Vec::with_capacity(closes.len());
        until.extend(closes.first().map(|_| sums));
        until.extend(closes.iter().zip(closes.iter().skip(1)).map(|(before, now)| {
            sums += Sums::of(now / before - 1.0);
            sums
        }));
        Self { until }
    }

    /// Sums over the returns of closes of a range of bars: the first of them is where the returns start from and has none.
    ///
    /// None where a prefix outweighs the range by more than its digits bear, or overflows: then the bars have to be added.
    #[inline]
    #[expect(clippy::indexing_slicing, reason = "callers ask for a range of at least one bar of the history")]
    pub(crate) fn within(&self, bars: Range<usize>) -> Option<Sums> {
        let until = &self.until[bars.end - 1];
        let sums = until.minus(&self.until[bars.start]);
        let bears = |part: Twofold, whole: Twofold| part.high >= whole.high * SMALLEST_SHARE && whole.high < f64::MAX;
        let downside = sums.downside.high == 0.0 || bears(sums.downside, until.downside);
        (bears(sums.squares, until.squares) && downside).then_some(sums)
    }
}

/// Least share of a prefix that a difference may have: some 106 bits less these 50 leave more than a float's 53.
const SMALLEST_SHARE: f64 = 1.0 / (1_u64 << 50) as f64;
