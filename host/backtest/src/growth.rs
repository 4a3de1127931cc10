//! Sums of returns that are exact, and therefore the same in any order and by any detour.
//!
//! A return is a rounded quotient less 1, rounded again, and as such a whole number of steps of 2^-53: a quotient of at least 1/2
//! is one already, and a smaller one gives a return beyond -1/2, where floats are no finer. So returns, and their squares in
//! steps of 2^-106, are added as whole numbers. A sum over a range of bars is the difference of two prefixes, to the last bit.

/// Sums over some returns.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Sums {
    /// Of the returns, in steps.
    returns: i128,
    /// Of their squares, in steps squared.
    squares: i128,
    /// Of the squares of those below zero.
    downside: i128,
}

/// Steps in a return of 1.
const STEPS: f64 = (1_u64 << 53) as f64;

/// Squares are summed up to here, half a million returns of 1; no other sum is larger. What reaches it stays there.
const LIMIT: i128 = 1 << 125;

impl Sums {
    /// Whether the sums have stayed within bounds.
    pub(crate) fn is_exact(&self) -> bool {
        self.squares < LIMIT
    }

    /// One return more.
    #[inline]
    pub(crate) fn add(&mut self, change: f64) {
        let steps = steps(change);
        let square = i128::from(steps) * i128::from(steps);
        self.join(&Self { returns: steps.into(), squares: square, downside: square & i128::from(steps >> 63) });
    }

    /// A few returns more, at most [`ROW`].
    pub(crate) fn add_row(&mut self, changes: &[f64]) {
        if !changes.iter().fold(true, |few, change| few & (change.abs() < FEW)) {
            return changes.iter().for_each(|&change| self.add(change));
        }
        // So few steps that no sum over a row comes near its bounds.
        let mut row = Self::default();
        let mut returns: i64 = 0;
        for &change in changes {
            let steps = few_steps(change);
            let square = i128::from(steps) * i128::from(steps);
            returns = returns.wrapping_add(steps);
            row.squares = row.squares.wrapping_add(square);
            // The sign as a mask: a branch on it would be a guess.
            row.downside = row.downside.wrapping_add(square & i128::from(steps >> 63));
        }
        self.join(&Self { returns: returns.into(), ..row });
    }

    /// The returns of both.
    #[inline]
    pub(crate) fn join(&mut self, other: &Self) {
        self.returns = self.returns.wrapping_add(other.returns);
        self.squares = self.squares.wrapping_add(other.squares).min(LIMIT);
        self.downside = self.downside.wrapping_add(other.downside);
    }

    /// The returns that these sums have beyond those of an earlier prefix.
    #[inline]
    pub(crate) fn since(self, prefix: &Self) -> Self {
        Self {
            returns: self.returns.wrapping_sub(prefix.returns),
            squares: self.squares.wrapping_sub(prefix.squares),
            downside: self.downside.wrapping_sub(prefix.downside),
        }
    }

    /// Sum of the returns.
    pub(crate) fn total(&self) -> f64 {
        self.returns as f64 / STEPS
    }

    /// Sum of the squares.
    pub(crate) fn squares(&self) -> f64 {
        self.squares as f64 / STEPS / STEPS
    }

    /// Sum of the squares of returns below zero.
    pub(crate) fn downside(&self) -> f64 {
        self.downside as f64 / STEPS / STEPS
    }

    /// Sum of the squared distances from the mean of `count` returns, those that are not listed being 0.
    ///
    /// With a sum of n m + r steps, n returns and squares Q, it is Q - m (n m + 2 r) - r^2 / n: whole numbers but for the last
    /// term, which is small. What cancels does so exactly.
    pub(crate) fn spread(&self, count: usize) -> f64 {
        let n = count.max(1) as i128;
        let (mean, rest) = (self.returns / n, self.returns % n);
        let whole = self.squares.wrapping_sub(mean.wrapping_mul(self.returns.wrapping_add(rest)));
        let rest = rest as f64;
        (whole as f64 - rest * rest / n as f64) / STEPS / STEPS
    }
}

/// Returns below this are few steps.
const FEW: f64 = 0.25;
/// Returns that are added at once.
pub(crate) const ROW: usize = 16;

/// A return in steps; for one that cannot be counted, a number whose square is beyond the limit.
#[inline]
fn steps(change: f64) -> i64 {
    if change.abs() < FEW {
        few_steps(change)
    } else if change.abs() < 1_024.0 {
        (change * STEPS) as i64
    } else {
        i64::MAX
    }
}

/// A return of few steps in steps: between 1/2 and 1 neighbouring floats are a step apart, and their bits count them.
#[inline]
fn few_steps(change: f64) -> i64 {
    (change + 0.75).to_bits().wrapping_sub(0.75_f64.to_bits()).cast_signed()
}
