//! Sharpe and Sortino ratios of returns that are known by their sums.

use crate::growth::Sums;
use crate::statistics::{Ratio, Undefined};

/// A spread below this share of the squares is that of returns which differ by rounding only: one return out of n that differs
/// by more than a few units in the last place leaves some 1e-30 / n; a single bar without a position leaves 1 / n.
const ROUNDING: f64 = 1e-28;

/// Annualised Sharpe and Sortino ratios over all bars (R12), as [`Returns`](crate::statistics::Returns) defines them.
pub(crate) fn sharpe_and_sortino(sums: &Sums, bars: usize, bars_per_year: f64) -> (Ratio, Ratio) {
    let (n, year) = (bars as f64, bars_per_year.sqrt());
    let mean = sums.total() / n;
    let (spread, downside) = (sums.spread(bars), sums.downside());
    let sharpe = if bars < 2 {
        Ratio::Undefined(Undefined::TooFewReturns)
    } else if spread > ROUNDING * sums.squares() {
        Ratio::of(mean / (spread / (n - 1.0)).sqrt() * year)
    } else {
        Ratio::Undefined(Undefined::NoVariance)
    };
    let sortino = if bars == 0 {
        Ratio::Undefined(Undefined::TooFewReturns)
    } else if downside > 0.0 {
        Ratio::of(mean / (downside / n).sqrt() * year)
    } else {
        Ratio::Undefined(Undefined::NoDownside)
    };
    (sharpe, sortino)
}
