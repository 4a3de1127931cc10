//! The plain loop over all bars: what the fast engine is tested against.
//!
//! Its trades equal those of [`backtest`](crate::backtest) bit for bit, its metrics to a relative 1e-12.

use crate::decisions::Decisions;
use crate::engine::{Backtest, Engine, Refused, Scratch, measure, report};
use crate::indicators::Indicators;
use crate::metrics::Metrics;
use crate::prices::Prices;
use crate::rules::ExitRules;
use crate::settings::Settings;

/// As [`backtest`](crate::backtest), visiting every bar.
///
/// # Errors
/// As [`backtest`](crate::backtest).
pub fn backtest(
    prices: Prices<'_>,
    decisions: &Decisions,
    rules: &ExitRules,
    settings: &Settings,
) -> Result<Backtest, Refused> {
    report(&Indicators::new(prices), decisions, rules, settings, Engine::Plain)
}

/// As [`score`](crate::score), visiting every bar.
///
/// # Errors
/// As [`score`](crate::score).
pub fn score(
    indicators: &Indicators<'_>,
    decisions: &Decisions,
    rules: &ExitRules,
    settings: &Settings,
    scratch: &mut Scratch,
) -> Result<Metrics, Refused> {
    measure(indicators, decisions, rules, settings, scratch, Engine::Plain, &mut ())
}
