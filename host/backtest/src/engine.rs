//! The backtest: from decisions to trades and metrics.
//!
//! There is one engine and two [methods](Method) of getting over bars: [`Fast`] goes from event to event by tables of the price
//! history, [`Plain`] visits every bar, as the [oracle](crate::oracle) does. Fills, cash and trades come from the same code and
//! the same numbers, so trades are equal to the last bit; of the metrics, only the Sharpe and Sortino ratios add numbers in
//! another way.

use std::ops::Range;

use thiserror::Error;

use crate::account::{Account, Ruin};
use crate::booking::{Booking, End};
use crate::decisions::Decisions;
use crate::entries::{Entries, affordable, fill_entry};
use crate::fast::Fast;
use crate::holding::{Closing, Opening, Outcome, Terms};
use crate::indicators::Indicators;
use crate::levels::{Direction, Long, Plans, Readings, Short};
use crate::metrics::Metrics;
use crate::plain::Plain;
use crate::prices::Prices;
use crate::rules::{ExitRules, RuleError};
use crate::settings::{Fill, Settings, SettingsError};
use crate::statistics::Ratio;
use crate::swings::Swings;
use crate::trade::{Side, Trade};

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
    swings: Swings,
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
    report(indicators, decisions, rules, settings, Engine::Fast)
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
    measure(indicators, decisions, rules, settings, scratch, Engine::Fast, &mut ())
}

/// Which method a run prefers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Engine {
    /// [`Fast`], or [`Plain`] where returns are too wild for it.
    Fast,
    /// [`Plain`].
    Plain,
}

