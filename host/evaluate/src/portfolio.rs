//! Several symbols at equal weight: one account whose return at each moment is the mean of the symbols' returns.

use crate::Stage;
use seedbed_backtest::statistics::{Returns, cagr, calmar, max_drawdown, total_return};
use seedbed_backtest::{Backtest, Metrics, Ratio, Settings, Undefined};

/// Everything about a strategy on a stage.
#[derive(Debug, Clone)]
pub struct Account {
    /// None where the one symbol's returns are the account's.
    combined: Option<Vec<f64>>,
    /// What the returns are worth.
    pub metrics: Metrics,
    /// Each symbol's own account, in the order of the stage.
    pub symbols: Vec<Backtest>,
}

impl Account {
    /// Return of equity at each moment of the window, all symbols at equal weight.
    #[must_use]
    pub fn returns(&self) -> &[f64] {
        match (&self.combined, self.symbols.as_slice()) {
            (Some(combined), _) => combined,
            (None, [only]) => &only.returns,
            (None, _) => &[],
        }
    }
}

impl Stage<'_> {
    /// One account of the symbols' own ones, given in the order of the stage.
    pub(crate) fn combine(&self, symbols: Vec<Backtest>) -> Account {
        if let [only] = symbols.as_slice() {
            return Account { combined: None, metrics: only.metrics, symbols };
        }
        let parts = self.scenes.iter().zip(&symbols);
        let parts = parts.map(|(scene, symbol)| (scene.places.as_slice(), symbol.returns.as_slice()));
        let returns = combine(self.length, parts);
        let metrics = metrics(&returns, &symbols, &self.settings);
        Account { combined: Some(returns), metrics, symbols }
    }

    /// The moments of the window at which a symbol, by its place, opens trades, as places on the common time line.
    pub fn entries<'a>(&'a self, symbol: usize, backtest: &'a Backtest) -> impl Iterator<Item = usize> + 'a {
        let scene = self.scenes.get(symbol);
        let place = move |bar: usize| {
            let scene = scene?;
            scene.places.get(bar.checked_sub(scene.excerpt.start)?).copied()
        };
        backtest.trades.iter().filter_map(move |trade| place(trade.entry_idx))
    }
}

/// Returns at each moment of the time line. A symbol without a bar there, or before its window, returns 0.
fn combine<'a>(length: usize, parts: impl ExactSizeIterator<Item = (&'a [usize], &'a [f64])>) -> Vec<f64> {
    let symbols = parts.len() as f64;
    let mut combined = vec![0.0; length];
    for (places, returns) in parts {
        for (&place, value) in places.iter().zip(returns) {
            if let Some(sum) = combined.get_mut(place) {
                *sum += value;
            }
        }
    }
    combined.iter_mut().for_each(|sum| *sum /= symbols);
    combined
}

/// The metrics of combined returns. Counts are sums over the symbols; exposure is the mean over their bars.
fn metrics(returns: &[f64], parts: &[Backtest], settings: &Settings) -> Metrics {
    let per_year = settings.bars_per_year;
    let checked = Returns::new(returns);
    let ratio = |of: fn(&Returns<'_>, f64) -> Ratio| {
        checked.as_ref().map_or(Ratio::Undefined(Undefined::OutOfRange), |returns| of(returns, per_year))
    };
    let total = total_return(returns).value().unwrap_or(-1.0);
    let max_drawdown = max_drawdown(returns);
    let growth = cagr(total, returns.len(), per_year);
    let sum = |of: fn(&Metrics) -> usize| parts.iter().map(|part| of(&part.metrics)).sum::<usize>();
    let trades = sum(|metrics| metrics.trades);
    let wins = parts.iter().flat_map(|part| &part.trades).filter(|trade| trade.pnl > 0.0).count();
    let bars = sum(|metrics| metrics.bars);
    let held: f64 = parts.iter().map(|part| part.metrics.exposure * part.metrics.bars as f64).sum();
    Metrics {
        bars: returns.len(),
        final_equity: settings.cash * (1.0 + total),
        total_return: total,
        sharpe: ratio(|returns, per_year| returns.sharpe(per_year)),
        sortino: ratio(|returns, per_year| returns.sortino(per_year)),
        max_drawdown,
        cagr: growth,
        calmar: calmar(growth, max_drawdown),
        trades,
        win_rate: if trades == 0 {
            Ratio::Undefined(Undefined::NoTrade)
        } else {
            Ratio::of(wins as f64 / trades as f64)
        },
        exposure: if bars == 0 { 0.0 } else { held / bars as f64 },
        inactive_indicator_trades: sum(|metrics| metrics.inactive_indicator_trades),
        unfunded_entries: sum(|metrics| metrics.unfunded_entries),
        // One symbol's ruin ends that symbol's share only.
        ruined: None,
    }
}

/// Accounts of windows that follow each other, as one account that carries its equity over. Its bars a year are those of `stage`.
#[must_use]
pub fn stitch(accounts: &[&Account], stage: &Stage<'_>) -> Account {
    let returns: Vec<f64> = accounts.iter().flat_map(|account| account.returns()).copied().collect();
    let symbols: Vec<Backtest> = accounts.iter().flat_map(|account| &account.symbols).cloned().collect();
    let metrics = metrics(&returns, &symbols, &stage.settings);
    Account { combined: Some(returns), metrics, symbols }
}
