//! Sharpe and Sortino ratios of returns of which some are known by their sums alone.

use crate::account::Account;
use crate::growth::Sums;
use crate::statistics::{Ratio, Returns, Undefined};

/// A spread below this share of the squares is that of returns which differ by rounding only: one return out of n that differs
/// by more than a few units in the last place leaves some 1e-30 / n; a single bar without a position leaves 1 / n.
const ROUNDING: f64 = 1e-28;

/// Annualised Sharpe and Sortino ratios of a run over all bars (R12), as [`Returns`] defines them.
pub(crate) fn sharpe_and_sortino(account: &Account<'_>, bars: usize, bars_per_year: f64) -> (Ratio, Ratio) {
    let (listed, summed) = (account.returns(), account.summed());
    let active = listed.len() + summed.count;
    if summed.count == 0 {
        return Returns::with_flat_bars(listed, bars - active.min(bars)).sharpe_and_sortino(bars_per_year);
    }
    let mut sums = summed.sums;
    for lane in lanes(listed) {
        sums += lane;
    }
    let (n, year) = (bars as f64, bars_per_year.sqrt());
    let mean = sums.returns.value() / n;
    // Spread around the mean: in two floats, for the squares and those of the mean may nearly cancel.
    let spread = sums.squares.minus(sums.returns.squared().over(n)).value();
    let sharpe = if spread > ROUNDING * sums.squares.value() {
        Ratio::of(mean / (spread / (n - 1.0)).sqrt() * year)
    } else {
        Ratio::Undefined(Undefined::NoVariance)
    };
    let downside = sums.downside.value();
    let sortino = if downside > 0.0 {
        Ratio::of(mean / (downside / n).sqrt() * year)
    } else {
        Ratio::Undefined(Undefined::NoDownside)
    };
    (sharpe, sortino)
}

/// Sums over returns in a fixed order: return i goes to lane i mod 4, so that no addition waits for the one before.
fn lanes(returns: &[f64]) -> [Sums; 4] {
    let mut lanes = [Sums::default(); 4];
    let blocks = returns.chunks_exact(lanes.len());
    let rest = blocks.remainder();
    for block in blocks.chain(std::iter::once(rest)) {
        for (lane, &change) in lanes.iter_mut().zip(block) {
            *lane += Sums::of(change);
        }
    }
    lanes
}
