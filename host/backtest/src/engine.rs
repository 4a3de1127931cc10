//! The backtest: from decisions to trades and metrics.
//!
//! There is one engine. By default it is given the tables of the price history and goes from event to event: from entry to exit
//! by [`search`], over the equity between them by [`Account::mark_with`]. As the [oracle](crate::oracle) it is denied them and
//! visits every bar. Fills, cash and trades come from the same code and the same numbers, so trades are equal to the last bit;
//! of the metrics, only the Sharpe and Sortino ratios add numbers in another order.

use thiserror::Error;

use crate::account::Account;
use crate::decisions::{Decisions, SignalSearch};
use crate::holding::{self, Exit, Opening, Outcome, Terms};
use crate::indicators::Indicators;
use crate::levels::{Direction, Long, Readings, Short};
use crate::metrics::Metrics;
use crate::prices::Prices;
use crate::rules::{ExitRules, RuleError};
use crate::search;
use crate::settings::{Fill, Settings, SettingsError, Size};
use crate::trade::{Execution, ExitReason, Side, Trade};

/// The full report of one run.
#[derive(Debug, Clone)]
pub struct Backtest {
    /// Every trade, in order of time; none overlap.
    pub trades: Vec<Trade>,
    /// What the run is worth.
    pub metrics: Metrics,
    /// Return of equity of each bar scored: the first is that of the [start](Decisions::start).
    pub returns: Vec<f64>,
    /// Convictions on the bars scored that were NaN and counted as 0.
    pub nan_convictions: usize,
}

/// Why a backtest did not run.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum Refused {
    /// Decisions of other bars.
    #[error("decisions cover {decisions} bars and prices {prices}: decide on the same bars")]
    Length {
        /// Bars decided on.
        decisions: usize,
        /// Bars of prices.
        prices: usize,
    },
    /// No bar to score.
    #[error("scoring starts at bar {start} of {bars}: start on one of the bars")]
    Start {
        /// First bar that was to be scored.
        start: usize,
        /// Bars of prices.
        bars: usize,
    },
    /// An exit rule makes no sense.
    #[error(transparent)]
    Rule(#[from] RuleError),
    /// A setting makes no sense.
    #[error(transparent)]
    Setting(#[from] SettingsError),
}

/// Buffers that runs reuse. What an earlier run left in them changes nothing.
#[derive(Debug, Default)]
pub struct Scratch {
    returns: Vec<f64>,
}

/// Books every trade of one candidate.
///
/// # Errors
/// Decisions that cover other bars than the prices or start after them, rules or settings that make no sense.
pub fn backtest(
    prices: Prices<'_>,
    decisions: &Decisions,
    rules: &ExitRules,
    settings: &Settings,
) -> Result<Backtest, Refused> {
    book(&Indicators::new(prices), decisions, rules, settings)
}

/// As [`backtest`], where several runs share the indicators of their prices.
///
/// # Errors
/// As [`backtest`].
pub fn book(
    indicators: &Indicators<'_>,
    decisions: &Decisions,
    rules: &ExitRules,
    settings: &Settings,
) -> Result<Backtest, Refused> {
    report(indicators, decisions, rules, settings, Method::Fast)
}

/// The metrics of one candidate, bit for bit those of [`backtest`]. Allocates nothing once the scratch has grown and the
/// indicators are there.
///
/// # Errors
/// As [`backtest`].
pub fn score(
    indicators: &Indicators<'_>,
    decisions: &Decisions,
    rules: &ExitRules,
    settings: &Settings,
    scratch: &mut Scratch,
) -> Result<Metrics, Refused> {
    measure(indicators, decisions, rules, settings, scratch, None, Method::Fast)
}

/// Whether a run may use the tables of the price history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Method {
    /// Goes from event to event.
    Fast,
    /// Visits every bar.
    Plain,
}

pub(crate) fn report(
    indicators: &Indicators<'_>,
    decisions: &Decisions,
    rules: &ExitRules,
    settings: &Settings,
    method: Method,
) -> Result<Backtest, Refused> {
    let mut scratch = Scratch::default();
    let mut trades = Vec::new();
    let metrics = measure(indicators, decisions, rules, settings, &mut scratch, Some(&mut trades), method)?;
    let returns = equity_returns(indicators.prices(), decisions.start(), settings, &trades, &mut scratch.returns);
    Ok(Backtest { trades, metrics, returns, nan_convictions: decisions.nan_convictions() })
}

