use std::fmt;

use seedbed_backtest::{Metrics, Ratio, Undefined};

/// What a search makes as large as it can.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Objective {
    /// Annualised Sharpe ratio.
    #[default]
    Sharpe,
    /// Annualised Sortino ratio.
    Sortino,
    /// Compound annual growth rate over the deepest drawdown.
    Calmar,
    /// Compound annual growth rate.
    Cagr,
    /// Total return.
    Return,
    /// The deepest drawdown, which is never above 0.
    Drawdown,
}

impl Objective {
    /// Every objective.
    pub const ALL: [Self; 6] = [Self::Sharpe, Self::Sortino, Self::Calmar, Self::Cagr, Self::Return, Self::Drawdown];

    /// The name on the command line and in files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Sharpe => "sharpe",
            Self::Sortino => "sortino",
            Self::Calmar => "calmar",
            Self::Cagr => "cagr",
            Self::Return => "return",
            Self::Drawdown => "drawdown",
        }
    }

    /// The objective of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|objective| objective.name() == name)
    }

    /// Its value. A candidate that never trades has none, whatever the objective: doing nothing would win every bear market.
    #[must_use]
    pub fn of(self, metrics: &Metrics) -> Ratio {
        if metrics.trades == 0 {
            return Ratio::Undefined(Undefined::NoTrade);
        }
        match self {
            Self::Sharpe => metrics.sharpe,
            Self::Sortino => metrics.sortino,
            Self::Calmar => metrics.calmar,
            Self::Cagr => metrics.cagr,
            Self::Return => Ratio::of(metrics.total_return),
            Self::Drawdown => Ratio::of(metrics.max_drawdown),
        }
    }
}

impl fmt::Display for Objective {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
