//! The range of prices over the last bars.

use std::ops::Index;

use super::{vector::greater, window::Aggregate};

/// From the lowest to the highest price of some bars.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Range {
    /// The highest price, and the negative of the lowest one: both ends move up, by one vector instruction. Alone each would
    /// cost a branch that the processor often predicts wrong.
    ends: [f64; 2],
}

impl Range {
    const UNKNOWN: Self = Self { ends: [f64::NAN; 2] };

    /// From `low` to `high`.
    #[inline(always)]
    pub fn new(high: f64, low: f64) -> Self {
        Self { ends: [high, -low] }
    }

    /// The highest price.
    #[inline(always)]
    pub fn highest(self) -> f64 {
        let [highest, _] = self.ends;
        highest
    }

    /// The lowest price.
    #[inline(always)]
    pub fn lowest(self) -> f64 {
        let [_, lowest] = self.ends;
        -lowest
    }

    /// The mean of both.
    #[inline(always)]
    pub fn middle(self) -> f64 {
        (self.highest() + self.lowest()) / 2.0
    }

    /// Where `price` lies between the lowest (0) and the highest price (100); 50 where they are equal.
    #[inline(always)]
    pub fn percent(self, price: f64) -> f64 {
        let width = self.highest() - self.lowest();
        if width == 0.0 { 50.0 } else { 100.0 * ((price - self.lowest()) / width) }
    }
}

impl Aggregate for Range {
    #[inline(always)]
    fn join(self, newer: Self) -> Self {
        Self { ends: greater(self.ends, newer.ends) }
    }
}

/// The range of the last bars at each bar, for as many periods as wanted: each column is made from one with a shorter period, in
/// one pass for each doubling.
///
/// Two runs that overlap have the range of their union, so the range over 2 n bars joins those over n bars of now and n bars before
/// (the sparse table of Bender and Farach-Colton 2000). A range that is not known yet, before bar `period - 1`, has NaN at its ends;
/// one over a NaN goes from -inf to inf, so that its middle and all places in it are NaN.
///
/// ```
/// use seedbed_sdk::indicators::Ranges;
///
/// let bars = Ranges::of_bars(&[3.0, 5.0, 4.0], &[1.0, 4.0, 2.0]);
/// let pairs = bars.over(2);
/// assert!(pairs[0].middle().is_nan());
/// assert_eq!((pairs[1].lowest(), pairs[2].highest()), (1.0, 5.0));
/// ```
#[derive(Debug, Clone)]
pub struct Ranges {
    period: usize,
    column: Vec<Range>,
}

impl Ranges {
    /// The range of each bar alone.
    pub fn of_bars(high: &[f64], low: &[f64]) -> Self {
        let range = |(&high, &low): (&f64, &f64)| {
            if f64::is_nan(high) || f64::is_nan(low) {
                Range::new(f64::INFINITY, f64::NEG_INFINITY)
            } else {
                Range::new(high, low)
            }
        };
        Self { period: 1, column: high.iter().zip(low).map(range).collect() }
    }

    /// The middle of each range.
    pub fn middles(&self) -> Vec<f64> {
        self.column.iter().map(|range| range.middle()).collect()
    }

    /// The range over the last `period` bars, which must not be fewer than here.
    #[must_use]
    pub fn over(&self, period: usize) -> Self {
        let longer = |ranges: &Self| ranges.longer(ranges.period.min(period.saturating_sub(ranges.period)));
        let mut ranges = longer(self);
        while ranges.period < period {
            ranges = longer(&ranges);
        }
        ranges
    }

    /// The range over `bars` more, which must not be more than the period.
    fn longer(&self, bars: usize) -> Self {
        let unknown = bars.min(self.column.len());
        let mut column = Vec::with_capacity(self.column.len());
        column.resize(unknown, Range::UNKNOWN);
        let (before, before_rest) = self.column[..self.column.len() - unknown].as_chunks::<4>();
        let (now, now_rest) = self.column[unknown..].as_chunks::<4>();
        for (&[a, b, c, d], &[e, f, g, h]) in before.iter().zip(now) {
            column.extend_from_slice(&[a.join(e), b.join(f), c.join(g), d.join(h)]);
        }
        column.extend(before_rest.iter().zip(now_rest).map(|(before, now)| before.join(*now)));
        Self { period: self.period + bars, column }
    }
}

impl Index<usize> for Ranges {
    type Output = Range;

    #[inline(always)]
    fn index(&self, bar: usize) -> &Range {
        &self.column[bar]
    }
}
