//! Where positions are entered: the next entry while flat, and its fill.

use crate::decisions::Decisions;
use crate::holding::Opening;
use crate::settings::{Fill, Settings, Size};
use crate::trade::{Execution, ExitReason, Side};

/// Finds the next entry while flat.
pub(crate) struct Entries<'a> {
    decisions: &'a Decisions,
    cursor: usize,
    /// A side whose entry was blocked only because an exit happened on its bar (R20).
    armed: Option<Side>,
}

impl<'a> Entries<'a> {
    pub(crate) fn new(decisions: &'a Decisions) -> Self {
        Self { decisions, cursor: 0, armed: None }
    }

    /// The next entry decided at bar `from` or later.
    ///
    /// An armed side enters at `from`, the first bar free to decide, or not at all: either it is still wanted there, or its
    /// conviction has fallen back. A fresh entry of that bar goes first.
    pub(crate) fn next(&mut self, from: usize) -> Option<(usize, Side)> {
        let entries = self.decisions.entries();
        while entries.get(self.cursor).is_some_and(|entry| entry.bar < from) {
            self.cursor += 1;
        }
        let fresh = entries.get(self.cursor).map(|entry| (entry.bar, entry.side));
        let armed = self.armed.take().filter(|&side| self.decisions.wants(side, from)).map(|side| (from, side));
        match (fresh, armed) {
            (Some((bar, _)), Some(_)) if bar == from => fresh,
            (_, Some(_)) => armed,
            _ => fresh,
        }
    }

    /// The first bar that may decide on an entry after a trade.
    ///
    /// An exit blocks the entry that would fill on its bar (R7): in close mode the one decided on that bar, in next-open mode
    /// the one decided together with the exit, one bar earlier. So in next-open mode the bar of the exit itself is free to
    /// decide, as the reference trades show.
    #[inline]
    pub(crate) fn resume(&mut self, fill: Fill, side: Side, exit: &Execution) -> usize {
        let decided_at_close = matches!(exit.reason, ExitReason::TimeStop | ExitReason::SignalExit);
        let (blocked, from) = match fill {
            Fill::Close => (Some(exit.idx), exit.idx + 1),
            Fill::NextOpen if decided_at_close => (exit.idx.checked_sub(1), exit.idx),
            Fill::NextOpen => (None, exit.idx),
        };
        let other = side.opposite();
        self.armed = blocked.filter(|&bar| self.decisions.enters(other, bar)).map(|_| other);
        from
    }
}

/// The fill of an entry decided at the close of bar `decided` (R1, R2, R10), where that meets the market.
#[inline]
pub(crate) fn fill_entry(settings: &Settings, market: (usize, f64), decided: usize, side: Side) -> Opening {
    let (bar, price) = market;
    Opening { bar, known: decided, price: price * (1.0 + side.sign() * settings.slippage) }
}

/// Units that the cash pays for at a price (R11); none if it does not pay for the trade.
pub(crate) fn affordable(settings: &Settings, price: f64, cash: f64) -> Option<f64> {
    let (quantity, funded) = match settings.size {
        Size::AllIn => (cash / (1.0 + settings.fees) / price, true),
        Size::Units(units) => (units, units * price * (1.0 + settings.fees) <= cash),
    };
    // A value below the normal range would lose its digits, and with them the meaning of a return.
    (funded && (quantity * price).is_normal()).then_some(quantity)
}