pub(crate) fn measure(
    indicators: &Indicators<'_>,
    decisions: &Decisions,
    rules: &ExitRules,
    settings: &Settings,
    scratch: &mut Scratch,
    trades: Option<&mut Vec<Trade>>,
    method: Method,
) -> Result<Metrics, Refused> {
    let prices = indicators.prices();
    if decisions.len() != prices.len() {
        return Err(Refused::Length { decisions: decisions.len(), prices: prices.len() });
    }
    let start = decisions.start();
    if start > 0 && start >= prices.len() {
        return Err(Refused::Start { start, bars: prices.len() });
    }
    rules.validate()?;
    settings.validate()?;
    let history = (method == Method::Fast).then(|| indicators.history());
    let terms = Terms { prices, decisions, rules, settings, readings: Readings::new(indicators, rules), history };
    let mut account = Account::new(settings.cash, &mut scratch.returns);
    let tally = run(&terms, &mut account, trades);
    Ok(Metrics::new(prices.len() - start, settings, &account, tally))
}

/// Return of equity of each bar from `start` on, by booking the trades once more and marking every bar.
fn equity_returns(
    prices: Prices<'_>,
    start: usize,
    settings: &Settings,
    trades: &[Trade],
    active: &mut Vec<f64>,
) -> Vec<f64> {
    let mut account = Account::new(settings.cash, active);
    let closes = |from: usize, until: usize| prices.close().get(from..until).unwrap_or_default();
    for trade in trades {
        let (sign, mut units, mut from) = (trade.side.sign(), trade.quantity, trade.entry_idx);
        account.trade(sign * units, trade.entry_price, settings.fees * trade.entry_price * units);
        if let Some(part) = trade.partial {
            // A ruin ends the last trade, and only there: its returns end with it.
            let _ = account.mark(sign * units, closes(from, part.idx));
            account.trade(-sign * part.quantity, part.price, part.fees);
            (units, from) = (units - part.quantity, part.idx);
        }
        let held = if trade.closed { trade.exit_idx } else { trade.exit_idx + 1 };
        let _ = account.mark(sign * units, closes(from, held));
        if trade.closed {
            account.trade(-sign * units, trade.exit_price, settings.fees * trade.exit_price * units);
            let _ = account.mark(0.0, closes(held, held + 1));
        }
    }
    let mut returns = vec![0.0; prices.len() - start];
    let spans = trades.iter().flat_map(|trade| trade.entry_idx..=trade.exit_idx);
    for (bar, value) in spans.zip(account.returns()) {
        if let Some(slot) = returns.get_mut(bar - start) {
            *slot = *value;
        }
    }
    returns
}

/// What a run counts.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Tally {
    pub(crate) trades: usize,
    /// Trades with a gain after fees.
    pub(crate) wins: usize,
    /// Trades entered before an indicator of their exit rules existed.
    pub(crate) inactive: usize,
    pub(crate) unfunded: usize,
    pub(crate) ruined: Option<usize>,
}

/// Goes from entry to entry; bars without a position cost nothing. Trades are listed where asked for: a search has no use for
/// them, and writing them down would push the prices out of the cache.
fn run(terms: &Terms<'_>, account: &mut Account<'_>, mut trades: Option<&mut Vec<Trade>>) -> Tally {
    let mut tally = Tally::default();
    let mut entries = Entries { decisions: terms.decisions, cursor: 0, armed: None };
    let threshold = terms.rules.signal_exit.map_or(f64::INFINITY, |rule| rule.threshold);
    let [mut against_long, mut against_short] =
        [Side::Long, Side::Short].map(|side| terms.decisions.signals(side, threshold));
    let mut from = terms.decisions.start();
    while let Some((decided, side)) = entries.next(from) {
        let Some(opening) = fill_entry(terms, decided, side) else { break };
        let Some(quantity) = affordable(terms.settings, opening.price, account.cash()) else {
            tally.unfunded += 1;
            from = decided + 1;
            continue;
        };
        let outcome = match side {
            Side::Long => hold::<Long>(terms, &mut against_long, &opening),
            Side::Short => hold::<Short>(terms, &mut against_short, &opening),
        };
        let booking = Booking { terms, side, opening, quantity };
        let (trade, ruined) = booking.book(outcome, account);
        tally.trades += 1;
        tally.wins += usize::from(trade.pnl > 0.0);
        tally.inactive += usize::from(trade.inactive_indicator);
        if let Some(trades) = &mut trades {
            trades.push(trade);
        }
        if ruined || !trade.closed {
            tally.ruined = ruined.then_some(trade.exit_idx);
            break;
        }
        from = entries.resume(terms.settings.fill, &trade);
    }
    tally
}

fn hold<D: Direction>(terms: &Terms<'_>, signals: &mut SignalSearch<'_>, opening: &Opening) -> Outcome {
    match terms.history {
        Some(history) => search::hold::<D>(terms, &history.windows, signals, opening),
        None => holding::hold::<D>(terms, opening),
    }
}

