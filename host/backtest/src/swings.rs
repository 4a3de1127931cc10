//! What lies between each entry and the first signal against it, for candidates that differ in their exits alone.
//!
//! Such candidates enter on the same bars and mostly leave on the same signals. Read in the order of the entries, what a trade needs to
//! know stands in two neighbouring lines of the cache, where the history has it in half a dozen scattered ones.

use std::sync::Arc;

use crate::decisions::Decisions;
use crate::extremes::Extremes;
use crate::growth::Sums;
use crate::history::History;
use crate::trade::Side;

/// The way from an entry to the first signal against it, filled at the next open.
#[derive(Debug, Clone, Copy)]
#[repr(align(64))]
pub(crate) struct Swing {
    /// Extremes of the bars from the fill to the signal.
    pub(crate) extremes: Extremes,
    /// Sums over the returns of their closes.
    pub(crate) growth: Sums,
    /// Price of the entry before slippage: the open of the bar after it.
    pub(crate) entry: f64,
    /// Close of the bar of the fill.
    pub(crate) first: f64,
    /// Close of the bar of the signal.
    pub(crate) last: f64,
    /// Price of the exit before slippage: the open of the bar after the signal. NaN after the last bar.
    pub(crate) exit: f64,
    /// Conviction of the signal.
    pub(crate) strength: f64,
    entered: u32,
    signalled: u32,
}

impl Swing {
    /// Bar that decides on the entry.
    pub(crate) fn entered(&self) -> usize {
        self.entered as usize
    }

    /// Bar of the signal.
    pub(crate) fn signalled(&self) -> usize {
        self.signalled as usize
    }
}

/// Bars for each entry from which on swings are worth their search: most of the entries that stand closer are never taken.
const SPARSE: usize = 16;

/// The swings of the decisions scored last, found when they are scored again: a candidate that comes alone would not earn them.
#[derive(Debug, Default)]
pub(crate) struct Swings {
    /// Whose they are. Kept, so that nothing else gets the same address.
    of: Option<[Arc<()>; 2]>,
    known: bool,
    swings: Vec<Swing>,
}

impl Swings {
    /// Swings of these decisions over this history, in the order of the entries; none at the first time.
    pub(crate) fn of(&mut self, decisions: &Decisions, history: &History<'_>) -> &[Swing] {
        let asked = [decisions.identity(), &history.identity];
        let again = self.of.as_ref().is_some_and(|of| of.iter().zip(asked).all(|(of, asked)| Arc::ptr_eq(of, asked)));
        if !again {
            self.of = Some(asked.map(Arc::clone));
            self.known = false;
            self.swings.clear();
        } else if !self.known {
            self.known = true;
            if decisions.entries().len() <= decisions.len() / SPARSE {
                self.swings.extend(swings(decisions, history));
            }
        }
        &self.swings
    }
}

/// Swings that end; after the last signals there are none.
fn swings(decisions: &Decisions, history: &History<'_>) -> impl Iterator<Item = Swing> {
    let [mut against_long, mut against_short] = [Side::Long, Side::Short].map(|side| decisions.signals(side, 0.0));
    decisions.entries().iter().filter_map(move |entry| {
        let signals = match entry.side {
            Side::Long => &mut against_long,
            Side::Short => &mut against_short,
        };
        let from = entry.bar + 1;
        let signalled = signals.next(from);
        let (first, last) = (history.bars.get(from)?, history.bars.get(signalled)?);
        let (against, towards) = decisions.against(entry.side);
        Some(Swing {
            extremes: history.extremes(from..signalled + 1),
            growth: history.growth(from..signalled + 1),
            entry: first.open,
            first: first.close,
            last: last.close,
            exit: history.bars.get(signalled + 1).map_or(f64::NAN, |bar| bar.open),
            strength: towards * against.get(signalled)?,
            entered: u32::try_from(entry.bar).ok()?,
            signalled: u32::try_from(signalled).ok()?,
        })
    })
}