/// How a run gets over bars.
pub(crate) trait Method {
    /// Where an entry decided at the close of a bar meets the market; nowhere after the last bar. Asked for rising bars.
    fn market(&mut self, terms: &Terms<'_>, decided: usize) -> Option<(usize, f64)>;

    /// Follows a position to its exit.
    fn hold<D: Direction>(&mut self, terms: &Terms<'_>, opening: &Opening) -> Outcome;

    /// Marks a position of `units` (negative for a short, 0 for none) at the closes of at least one bar.
    ///
    /// # Errors
    /// Equity at or below zero: it is 0 from that close on, and nothing may be traded afterwards.
    fn mark(&mut self, account: &mut Account, units: f64, bars: Range<usize>) -> Result<(), Ruin>;

    /// Marks no position at the close of one bar.
    ///
    /// # Errors
    /// As [`Self::mark`].
    fn settle(&mut self, account: &mut Account, bar: usize) -> Result<(), Ruin>;

    /// Returns marked.
    fn active(&self) -> usize;

    /// Annualised Sharpe and Sortino ratios over all bars.
    fn sharpe_and_sortino(&self, bars: usize, bars_per_year: f64) -> (Ratio, Ratio);
}

/// Where a run writes its trades down.
pub(crate) trait Log {
    fn add(&mut self, trade: impl FnOnce() -> Trade);

    /// Forgets a run that does not count.
    fn clear(&mut self);
}

impl Log for Vec<Trade> {
    fn add(&mut self, trade: impl FnOnce() -> Trade) {
        self.push(trade());
    }

    fn clear(&mut self) {
        self.clear();
    }
}

/// Nowhere: such trades are not even put together.
impl Log for () {
    fn add(&mut self, _: impl FnOnce() -> Trade) {}

    fn clear(&mut self) {}
}

pub(crate) fn report(
    indicators: &Indicators<'_>,
    decisions: &Decisions,
    rules: &ExitRules,
    settings: &Settings,
    engine: Engine,
) -> Result<Backtest, Refused> {
    let mut scratch = Scratch::default();
    let mut trades = Vec::new();
    let metrics = measure(indicators, decisions, rules, settings, &mut scratch, engine, &mut trades)?;
    let returns = equity_returns(indicators.prices(), decisions.start(), settings, &trades);
    Ok(Backtest { trades, metrics, returns, nan_convictions: decisions.nan_convictions() })
}

pub(crate) fn measure(
    indicators: &Indicators<'_>,
    decisions: &Decisions,
    rules: &ExitRules,
    settings: &Settings,
    scratch: &mut Scratch,
    engine: Engine,
    log: &mut impl Log,
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
    let readings = Readings::new(indicators, rules);
    let plans = Plans::new(rules, &readings);
    let history = if engine == Engine::Fast { indicators.history() } else { None };
    let bars = history.map(|history| history.bars.as_slice());
    let terms = Terms {
        prices,
        decisions,
        rules,
        settings,
        readings: &readings,
        plans,
        closing: Closing::new(rules, settings),
        bars,
    };
    if let Some(history) = history {
        let swings = match settings.fill {
            Fill::NextOpen => scratch.swings.of(decisions, history),
            Fill::Close => &[],
        };
        let mut fast = Fast::new(history, &terms, swings);
        let metrics = run(&terms, &mut fast, log);
        if fast.is_exact() {
            return Ok(metrics);
        }
        log.clear();
    }
    Ok(run(&terms, &mut Plain::new(prices, &mut scratch.returns), log))
}

/// Return of equity of each bar from `start` on, by booking the trades once more and marking every bar.
fn equity_returns(prices: Prices<'_>, start: usize, settings: &Settings, trades: &[Trade]) -> Vec<f64> {
    let bars = prices.len() - start;
    let mut returns = Vec::with_capacity(bars);
    let mut account = Account::new(settings.cash);
    let closes = |from: usize, until: usize| prices.close().get(from..until).unwrap_or_default();
    for trade in trades {
        let (sign, mut units, mut from) = (trade.side.sign(), trade.quantity, trade.entry_idx);
        returns.resize(from - start, 0.0);
        account.trade(sign * units, trade.entry_price, settings.fees * trade.entry_price * units);
        if let Some(part) = trade.partial {
            // A ruin ends the last trade, and only there: its returns end with it.
            let _ = account.mark(sign * units, closes(from, part.idx), &mut returns);
            account.trade(-sign * part.quantity, part.price, part.fees);
            (units, from) = (units - part.quantity, part.idx);
        }
        let held = if trade.closed { trade.exit_idx } else { trade.exit_idx + 1 };
        let _ = account.mark(sign * units, closes(from, held), &mut returns);
        if trade.closed {
            account.trade(-sign * units, trade.exit_price, settings.fees * trade.exit_price * units);
            let _ = account.mark(0.0, closes(held, held + 1), &mut returns);
        }
    }
    returns.resize(bars, 0.0);
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

/// Goes from entry to entry; bars without a position cost nothing.
fn run<M: Method>(terms: &Terms<'_>, method: &mut M, log: &mut impl Log) -> Metrics {
    let settings = terms.settings;
    let mut account = Account::new(settings.cash);
    let mut tally = Tally::default();
    let mut entries = Entries::new(terms.decisions);
    let mut from = terms.decisions.start();
    while let Some((decided, side)) = entries.next(from) {
        let Some(market) = method.market(terms, decided) else { break };
        let opening = fill_entry(settings, market, decided, side);
        let Some(quantity) = affordable(settings, opening.price, account.cash) else {
            tally.unfunded += 1;
            from = decided + 1;
            continue;
        };
        let outcome = match side {
            Side::Long => method.hold::<Long>(terms, &opening),
            Side::Short => method.hold::<Short>(terms, &opening),
        };
        let booking = Booking { terms, side, opening, quantity };
        let booked = booking.book(outcome, &mut account, method);
        tally.trades += 1;
        tally.wins += usize::from(booked.pnl > 0.0);
        tally.inactive += usize::from(booking.is_inactive());
        log.add(|| booking.trade(&booked));
        if booked.end != End::Closed {
            tally.ruined = (booked.end != End::Open).then_some(booked.last.idx);
            break;
        }
        from = entries.resume(settings.fill, side, &booked.last);
    }
    let bars = terms.prices.len() - terms.decisions.start();
    Metrics::new(bars, settings, &account, tally, method)
}
