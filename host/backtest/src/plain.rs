//! The method of the oracle: every bar is visited, every return listed.

use std::ops::Range;

use crate::account::{Account, Ruin};
use crate::engine::Method;
use crate::holding::{self, Opening, Outcome, Terms};
use crate::levels::Direction;
use crate::prices::Prices;
use crate::statistics::{Ratio, Returns};

/// What the method keeps during a run.
pub(crate) struct Plain<'a> {
    prices: Prices<'a>,
    /// Returns on the bars that trades span, in order; on all other bars the return is 0.
    returns: &'a mut Vec<f64>,
}

impl<'a> Plain<'a> {
    pub(crate) fn new(prices: Prices<'a>, returns: &'a mut Vec<f64>) -> Self {
        returns.clear();
        Self { prices, returns }
    }
}

impl Method for Plain<'_> {
    fn market(&mut self, terms: &Terms<'_>, decided: usize) -> Option<(usize, f64)> {
        terms.market(decided)
    }

    fn hold<D: Direction>(&mut self, terms: &Terms<'_>, opening: &Opening) -> Outcome {
        holding::hold::<D>(terms, opening)
    }

    fn mark(&mut self, account: &mut Account, units: f64, bars: Range<usize>) -> Result<(), Ruin> {
        account.mark(units, self.prices.close().get(bars).unwrap_or_default(), self.returns)
    }

    fn settle(&mut self, account: &mut Account, bar: usize) -> Result<(), Ruin> {
        self.mark(account, 0.0, bar..bar + 1)
    }

    fn active(&self) -> usize {
        self.returns.len()
    }

    fn sharpe_and_sortino(&self, bars: usize, bars_per_year: f64) -> (Ratio, Ratio) {
        let flat = bars - self.returns.len().min(bars);
        Returns::with_flat_bars(self.returns, flat).sharpe_and_sortino(bars_per_year)
    }
}
