//! Aggregates over the last bars.

use super::vector::larger;

/// What is known of a run of consecutive values, and can be joined with what is known of the run after it.
///
/// Joining must be associative up to rounding.
pub trait Aggregate: Copy {
    /// The aggregate of both runs, `newer` being the later one.
    fn join(self, newer: Self) -> Self;
}

/// The aggregate of the last `length` values, in about three joins a value whatever the length.
///
/// Values are taken in blocks of `length`. A window that ends inside a block is the join of the rest of the block before,
/// whose aggregates were made backwards when it was complete, and the part of the block so far (van Herk 1992, Gil and
/// Werman 1993). Nothing is ever subtracted.
///
/// ```
/// use seedbed_sdk::indicators::{Highest, Window};
///
/// let mut window = Window::new(2);
/// let highest = [3.0, 1.0, 2.0].map(|value| window.push(Highest(value)).map(|highest| highest.0));
/// assert_eq!(highest, [None, Some(3.0), Some(2.0)]);
/// ```
#[derive(Debug, Clone)]
pub struct Window<A> {
    length: usize,
    /// Up to the present position the values of this block, after it the aggregates of the block before from there to its end.
    slots: Vec<A>,
    /// Where the next value goes.
    position: usize,
    /// The aggregate of this block so far.
    newest: Option<A>,
}

impl<A: Aggregate> Window<A> {
    /// A window over the last `length` values.
    pub fn new(length: usize) -> Self {
        let length = length.max(1);
        Self { length, slots: Vec::with_capacity(length), position: 0, newest: None }
    }

    /// Takes the next value and gives the aggregate of the last `length` ones, once there are as many.
    #[inline(always)]
    pub fn push(&mut self, value: A) -> Option<A> {
        let position = self.position;
        match self.slots.get_mut(position) {
            Some(slot) => *slot = value,
            None => self.slots.push(value),
        }
        let newest = self.newest.map_or(value, |newest| newest.join(value));
        if position + 1 == self.length {
            self.complete_block();
            return Some(newest);
        }
        self.newest = Some(newest);
        self.position = position + 1;
        // Without a block before this one there is no such slot yet.
        self.slots.get(position + 1).map(|rest| rest.join(newest))
    }

    /// Forgets all values.
    pub fn clear(&mut self) {
        self.slots.clear();
        self.position = 0;
        self.newest = None;
    }

    #[inline(never)]
    fn complete_block(&mut self) {
        let mut rest = None;
        for slot in self.slots.iter_mut().rev() {
            let joined = rest.map_or(*slot, |rest| slot.join(rest));
            *slot = joined;
            rest = Some(joined);
        }
        self.position = 0;
        self.newest = None;
    }
}

/// Applies a window to values that `aggregate` turns into aggregates; `None` empties it.
pub(super) fn rolling<T, A: Aggregate>(
    values: impl ExactSizeIterator<Item = T>,
    length: usize,
    aggregate: impl Fn(T) -> Option<A>,
    result: impl Fn(A) -> f64,
) -> Vec<f64> {
    let mut window = Window::new(length);
    let answers = values.map(|value| match aggregate(value) {
        Some(value) => window.push(value).map_or(f64::NAN, &result),
        None => {
            window.clear();
            f64::NAN
        }
    });
    answers.collect()
}

/// `value` unless it is NaN.
pub(super) fn known(value: f64) -> Option<f64> {
    (!value.is_nan()).then_some(value)
}

/// The greatest value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Highest(pub f64);

impl Aggregate for Highest {
    #[inline(always)]
    fn join(self, newer: Self) -> Self {
        if newer.0 > self.0 { newer } else { self }
    }
}

/// The least value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lowest(pub f64);

impl Aggregate for Lowest {
    #[inline(always)]
    fn join(self, newer: Self) -> Self {
        if newer.0 < self.0 { newer } else { self }
    }
}

/// The sum of values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sum(pub f64);

impl Aggregate for Sum {
    #[inline(always)]
    fn join(self, newer: Self) -> Self {
        Self(self.0 + newer.0)
    }
}

/// Two aggregates of the same run, in one window.
impl<A: Aggregate, B: Aggregate> Aggregate for (A, B) {
    #[inline(always)]
    fn join(self, newer: Self) -> Self {
        (self.0.join(newer.0), self.1.join(newer.1))
    }
}

