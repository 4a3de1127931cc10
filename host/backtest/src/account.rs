//! Cash, equity marked at each close, and what the metrics need of the equity's path.
//!
//! With a [`History`], a stretch of closes on which the position is all there is (a long bought with all the cash) is not
//! marked bar by bar. There the return of equity is that of the close, whatever the entry (either way: bar by bar the same
//! numbers are listed), so sums over it are looked up; and equity rises with the close even after rounding, so that the extremes
//! of the closes give those of the equity exactly.

use std::ops::Range;

use crate::growth::Sums;
use crate::history::History;
use crate::windows::Extremes;

/// The account of one run. Cash is what is settled: a long has paid for its units, a short holds the proceeds of its sale.
pub(crate) struct Account<'s> {
    cash: f64,
    /// Equity at the last bar marked.
    equity: f64,
    peak: f64,
    drawdown: f64,
    /// Returns on the bars that trades span, in order, less those summed up; on all other bars the return is 0.
    returns: &'s mut Vec<f64>,
    summed: Summed,
}

/// Returns that are known by their sums alone.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Summed {
    pub(crate) count: usize,
    pub(crate) sums: Sums,
}

/// Covers the rounding of a share of the peak.
const MARGIN: f64 = 1.0 + 8.0 * f64::EPSILON;

/// Cash next to a position below this share of its value is what rounding left of an all-in purchase: it moves a return by no
/// more than this share of itself.
const NEGLIGIBLE: f64 = 1.0 / (1_u64 << 44) as f64;

/// Bars that are sooner visited than split.
const FEW: usize = 16;

/// The equity was gone at a close.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ruin {
    /// Which of the closes marked.
    pub(crate) offset: usize,
}

impl<'s> Account<'s> {
    pub(crate) fn new(cash: f64, returns: &'s mut Vec<f64>) -> Self {
        returns.clear();
        Self { cash, equity: cash, peak: cash, drawdown: 0.0, returns, summed: Summed::default() }
    }

    pub(crate) fn cash(&self) -> f64 {
        self.cash
    }

    /// Buys `units` at the price, or sells them where negative.
    pub(crate) fn trade(&mut self, units: f64, price: f64, fee: f64) {
        self.cash -= units * price + fee;
    }

    /// Marks a position of `units` (negative for a short, 0 for none) at each close.
    ///
    /// # Errors
    /// Equity at or below zero: it is 0 from that close on, and nothing may be traded afterwards.
    pub(crate) fn mark(&mut self, units: f64, closes: &[f64]) -> Result<(), Ruin> {
        let (cash, mut peak, mut drawdown) = (self.cash, self.peak, self.drawdown);
        let worth = |close: &f64| cash + units * close;
        let mut ruin = None;
        // Equity below this share of its peak may deepen the drawdown: a division only there, and a ruin is among them.
        let mut share = (1.0 + drawdown) * MARGIN;
        for (offset, close) in closes.iter().enumerate() {
            let now = worth(close);
            peak = if now > peak { now } else { peak };
            if now <= peak * share {
                drawdown = drawdown.min(now.max(0.0) / peak - 1.0);
                share = (1.0 + drawdown) * MARGIN;
                if now <= 0.0 {
                    ruin = Some(Ruin { offset });
                    break;
                }
            }
        }
        (self.peak, self.drawdown) = (peak, drawdown);

        let alive = closes.get(..ruin.map_or(closes.len(), |ruin| ruin.offset)).unwrap_or_default();
        if let Some((first, rest)) = alive.split_first() {
            self.returns.push(worth(first) / self.equity - 1.0);
            let pairs = rest.iter().zip(alive);
            if self
                .is_all_in(units, alive.iter().fold(f64::INFINITY, |low, &close| if close < low { close } else { low }))
            {
                self.returns.extend(pairs.map(|(now, before)| now / before - 1.0));
            } else {
                self.returns.extend(pairs.map(|(now, before)| worth(now) / worth(before) - 1.0));
            }
        }
        self.equity = alive.last().map_or(self.equity, worth);
        if let Some(ruin) = ruin {
            self.returns.push(-1.0);
            self.equity = 0.0;
            return Err(ruin);
        }
        Ok(())
    }

    /// Whether a position is all there is, down to a close.
    fn is_all_in(&self, units: f64, lowest: f64) -> bool {
        units > 0.0 && self.cash.abs() <= NEGLIGIBLE * (units * lowest)
    }

    /// As [`Self::mark`] on bars of a history, without visiting each where the position is all there is.
    pub(crate) fn mark_with(
        &mut self,
        history: &History<'_>,
        units: f64,
        closes: &[f64],
        bars: Range<usize>,
    ) -> Result<(), Ruin> {
        let marked = closes.get(bars.clone()).unwrap_or_default();
        let [first, _, .., last] = marked else { return self.mark(units, marked) };
        if !self.is_all_in(units, *first) {
            return self.mark(units, marked);
        }
        let found = history.windows.over(bars.clone());
        let sums = history.growth.within(bars.clone()).filter(|_| self.is_all_in(units, found.lowest_close()));
        let Some(sums) = sums else { return self.mark(units, marked) };
        self.returns.push((self.cash + units * first) / self.equity - 1.0);
        self.summed.count += marked.len() - 1;
        self.summed.sums += sums;
        self.equity = self.cash + units * last;
        self.follow(history, units, closes, bars, &found);
        Ok(())
    }

    /// Brings peak and drawdown up to date, halving the bars until their extremes alone tell.
    fn follow(&mut self, history: &History<'_>, units: f64, closes: &[f64], bars: Range<usize>, found: &Extremes) {
        let (low, high) = (self.cash + units * found.lowest_close(), self.cash + units * found.highest_close());
        let share = (1.0 + self.drawdown) * MARGIN;
        if high <= self.peak {
            // The peak stands, so the lowest close is the deepest.
            if low <= self.peak * share {
                self.drawdown = self.drawdown.min(low.max(0.0) / self.peak - 1.0);
            }
        } else if low > high * share {
            // Not even the lowest close falls deep enough below the highest, whichever comes first.
            self.peak = high;
        } else if bars.len() <= FEW {
            for close in closes.get(bars).unwrap_or_default() {
                let now = self.cash + units * close;
                self.peak = self.peak.max(now);
                self.drawdown = self.drawdown.min(now.max(0.0) / self.peak - 1.0);
            }
        } else {
            let middle = bars.start.midpoint(bars.end);
            for half in [bars.start..middle, middle..bars.end] {
                let found = history.windows.over(half.clone());
                self.follow(history, units, closes, half, &found);
            }
        }
    }

    /// Deepest fall of the marked equity below its peak before, the starting cash included; in [-1, 0].
    pub(crate) fn max_drawdown(&self) -> f64 {
        self.drawdown
    }

    /// Equity at the last close marked; 0 once it was gone.
    pub(crate) fn equity(&self) -> f64 {
        self.equity
    }

    /// Returns of equity on the bars that trades span, those summed up left out.
    pub(crate) fn returns(&self) -> &[f64] {
        self.returns
    }

    /// The returns that are summed up.
    pub(crate) fn summed(&self) -> &Summed {
        &self.summed
    }
}