/// Finds the next entry while flat.
struct Entries<'a> {
    decisions: &'a Decisions,
    cursor: usize,
    /// A side whose entry was blocked only because an exit happened on its bar (R20).
    armed: Option<Side>,
}

impl Entries<'_> {
    /// The next entry decided at bar `from` or later.
    ///
    /// An armed side enters at `from`, the first bar free to decide, or not at all: either it is still wanted there, or its
    /// conviction has fallen back. A fresh entry of that bar goes first.
    fn next(&mut self, from: usize) -> Option<(usize, Side)> {
        let entries = self.decisions.entries();
        let passed = entries.iter().skip(self.cursor).take_while(|entry| entry.bar < from).count();
        self.cursor += passed;
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
    fn resume(&mut self, fill: Fill, trade: &Trade) -> usize {
        let decided_at_close = matches!(trade.reason, ExitReason::TimeStop | ExitReason::SignalExit);
        let (blocked, from) = match fill {
            Fill::Close => (Some(trade.exit_idx), trade.exit_idx + 1),
            Fill::NextOpen if decided_at_close => (trade.exit_idx.checked_sub(1), trade.exit_idx),
            Fill::NextOpen => (None, trade.exit_idx),
        };
        let other = trade.side.opposite();
        self.armed = blocked.filter(|&bar| self.decisions.enters(other, bar)).map(|_| other);
        from
    }
}

/// The fill of an entry decided at the close of bar `decided` (R1, R2, R10); none after the last bar.
fn fill_entry(terms: &Terms<'_>, decided: usize, side: Side) -> Option<Opening> {
    let (bar, prices) = match terms.settings.fill {
        Fill::Close => (decided, terms.prices.close()),
        Fill::NextOpen => (decided + 1, terms.prices.open()),
    };
    let price = prices.get(bar)? * (1.0 + side.sign() * terms.settings.slippage);
    Some(Opening { bar, known: decided, price })
}

/// Units that the cash pays for at a price (R11); none if it does not pay for the trade.
fn affordable(settings: &Settings, price: f64, cash: f64) -> Option<f64> {
    let (quantity, funded) = match settings.size {
        Size::AllIn => (cash / (1.0 + settings.fees) / price, true),
        Size::Units(units) => (units, units * price * (1.0 + settings.fees) <= cash),
    };
    // A value below the normal range would lose its digits, and with them the meaning of a return.
    (funded && (quantity * price).is_normal()).then_some(quantity)
}

/// Turns the outcome of a position into cash and a trade.
struct Booking<'a> {
    terms: &'a Terms<'a>,
    side: Side,
    opening: Opening,
    quantity: f64,
}

impl Booking<'_> {
    /// Books entry, partial exit and exit, marks the position at each close between them, and tells whether the account was
    /// ruined. A ruin ends the position at that close: it stays open there, and nothing is traded afterwards.
    #[inline]
    fn book(&self, outcome: Outcome, account: &mut Account<'_>) -> (Trade, bool) {
        let Opening { bar, price, .. } = self.opening;
        let entry_fee = self.fee(price, self.quantity);
        account.trade(self.side.sign() * self.quantity, price, entry_fee);

        let mut partial = None;
        let mut from = bar;
        let mut remaining = self.quantity;
        if let Some(exit) = outcome.partial {
            if let Err(ruined) = self.mark(remaining, from, exit.bar, account) {
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
        if let Err(ruined) = self.mark(remaining, from, until, account) {
            return (self.trade(entry_fee, partial, self.mark_to_market(ruined, remaining), false), true);
        }
        let Some(exit) = outcome.exit else {
            return (self.trade(entry_fee, partial, self.mark_to_market(last, remaining), false), false);
        };
        let sold = self.give_up(&exit, remaining, account);
        let ruined = self.mark(0.0, exit.bar, exit.bar + 1, account).is_err();
        (self.trade(entry_fee, partial, sold, true), ruined)
    }

    /// Marks the closes of bars `from..until`; the error is the bar of a ruin.
    fn mark(&self, quantity: f64, from: usize, until: usize, account: &mut Account<'_>) -> Result<(), usize> {
        let (units, closes) = (self.side.sign() * quantity, self.terms.prices.close());
        let marked = match self.terms.history {
            Some(history) => account.mark_with(history, units, closes, from..until),
            None => account.mark(units, closes.get(from..until).unwrap_or_default()),
        };
        marked.map_err(|ruin| from + ruin.offset)
    }

    fn give_up(&self, exit: &Exit, quantity: f64, account: &mut Account<'_>) -> Execution {
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

    #[inline]
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
