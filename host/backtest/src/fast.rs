//! The fast method: stretches of bars on which nothing can happen are passed at once.
//!
//! **Exits.** The first bar at whose close an exit is decided is known beforehand. Up to it, the extremes of a stretch of bars
//! tell whether any of them could reach a level. If none can, the position is the same after the stretch but for its peak, which
//! is among the extremes. If one may, a shorter stretch is tried, and the shortest is left to the plain loop, which is exact by
//! definition. Stretches grow again as they pass, so that a search costs the logarithm of its length and a few plain bars.
//!
//! **Equity.** It rises or falls with the close even after rounding, so that the extremes of the closes give those of the equity
//! exactly. Where a long is all there is, the returns of equity are those of the closes, whose sums are looked up.

use std::ops::Range;

use crate::account::{Account, Ruin};
use crate::decisions::SignalSearch;
use crate::engine::Method;
use crate::extremes::Extremes;
use crate::growth::{ROW, Sums};
use crate::history::History;
use crate::holding::{Exit, Opening, Outcome, Position, Terms};
use crate::levels::Direction;
use crate::ratios;
use crate::statistics::Ratio;
use crate::swings::Swing;
use crate::trade::Side;

/// Stretch tried first, in bars.
const FIRST: usize = 64;
/// Stretch left to the plain loop.
const SHORTEST: usize = 4;
/// How stretches grow and shrink.
const STEP: usize = 4;
/// Bars that are sooner visited than split.
const FEW: usize = 16;

/// What the method keeps during a run.
pub(crate) struct Fast<'a> {
    history: &'a History<'a>,
    against_long: SignalSearch<'a>,
    against_short: SignalSearch<'a>,
    /// Returns marked, and their sums.
    active: usize,
    sums: Sums,
    /// The bars that the search for the last exit passed, and their extremes.
    passed: Range<usize>,
    found: Extremes,
    /// Ways from entries to signals, those at and before the last entry gone.
    swings: &'a [Swing],
    /// The last of them gone, if it began at the last entry.
    swing: Option<&'a Swing>,
    /// Whether the position passed all of it.
    swung: bool,
}

impl<'a> Fast<'a> {
    pub(crate) fn new(history: &'a History<'a>, terms: &Terms<'a>, swings: &'a [Swing]) -> Self {
        let threshold = terms.closing.threshold;
        Self {
            history,
            against_long: terms.decisions.signals(Side::Long, threshold),
            against_short: terms.decisions.signals(Side::Short, threshold),
            active: 0,
            sums: Sums::default(),
            passed: 0..0,
            found: Extremes::NONE,
            swings,
            swing: None,
            swung: false,
        }
    }

    /// Whether all returns could be summed up. If not, they are too wild for this method.
    pub(crate) fn is_exact(&self) -> bool {
        self.sums.is_exact()
    }
}

impl Method for Fast<'_> {
    #[inline]
    fn market(&mut self, terms: &Terms<'_>, decided: usize) -> Option<(usize, f64)> {
        self.swing = None;
        while let Some((swing, rest)) = self.swings.split_first()
            && swing.entered() <= decided
        {
            self.swings = rest;
            if swing.entered() == decided {
                self.swing = Some(swing);
                return Some((decided + 1, swing.entry));
            }
        }
        terms.market(decided)
    }

    #[inline]
    fn hold<D: Direction>(&mut self, terms: &Terms<'_>, opening: &Opening) -> Outcome {
        let mut position = Position::<D>::new(terms, opening);
        let signals = match D::SIDE {
            Side::Long => &mut self.against_long,
            Side::Short => &mut self.against_short,
        };
        let (threshold, first) = (terms.closing.threshold, position.first);
        let swing = self.swing.filter(|swing| swing.strength > threshold);
        let decided = position.decided(|from| match swing {
            Some(swing) if from == first => swing.signalled(),
            _ => signals.next(from),
        });
        let bars = terms.prices.len();
        self.swung = false;
        if let Some(swing) = swing.filter(|swing| swing.signalled() == decided.bar) {
            (self.found, self.passed) = (swing.extremes, first..decided.bar + 1);
            if position.passes(&swing.extremes) {
                self.swung = true;
                let end = decided.bar + 1;
                return position.outcome((end < bars).then(|| position.exit_at((end, swing.exit), decided)));
            }
        }
        // Asked for before the search, so that the prices are on their way meanwhile.
        let exit = if decided.bar < bars { position.exit(decided) } else { None };
        let ahead = position.first..decided.bar.saturating_add(1).min(bars);
        // Most positions see nothing but their decision.
        if ahead.len() <= FIRST && !ahead.is_empty() {
            self.found = self.history.extremes(ahead.clone());
            self.passed = ahead.clone();
            if position.passes(&self.found) {
                return position.outcome(exit);
            }
        }
        self.search::<D>(terms, opening, ahead, exit)
    }

    #[inline]
    fn mark(&mut self, account: &mut Account, units: f64, bars: Range<usize>) -> Result<(), Ruin> {
        let history = self.history;
        let swing = self.swing.filter(|_| self.swung && bars == self.passed);
        let (first, last) = match swing {
            Some(swing) => (swing.first, swing.last),
            None => match history.bars.get(bars.clone()) {
                Some([first, .., last]) => (first.close, last.close),
                Some([one]) => (one.close, one.close),
                _ => return Ok(()),
            },
        };
        let now = account.worth(units, first);
        if bars.len() == 1 {
            return self.mark_one(account, now);
        }

        let found = self.extremes(bars.clone());
        if account.is_all_in(units, found.lowest_close()) {
            self.sums.join(&swing.map_or_else(|| history.growth(bars.clone()), |swing| swing.growth));
        } else {
            let (low, high) = (account.worth(units, found.lowest_close()), account.worth(units, found.highest_close()));
            if low <= 0.0 || high <= 0.0 {
                return self.mark_to_ruin(account, units, bars);
            }
            visit(account, units, history.closes(bars.clone()), &mut self.sums);
        }
        self.sums.add(now / account.equity - 1.0);
        self.active += bars.len();
        account.equity = account.worth(units, last);
        self.follow(account, units, bars, &found);
        Ok(())
    }

    #[inline]
    fn settle(&mut self, account: &mut Account, _bar: usize) -> Result<(), Ruin> {
        self.mark_one(account, account.cash)
    }

    fn active(&self) -> usize {
        self.active
    }

    fn sharpe_and_sortino(&self, bars: usize, bars_per_year: f64) -> (Ratio, Ratio) {
        ratios::sharpe_and_sortino(&self.sums, bars, bars_per_year)
    }
}

