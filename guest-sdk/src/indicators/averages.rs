//! Moving averages.

use super::{append, per_bar};

/// Simple moving average: the mean of the last `period` values. First value at bar `period - 1`.
///
/// A window is the end of one block of `period` values and the start of the next, as in [`Window`](super::Window), in two passes
/// over each block. Summed are distances from the second block's first value, which is in each of these windows: those of equal
/// values are 0, so that their mean is exactly that value.
#[doc(alias = "rolling_mean")]
pub fn sma(values: &[f64], period: usize) -> Vec<f64> {
    let period = period.max(1);
    let share = 1.0 / period as f64;
    let mut means = Vec::with_capacity(values.len());
    // At each place the sum of the block before from after that place on. Before there is one only a whole block has a mean.
    let mut ends = vec![f64::NAN; period];
    if let Some(last) = ends.last_mut() {
        *last = 0.0;
    }
    let mut before: &[f64] = &[];
    for block in values.chunks(period) {
        let first = block[0];
        let mut end = 0.0;
        for (slot, value) in ends.iter_mut().zip(before).rev() {
            *slot = end;
            end += value - first;
        }
        let mut start = 0.0;
        append(&mut means, [block, &ends[..block.len()]], |[value, end]| {
            start += value - first;
            first + (end + start) * share
        });
        before = block;
    }
    means
}

/// Exponential moving average by recursion from the first value: pandas' `ewm(span=span, adjust=False).mean()`.
///
/// With a = 2 / (span + 1): e\[0\] = x\[0\], e\[t\] = e\[t-1\] + a (x\[t\] - e\[t-1\]). There is no warm-up: the first value
/// keeps a large weight for about `span` bars.
pub fn ema(values: &[f64], span: usize) -> Vec<f64> {
    apply(Ema::recursive(span), values)
}

/// Exponential moving average adjusted for the bias of its start: pandas' `ewm(span=span, adjust=True).mean()`.
///
/// The mean of all values so far, weighted by (1 - a)^age with a = 2 / (span + 1). There is no warm-up.
pub fn ema_adjusted(values: &[f64], span: usize) -> Vec<f64> {
    apply(Ema::adjusted(span), values)
}

fn apply(mut average: Ema, values: &[f64]) -> Vec<f64> {
    per_bar(values, |value| if value.is_nan() { value } else { average.push(value) })
}

/// An exponential moving average, one value at a time. Constant prices give exactly that price.
#[derive(Debug, Clone)]
pub struct Ema {
    average: f64,
    /// The sum of weights that the next value will make, in units of its own weight.
    weight: f64,
    decay: f64,
    step: f64,
}

impl Ema {
    /// As [`ema`].
    pub fn recursive(span: usize) -> Self {
        Self { average: 0.0, weight: 1.0, decay: 0.0, step: (span.max(1) as f64 + 1.0) / 2.0 }
    }

    /// As [`ema_adjusted`].
    pub fn adjusted(span: usize) -> Self {
        let span = span.max(1) as f64;
        Self { average: 0.0, weight: 1.0, decay: (span - 1.0) / (span + 1.0), step: 1.0 }
    }

    /// Takes the next value, which must not be NaN, and gives the average.
    #[inline]
    pub fn push(&mut self, value: f64) -> f64 {
        // The share of the new value does not depend on prices, so its division is off the chain from bar to bar.
        self.average += (value - self.average) * (1.0 / self.weight);
        self.weight = self.decay * self.weight + self.step;
        self.average
    }
}

/// Wilder's smoothing, one value at a time: the mean of the first `period` values, then s + (x - s) / period.
#[derive(Debug, Clone)]
pub struct Wilder {
    average: f64,
    taken: usize,
    period: usize,
}

impl Wilder {
    /// Smoothing over `period` values.
    pub fn new(period: usize) -> Self {
        Self { average: 0.0, taken: 0, period: period.max(1) }
    }

    /// Takes the next value and gives the average; NaN until `period` values were taken, and for NaN, which leaves the average
    /// as it is.
    #[inline]
    pub fn push(&mut self, value: f64) -> f64 {
        if value.is_nan() {
            return f64::NAN;
        }
        self.taken = (self.taken + 1).min(self.period);
        self.average += (value - self.average) / self.taken as f64;
        if self.taken == self.period { self.average } else { f64::NAN }
    }
}
