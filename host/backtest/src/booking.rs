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

impl Booking<'_> {
    /// Books entry, partial exit and exit, marks the position at each close between them, and tells whether the account was
    /// ruined. A ruin ends the position at that close: it stays open there, and nothing is traded afterwards.
    #[inline(always)]
    pub(crate) fn book<M: Method>(&self, outcome: Outcome, account: &mut Account, method: &mut M) -> (Trade, bool) {
        let mark = |method: &mut M, account: &mut Account, quantity: f64, from: usize, until: usize| {
            let units = self.side.sign() * quantity;
            method.mark(account, units, from..until).map_err(|ruin| from + ruin.offset)
        };
        let Opening { bar, price, .. } = self.opening;
        let entry_fee = self.fee(price, self.quantity);
        account.trade(self.side.sign() * self.quantity, price, entry_fee);

        let mut partial = None;
        let mut from = bar;
        let mut remaining = self.quantity;
        if let Some(exit) = outcome.partial {
            if let Err(ruined) = mark(method, account, remaining, from, exit.bar) {
                return (self.trade(entry_fee, None, self.mark_to_market(ruined, remaining), false), true);
            }
            let share = self.terms.rules.partial_exit.map_or(0.0, |rule| rule.fraction);
            let sold = self.give_up(&exit, self.quantity * share, account);
            remaining -= sold.quantity;
            from = exit.bar;
            partial = Some(sold);
        }

        let last = self.terms.prices.len() - 1;
        let until = outcome.exit.map_or(last + 1, |exit| exit.bar);
        if let Err(ruined) = mark(method, account, remaining, from, until) {
            return (self.trade(entry_fee, partial, self.mark_to_market(ruined, remaining), false), true);
        }
        let Some(exit) = outcome.exit else {
            return (self.trade(entry_fee, partial, self.mark_to_market(last, remaining), false), false);
        };
        let sold = self.give_up(&exit, remaining, account);
        let ruined = method.settle(account, exit.bar).is_err();
        (self.trade(entry_fee, partial, sold, true), ruined)
    }

    fn give_up(&self, exit: &Exit, quantity: f64, account: &mut Account) -> Execution {
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

    #[inline(always)]
    fn trade(&self, entry_fee: f64, partial: Option<Execution>, last: Execution, closed: bool) -> Trade {
        let Opening { bar, known, price } = self.opening;
        let gain = |fill: Execution| fill.quantity * (self.side.sign() * (fill.price - price));
        let fees = entry_fee + partial.map_or(0.0, |fill| fill.fees) + last.fees;
        let pnl = partial.map_or(0.0, gain) + gain(last) - fees;
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
            closed,
            inactive_indicator: self.terms.readings.inactive_at(known),
        }
    }
}