/// Mean and spread of weighted values, free of cancellation: no sum of squares is formed (Chan, Golub and LeVeque 1983).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Moments {
    weight: f64,
    mean: f64,
    /// Weighted sum of squared distances from the mean.
    squares: f64,
}

impl Moments {
    /// Of values that are not known: without mean and sd, as is all that it is joined with.
    pub const UNKNOWN: Self = Self { weight: f64::NAN, mean: f64::NAN, squares: f64::NAN };

    /// One value of weight 1.
    #[inline]
    pub fn of(value: f64) -> Self {
        Self::weighted(value, 1.0)
    }

    /// One value of `weight` >= 0.
    #[inline]
    pub fn weighted(value: f64, weight: f64) -> Self {
        Self { weight, mean: value, squares: 0.0 }
    }

    /// The sum of weights: the number of values when all weights are 1.
    #[inline]
    pub fn weight(&self) -> f64 {
        self.weight
    }

    /// The weighted mean; NaN when no value has weight.
    #[inline]
    pub fn mean(&self) -> f64 {
        if self.weight > 0.0 { self.mean } else { f64::NAN }
    }

    /// The sd with divisor weight - `ddof`: 0 for that of the values themselves, 1 for the estimate from a sample. NaN when the
    /// divisor is not above zero.
    #[inline]
    pub fn sd(&self, ddof: u32) -> f64 {
        let divisor = self.weight - f64::from(ddof);
        if divisor > 0.0 { (self.squares / divisor).sqrt() } else { f64::NAN }
    }
}

impl Aggregate for Moments {
    #[inline(always)]
    fn join(self, newer: Self) -> Self {
        let weight = self.weight + newer.weight;
        let share = if weight > 0.0 { newer.weight / weight } else { 0.0 };
        let step = newer.mean - self.mean;
        Self {
            weight,
            mean: self.mean + step * share,
            squares: self.squares + newer.squares + step * step * (self.weight * share),
        }
    }
}

/// The moments of the last `window` values by their `weights`. Before bar `window - 1`, as over a NaN, they have neither mean nor sd.
///
/// Sums over the end of one block of `window` values and the start of the next, as in [`Window`], of distances from the second
/// block's first value. It is in each of these windows, so that no distance is greater than a window's own range, and those of equal
/// values are 0.
pub fn rolling_moments(values: &[f64], weights: &[f64], window: usize) -> Vec<Moments> {
    let (window, length) = (window.max(1), values.len().min(weights.len()));
    let mut answers = Vec::with_capacity(length);
    // At each place the sums of the block before from after that place on. Before there is one only a whole block has moments.
    let mut ends = vec![DistanceSums { weight: f64::NAN, ..DistanceSums::default() }; window];
    if let Some(last) = ends.last_mut() {
        *last = DistanceSums::default();
    }
    let mut before: (&[f64], &[f64]) = (&[], &[]);
    for block in values[..length].chunks(window).zip(weights[..length].chunks(window)) {
        let first = block.0[0];
        let mut end = DistanceSums::default();
        for ((slot, &value), &weight) in ends.iter_mut().zip(before.0).zip(before.1).rev() {
            *slot = end;
            end = end.with(value - first, weight);
        }
        let mut start = DistanceSums::default();
        answers.extend(block.0.iter().zip(block.1).zip(&ends).map(|((&value, &weight), &end)| {
            start = start.with(value - first, weight);
            start.join(end).moments(first)
        }));
        before = block;
    }
    answers
}

/// Sums over weighted distances from one price: of the weights, the distances and their squares.
#[derive(Debug, Clone, Copy, Default)]
struct DistanceSums {
    weight: f64,
    distances: f64,
    squares: f64,
}

impl DistanceSums {
    #[inline(always)]
    fn with(self, distance: f64, weight: f64) -> Self {
        let weighted = weight * distance;
        self.join(Self { weight, distances: weighted, squares: weighted * distance })
    }

    #[inline(always)]
    fn moments(self, origin: f64) -> Moments {
        let shift = if self.weight > 0.0 { self.distances / self.weight } else { 0.0 };
        Moments {
            weight: self.weight,
            mean: origin + shift,
            squares: larger(0.0, self.squares - self.distances * shift),
        }
    }
}

impl Aggregate for DistanceSums {
    #[inline(always)]
    fn join(self, newer: Self) -> Self {
        Self {
            weight: self.weight + newer.weight,
            distances: self.distances + newer.distances,
            squares: self.squares + newer.squares,
        }
    }
}
