use std::fmt;

use crate::{Bars, time::BarTime};

/// Shares after and before, of the splits that occur in practice; each is looked for in both directions.
const RATIOS: [(u32, u32); 15] = [
    (3, 2),
    (2, 1),
    (3, 1),
    (4, 1),
    (5, 1),
    (6, 1),
    (7, 1),
    (8, 1),
    (10, 1),
    (15, 1),
    (20, 1),
    (25, 1),
    (30, 1),
    (50, 1),
    (100, 1),
];

/// Bars on each side that say what a usual move is.
const NEIGHBOURS: usize = 20;

/// A bar that opens (or closes) at the price before divided by a common split ratio, in an otherwise quiet market: prices that look
/// unadjusted. A warning, not proof.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Split {
    /// Row of the first bar at the new price.
    pub row: usize,
    /// Time of that bar.
    pub time: BarTime,
    /// Shares after the split.
    pub shares_after: u32,
    /// Shares before the split.
    pub shares_before: u32,
    /// `shares_after / shares_before`: 2 for a 2:1 split, 0.1 for a 1:10 reverse split. Dividing earlier prices by it adjusts them.
    pub ratio: f64,
    /// Close of the bar before.
    pub close_before: f64,
    /// Open of the bar.
    pub open: f64,
}

impl fmt::Display for Split {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Split { row, time, shares_after, shares_before, close_before, open, .. } = self;
        write!(
            f,
            "{time} (row {row}): from a close of {close_before} to an open of {open} looks like an unadjusted {shares_after}:{shares_before} split"
        )
    }
}

/// A usual move is the median absolute log return of the bars around. The price may miss the ratio by four usual moves (at least 3 %, at most 8 %),
/// and the bar itself and its two neighbours may move by six (at least 5 %, at most 10 %): a crash of half the price is not quiet around.
pub(crate) fn suspected_splits(bars: &Bars) -> Vec<Split> {
    let close = bars.close();
    let rows = close.iter().zip(close.iter().skip(1)).zip(bars.open().iter().skip(1)).enumerate();
    rows.filter_map(|(row, ((&before, &close), &open))| {
        if !(is_jump(before / open) || is_jump(before / close)) {
            return None;
        }
        let market = Market::around(bars.close(), row + 1);
        let candidate = [open, close].into_iter().find_map(|price| market.ratio(before / price))?;
        let (shares_after, shares_before) = candidate;
        let quiet = market.neighbours_quiet && libm::log(close / open).abs() <= market.quiet;
        quiet.then(|| Split {
            row: row + 1,
            time: BarTime(bars.time().get(row + 1).copied().unwrap_or_default()),
            shares_after,
            shares_before,
            ratio: f64::from(shares_after) / f64::from(shares_before),
            close_before: before,
            open,
        })
    })
    .collect()
}

/// Cheap, and true for every move that any ratio could match.
fn is_jump(factor: f64) -> bool {
    !(0.74..=1.35).contains(&factor)
}

struct Market {
    tolerance: f64,
    quiet: f64,
    neighbours_quiet: bool,
}

impl Market {
    fn around(close: &[f64], row: usize) -> Market {
        let log_return = |at: usize| {
            let before = close.get(at.checked_sub(1)?)?;
            Some(libm::log(close.get(at)? / before).abs())
        };
        let around = row.saturating_sub(NEIGHBOURS)..=row + NEIGHBOURS;
        let mut moves: Vec<_> = around.filter(|&at| at != row).filter_map(log_return).collect();
        moves.sort_unstable_by(f64::total_cmp);
        let usual = moves.get(moves.len() / 2).copied().unwrap_or_default();
        let quiet = (6.0 * usual).clamp(0.05, 0.10);
        let neighbours_quiet = [row - 1, row + 1].into_iter().filter_map(log_return).all(|size| size <= quiet);
        Market { tolerance: (4.0 * usual).clamp(0.03, 0.08), quiet, neighbours_quiet }
    }

    /// The nearest ratio (shares after, shares before) to the factor by which the price fell, within the tolerance.
    fn ratio(&self, factor: f64) -> Option<(u32, u32)> {
        let miss = |(after, before): (u32, u32)| libm::log(factor * f64::from(before) / f64::from(after)).abs();
        let ratios = RATIOS.into_iter().flat_map(|(after, before)| [(after, before), (before, after)]);
        let nearest = ratios.min_by(|&a, &b| miss(a).total_cmp(&miss(b)))?;
        (miss(nearest) <= self.tolerance).then_some(nearest)
    }
}
