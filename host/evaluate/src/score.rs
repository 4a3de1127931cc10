use std::ops::Range;

use seedbed_backtest::{Backtest, Prices, backtest};
use seedbed_genome::Genome;
use seedbed_market::Bars;
use seedbed_outcome::{Status, Usage};

use crate::{Plugin, Rejection, Remark, Series, lower};

/// A plugin's signals on one series, and what trading them came to.
#[derive(Debug, Clone)]
pub struct Scored {
    /// Bars given.
    pub bars: usize,
    /// Bars beyond the entry threshold.
    pub signals: SignalCount,
    /// What the call of `signals` cost.
    pub usage: Usage,
    /// Trades and metrics.
    pub backtest: Backtest,
    /// What to know about it.
    pub remarks: Vec<Remark>,
}

/// How many bars call for what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SignalCount {
    /// Convictions above the entry threshold.
    pub long: usize,
    /// Convictions below minus the entry threshold.
    pub short: usize,
    /// Convictions that are no number.
    pub nan: usize,
}

impl SignalCount {
    fn of(convictions: &[f64], threshold: f64) -> Self {
        let count = |wanted: fn(f64, f64) -> bool| convictions.iter().filter(|c| wanted(**c, threshold)).count();
        Self { long: count(|c, t| c > t), short: count(|c, t| c < -t), nan: count(|c, _| c.is_nan()) }
    }
}

impl Scored {
    /// Warned when there is any remark.
    #[must_use]
    pub fn status(&self) -> Status {
        if self.remarks.is_empty() { Status::Ok } else { Status::Warned }
    }

    /// Fuel of the call for each bar; 0 on no bars.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "budgets stay far below 2^53")]
    pub fn fuel_per_bar(&self) -> f64 {
        if self.bars == 0 { 0.0 } else { self.usage.fuel_call as f64 / self.bars as f64 }
    }
}

/// Scores a genome of a plugin on one series.
///
/// The plugin sees the bars up to the end of the window; those before its start are neither traded nor scored.
///
/// # Errors
/// [`Rejection::Call`] when `signals` gives no answer that counts, [`Rejection::Backtest`] when the account cannot be booked.
pub fn score(plugin: &Plugin, genome: &Genome, series: &Series<'_>) -> Result<Scored, Rejection> {
    let Series { bars, settings, .. } = series;
    let Range { start, end } = series.window.clone().unwrap_or(0..bars.len());
    let seen = (end < bars.len()).then(|| bars.slice(0..end)).flatten();
    let bars = seen.as_ref().unwrap_or(bars);
    let call = plugin.component().signals(bars, plugin.description().reads, &genome.parameters, plugin.limits());
    let convictions = call.outcome.map_err(Rejection::call("signals"))?;
    let signals = SignalCount::of(&convictions, settings.entry_threshold);
    let decisions = settings.decide(convictions).from_bar(start);
    let prices = Prices::from(bars);
    let rules = lower(&genome.exits);
    let backtest = backtest(prices, &decisions, &rules, settings)?;
    let remarks = remarks(plugin, bars, &signals, &backtest);
    let scored = bars.len().saturating_sub(start);
    Ok(Scored { bars: scored, signals, usage: call.usage, backtest, remarks })
}

fn remarks(plugin: &Plugin, bars: &Bars, signals: &SignalCount, backtest: &Backtest) -> Vec<Remark> {
    let need = plugin.need();
    let fewer = |than: u32| u64::try_from(bars.len()).is_ok_and(|bars| bars < u64::from(than));
    let mut remarks = plugin.remarks().to_vec();
    if fewer(need.minimum_bars) {
        remarks.push(Remark::BelowMinimum { bars: bars.len(), minimum: need.minimum_bars });
    } else if fewer(need.recommended_bars) {
        remarks.push(Remark::BelowRecommended { bars: bars.len(), recommended: need.recommended_bars });
    }
    if signals.nan > 0 {
        remarks.push(Remark::Nan(signals.nan));
    }
    if backtest.trades.is_empty() {
        remarks.push(Remark::NoTrades);
    }
    if backtest.metrics.inactive_indicator_trades > 0 {
        remarks.push(Remark::InactiveExits(backtest.metrics.inactive_indicator_trades));
    }
    remarks
}