impl Fast<'_> {
    /// Searches bars for an exit before the one that is decided at the last of them.
    #[inline(never)]
    fn search<D: Direction>(
        &mut self,
        terms: &Terms<'_>,
        opening: &Opening,
        ahead: Range<usize>,
        exit: Option<Exit>,
    ) -> Outcome {
        let mut position = Position::<D>::new(terms, opening);
        let (mut bar, mut stretch) = (ahead.start, FIRST);
        (self.passed, self.found) = (bar..bar, Extremes::NONE);
        if terms.rules.chandelier.is_some() {
            // It may move on every bar, so that no stretch passes.
            return position.follow(ahead).unwrap_or(position.outcome(exit));
        }
        while bar < ahead.end {
            let end = bar.saturating_add(stretch).min(ahead.end);
            let found = self.history.extremes(bar..end);
            if position.passes(&found) {
                stretch = stretch.saturating_mul(STEP);
                if bar == self.passed.end {
                    (self.passed.end, self.found) = (end, self.found.with(&found));
                }
                bar = end;
            } else if stretch > SHORTEST {
                stretch /= STEP;
            } else if let Some(outcome) = position.follow(bar..end) {
                return outcome;
            } else {
                bar = end;
            }
        }
        position.outcome(exit)
    }

    /// Extremes of bars, most often those that the search has just passed.
    #[inline]
    fn extremes(&self, bars: Range<usize>) -> Extremes {
        let history = self.history;
        if bars.start == self.passed.start && bars.end >= self.passed.end {
            let rest = self.passed.end..bars.end;
            if rest.is_empty() { self.found } else { self.found.with(&history.extremes(rest)) }
        } else {
            history.extremes(bars)
        }
    }

    /// Takes one return down.
    #[inline]
    fn count(&mut self, change: f64) {
        self.active += 1;
        self.sums.add(change);
    }

    /// Marks one close by the equity that it leaves.
    #[inline]
    fn mark_one(&mut self, account: &mut Account, now: f64) -> Result<(), Ruin> {
        account.follow(now);
        if now <= 0.0 {
            return self.ruin(account, 0);
        }
        self.count(now / account.equity - 1.0);
        account.equity = now;
        Ok(())
    }

    /// Marks bars among which the equity may be gone.
    #[cold]
    fn mark_to_ruin(&mut self, account: &mut Account, units: f64, bars: Range<usize>) -> Result<(), Ruin> {
        let history = self.history;
        for (offset, bar) in history.bars.get(bars).unwrap_or_default().iter().enumerate() {
            let now = account.worth(units, bar.close);
            account.follow(now);
            if now <= 0.0 {
                return self.ruin(account, offset);
            }
            self.count(now / account.equity - 1.0);
            account.equity = now;
        }
        Ok(())
    }

    #[cold]
    fn ruin(&mut self, account: &mut Account, offset: usize) -> Result<(), Ruin> {
        account.equity = 0.0;
        self.count(-1.0);
        Err(Ruin { offset })
    }

    /// Brings peak and drawdown up to date, halving the bars until their extremes alone tell.
    fn follow(&self, account: &mut Account, units: f64, bars: Range<usize>, found: &Extremes) {
        let (lowest, highest) = if units < 0.0 {
            (found.highest_close(), found.lowest_close())
        } else {
            (found.lowest_close(), found.highest_close())
        };
        let (low, high) = (account.worth(units, lowest), account.worth(units, highest));
        if high <= account.peak {
            // The peak stands, so the lowest close is the deepest.
            account.follow(low);
        } else if low > account.shallow(high) {
            // Not even the lowest close falls deep enough below the highest, whichever comes first.
            account.peak = high;
        } else if bars.len() <= FEW {
            for bar in self.history.bars.get(bars).unwrap_or_default() {
                account.follow(account.worth(units, bar.close));
            }
        } else {
            let middle = bars.start.midpoint(bars.end);
            for half in [bars.start..middle, middle..bars.end] {
                let found = self.history.extremes(half.clone());
                self.follow(account, units, half, &found);
            }
        }
    }
}

/// Adds the returns of equity between closes.
fn visit(account: &Account, units: f64, closes: &[f64], sums: &mut Sums) {
    let mut changes = [0.0; ROW];
    let rest = closes.split_first().map_or(closes, |(_, rest)| rest);
    for (now, before) in rest.chunks(ROW).zip(closes.chunks(ROW)) {
        // A row at once, for several divisions may share an instruction.
        for (change, (&now, &before)) in changes.iter_mut().zip(now.iter().zip(before)) {
            *change = account.worth(units, now) / account.worth(units, before) - 1.0;
        }
        sums.add_row(changes.split_at(now.len()).0);
    }
}
