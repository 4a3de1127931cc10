//! What one run is worth.

use crate::account::Account;
use crate::engine::Tally;
use crate::settings::Settings;
use crate::statistics::{Ratio, Returns, Undefined, cagr, calmar};
use crate::trade::Trade;

/// Metrics of one run. No number in here is ever NaN or infinite: a ratio without a value says why.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Metrics {
    /// Bars of the run.
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
    /// Bar at whose close the equity was gone, if it ever was; nothing is traded afterwards.
    pub ruined: Option<usize>,
}

impl Metrics {
    pub(crate) fn new(bars: usize, settings: &Settings, account: &Account<'_>, trades: &[Trade], tally: Tally) -> Self {
        let active = account.returns();
        let returns = Returns::with_flat_bars(active, bars - active.len().min(bars));
        let total_return = account.equity() / settings.cash - 1.0;
        let max_drawdown = account.max_drawdown();
        let cagr = cagr(total_return, bars, settings.bars_per_year);
        let traded = |ratio: Ratio| if trades.is_empty() { Ratio::Undefined(Undefined::NoTrade) } else { ratio };
        let wins = trades.iter().filter(|trade| trade.pnl > 0.0).count();
        let (sharpe, sortino) = returns.sharpe_and_sortino(settings.bars_per_year);
        Self {
            bars,
            final_equity: account.equity(),
            total_return,
            sharpe: traded(sharpe),
            sortino: traded(sortino),
            max_drawdown,
            cagr,
            calmar: calmar(cagr, max_drawdown),
            trades: trades.len(),
            win_rate: traded(Ratio::of(wins as f64 / trades.len() as f64)),
            exposure: if bars == 0 { 0.0 } else { active.len() as f64 / bars as f64 },
            inactive_indicator_trades: trades.iter().filter(|trade| trade.inactive_indicator).count(),
            unfunded_entries: tally.unfunded,
            ruined: tally.ruined,
        }
    }
}
