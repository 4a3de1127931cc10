//! What a position comes to in cash and as a trade.

use crate::account::Account;
use crate::engine::Method;
use crate::holding::{Exit, Opening, Outcome, Terms};
use crate::trade::{Execution, ExitReason, Side, Trade};

/// Turns the outcome of a position into cash and a trade.
pub(crate) struct Booking<'a> {
    pub(crate) terms: &'a Terms<'a>,
    pub(crate) side: Side,
    pub(crate) opening: Opening,
    pub(crate) quantity: f64,
}

/// How a position ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// By its exit.
    Closed,
    /// With the last bar.
    Open,
    /// At a close that left nothing: it stays open there, and nothing is traded afterwards.
    Ruined,
    /// By its exit, after which nothing was left.
    ClosedRuined,
}

/// A position as booked.
pub(crate) struct Booked {
    partial: Option<Execution>,
    /// The last exit, or what the position was worth where it stayed open.
    pub(crate) last: Execution,
    pub(crate) end: End,
    fees: f64,
    /// Gain in cash over all fills, after fees.
    pub(crate) pnl: f64,
}

impl Booking<'_> {
    /// Books entry, partial exit and exit, and marks the position at each close between them.
    #[inline(always)]
    pub(crate) fn book<M: Method>(&self, outcome: Outcome, account: &mut Account, method: &mut M) -> Booked {
        let price = self.opening.price;
        let entry_fee = self.fee(price, self.quantity);
        account.trade(self.side.sign() * self.quantity, price, entry_fee);
        let (partial, last, end) = self.give_up(outcome, account, method);

        let gain = |fill: Execution| fill.quantity * (self.side.sign() * (fill.price - price));
        let fees = entry_fee + partial.map_or(0.0, |fill| fill.fees) + last.fees;
        let pnl = partial.map_or(0.0, gain) + gain(last) - fees;
        Booked { partial, last, end, fees, pnl }
    }

    #[inline(always)]
    fn give_up<M: Method>(
        &self,
        outcome: Outcome,
        account: &mut Account,
        method: &mut M,
    ) -> (Option<Execution>, Execution, End) {
        let mut partial = None;
        let mut from = self.opening.bar;
        let mut remaining = self.quantity;
        if let Some(exit) = outcome.partial {
            if let Err(ruin) = method.mark(account, self.side.sign() * remaining, from..exit.bar) {
                return (None, self.mark_to_market(from + ruin.offset, remaining), End::Ruined);
            }
            let share = self.terms.rules.partial_exit.map_or(0.0, |rule| rule.fraction);
            let sold = self.sell(&exit, self.quantity * share, account);
            remaining -= sold.quantity;
            from = exit.bar;
            partial = Some(sold);
        }

        let bars = self.terms.prices.len();
        let until = outcome.exit.map_or(bars, |exit| exit.bar);
        if let Err(ruin) = method.mark(account, self.side.sign() * remaining, from..until) {
            return (partial, self.mark_to_market(from + ruin.offset, remaining), End::Ruined);
        }
        let Some(exit) = outcome.exit else {
            return (partial, self.mark_to_market(bars - 1, remaining), End::Open);
        };
        let sold = self.sell(&exit, remaining, account);
        let end = if method.settle(account, exit.bar).is_ok() { End::Closed } else { End::ClosedRuined };
        (partial, sold, end)
    }

    fn sell(&self, exit: &Exit, quantity: f64, account: &mut Account) -> Execution {
        let fees = self.fee(exit.price, quantity);
        account.trade(-self.side.sign() * quantity, exit.price, fees);
        Execution { idx: exit.bar, price: exit.price, quantity, fees, reason: exit.reason, level: exit.level }
    }

    fn mark_to_market(&self, bar: usize, quantity: f64) -> Execution {
        let price = self.terms.prices.close().get(bar).copied().unwrap_or(self.opening.price);
        Execution { idx: bar, price, quantity, fees: 0.0, reason: ExitReason::End, level: None }
    }

    fn fee(&self, price: f64, quantity: f64) -> f64 {
        self.terms.settings.fees * price * quantity
    }

    /// Whether an indicator of the exit rules did not exist yet at the entry (R14).
    #[inline]
    pub(crate) fn is_inactive(&self) -> bool {
        self.terms.readings.inactive_at(self.opening.known)
    }

    /// The trade that was booked.
    pub(crate) fn trade(&self, booked: &Booked) -> Trade {
        let Opening { bar, price, .. } = self.opening;
        let Booked { partial, last, end, fees, pnl } = *booked;
        Trade {
            entry_idx: bar,
            exit_idx: last.idx,
            side: self.side,
            entry_price: price,
            exit_price: last.price,
            quantity: self.quantity,
            fees,
            pnl,
            return_: pnl / (price * self.quantity),
            reason: last.reason,
            level: last.level,
            partial,
            closed: matches!(end, End::Closed | End::ClosedRuined),
            inactive_indicator: self.is_inactive(),
        }
    }
}
