//! What one run is worth.

use crate::account::Account;
use crate::engine::{Method, Tally};
use crate::settings::Settings;
use crate::statistics::{Ratio, Undefined, cagr, calmar};

/// Metrics of one run. No number in here is ever NaN or infinite: a ratio without a value says why.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Metrics {
    /// Bars scored: those from the [start](crate::Decisions::start) on, which alone count in every number below.
    pub bars: usize,
    /// Equity at the last close.
    pub final_equity: f64,
    /// Final equity over starting cash, less 1; at least -1.
    pub total_return: f64,
    /// Annualised Sharpe ratio of per-bar returns over all bars (R12).
    pub sharpe: Ratio,
    /// Annualised Sortino ratio of per-bar returns over all bars.
    pub sortino: Ratio,
    /// Deepest fall of equity below its peak, in [-1, 0].
    pub max_drawdown: f64,
    /// Compound annual growth rate.
    pub cagr: Ratio,
    /// Growth rate over drawdown.
    pub calmar: Ratio,
    /// Trades, one still open included (R11).
    pub trades: usize,
    /// Share of trades with a gain after fees, one still open included.
    pub win_rate: Ratio,
    /// Share of bars on which a position was held at some moment, in [0, 1].
    pub exposure: f64,
    /// Trades entered before an indicator of their exit rules existed (R14).
    pub inactive_indicator_trades: usize,
    /// Entries that the cash did not pay for.
    pub unfunded_entries: usize,
    /// Bar, among all bars, at whose close the equity was gone, if it ever was; nothing is traded afterwards.
    pub ruined: Option<usize>,
}

impl Metrics {
    pub(crate) fn new(bars: usize, settings: &Settings, account: &Account, tally: Tally, method: &impl Method) -> Self {
        let total_return = account.equity / settings.cash - 1.0;
        let max_drawdown = account.drawdown;
        let cagr = cagr(total_return, bars, settings.bars_per_year);
        let traded = |ratio: Ratio| if tally.trades == 0 { Ratio::Undefined(Undefined::NoTrade) } else { ratio };
        let (sharpe, sortino) = method.sharpe_and_sortino(bars, settings.bars_per_year);
        Self {
            bars,
            final_equity: account.equity,
            total_return,
            sharpe: traded(sharpe),
            sortino: traded(sortino),
            max_drawdown,
            cagr,
            calmar: calmar(cagr, max_drawdown),
            trades: tally.trades,
            win_rate: traded(Ratio::of(tally.wins as f64 / tally.trades as f64)),
            exposure: if bars == 0 { 0.0 } else { method.active() as f64 / bars as f64 },
            inactive_indicator_trades: tally.inactive,
            unfunded_entries: tally.unfunded,
            ruined: tally.ruined,
        }
    }
}
