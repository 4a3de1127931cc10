//! When a model is trained, on what, and for which bars.

use std::ops::Range;

use super::WARM_UP;

/// Bars between a decision and the price that says whether it was right.
pub const HORIZON: usize = 5;

/// One training and the bars that its model decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refit {
    /// Bars whose features and labels the model learns from. The last label is the price at the first bar served.
    pub trains: Range<usize>,
    /// Bars that the model decides.
    pub serves: Range<usize>,
}

/// The refits of a walk over `bars` bars: the first at bar `first`, then one every `every` bars, each trained on the last `window`
/// bars with [clean features](WARM_UP) and a known label, or on as many as there are.
pub fn refits(bars: usize, first: usize, every: usize, window: usize) -> impl Iterator<Item = Refit> {
    (first..bars).step_by(every.max(1)).map(move |bar| {
        let end = (bar + 1).saturating_sub(HORIZON);
        let start = end.saturating_sub(window).max(WARM_UP).min(end);
        Refit { trains: start..end, serves: bar..bars.min(bar + every.max(1)) }
    })
}

/// What the price gains from `bar` to [`HORIZON`] bars later, as a fraction; `None` while that is in the future.
pub fn forward_return(close: &[f64], bar: usize) -> Option<f64> {
    Some(close.get(bar + HORIZON)? / close.get(bar)? - 1.0)
}
