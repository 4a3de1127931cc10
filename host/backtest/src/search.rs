//! The fast search for an exit: stretches of bars on which nothing can happen are passed at once.
//!
//! The first bar at whose close an exit is decided is known beforehand. Up to it, the extremes of a stretch of bars tell
//! whether any of them could reach a level. If none can, the position is the same after the stretch but for its peak, which is
//! among the extremes. If one may, a shorter stretch is tried, and the shortest is left to the plain loop, which is exact by
//! definition. Stretches grow again as they pass, so that a search costs the logarithm of its length and a few plain bars.

use crate::decisions::SignalSearch;
use crate::holding::{Opening, Outcome, Position, Terms};
use crate::levels::Direction;
use crate::windows::Windows;

/// Stretch tried first, in bars.
const FIRST: usize = 64;
/// Stretch left to the plain loop.
const SHORTEST: usize = 4;
/// How stretches grow and shrink.
const STEP: usize = 4;

/// As [`hold`](crate::holding::hold), without visiting every bar.
pub(crate) fn hold<D: Direction>(
    terms: &Terms<'_>,
    windows: &Windows<'_>,
    signals: &mut SignalSearch<'_>,
    opening: &Opening,
) -> Outcome {
    let mut position = Position::<D>::new(terms, opening);
    let decided = position.decided(signals);
    let bars = terms.prices.len();
    let last = decided.bar.saturating_add(1).min(bars);
    let (mut bar, mut stretch) = (position.first, FIRST);
    while bar < last {
        let end = bar.saturating_add(stretch).min(last);
        if position.passes(&windows.over(bar..end)) {
            stretch = stretch.saturating_mul(STEP);
            bar = end;
        } else if stretch > SHORTEST {
            stretch /= STEP;
        } else if let Some(outcome) = position.follow(bar..end) {
            return outcome;
        } else {
            bar = end;
        }
    }
    if decided.bar < bars { position.leave(decided) } else { position.open() }
}
