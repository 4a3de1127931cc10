//! Equity over time: total return, drawdown, growth rate.

use super::ratio::{Ratio, Undefined};

/// Equity after each return, starting from 1 and compounding; it stays 0 once 0.
fn equity(returns: &[f64]) -> impl Iterator<Item = f64> {
    returns.iter().scan(1.0_f64, |equity, change| {
        *equity = (*equity * (1.0 + change)).max(0.0);
        Some(*equity)
    })
}

/// Final equity less 1, at least -1. Out of range if the returns compound beyond a float.
pub fn total_return(returns: &[f64]) -> Ratio {
    Ratio::of(equity(returns).last().map_or(0.0, |equity| equity - 1.0))
}

/// Deepest fall of equity below its peak before, the start included; in [-1, 0].
pub fn max_drawdown(returns: &[f64]) -> f64 {
    let mut peak = 1.0_f64;
    equity(returns).fold(0.0, |worst, equity| {
        peak = peak.max(equity);
        worst.min(equity / peak - 1.0)
    })
}

/// Compound annual growth rate of a total return over `bars` bars; -1 once everything is lost.
pub fn cagr(total_return: f64, bars: usize, bars_per_year: f64) -> Ratio {
    if bars == 0 {
        return Ratio::Undefined(Undefined::TooFewReturns);
    }
    let growth = 1.0 + total_return;
    if growth <= 0.0 { Ratio::of(-1.0) } else { Ratio::of(libm::pow(growth, bars_per_year / bars as f64) - 1.0) }
}

/// Growth rate over the size of the drawdown.
pub fn calmar(cagr: Ratio, max_drawdown: f64) -> Ratio {
    if max_drawdown == 0.0 {
        return Ratio::Undefined(Undefined::NoDrawdown);
    }
    cagr.map(|growth| growth / max_drawdown.abs())
}
