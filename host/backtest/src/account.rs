//! Cash, and equity marked at closes.

use crate::levels::lower;

/// The account of one run. Cash is what is settled: a long has paid for its units, a short holds the proceeds of its sale.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Account {
    pub(crate) cash: f64,
    /// Equity at the last close marked; 0 once it was gone.
    pub(crate) equity: f64,
    /// Highest equity marked, the starting cash included.
    pub(crate) peak: f64,
    /// Deepest fall of the marked equity below its peak before; in [-1, 0].
    pub(crate) drawdown: f64,
}

/// Covers the rounding of a share of the peak.
const MARGIN: f64 = 1.0 + 8.0 * f64::EPSILON;

/// Cash next to a position below this share of its value is what rounding left of an all-in purchase: it moves a return by no
/// more than this share of itself.
const NEGLIGIBLE: f64 = 1.0 / (1_u64 << 44) as f64;

/// The equity was gone at a close.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ruin {
    /// Which of the closes marked.
    pub(crate) offset: usize,
}

impl Account {
    pub(crate) fn new(cash: f64) -> Self {
        Self { cash, equity: cash, peak: cash, drawdown: 0.0 }
    }

    /// Buys `units` at the price, or sells them where negative.
    #[inline]
    pub(crate) fn trade(&mut self, units: f64, price: f64, fee: f64) {
        self.cash -= units * price + fee;
    }

    /// Equity with a position of `units` (negative for a short) at a close.
    #[inline]
    pub(crate) fn worth(&self, units: f64, close: f64) -> f64 {
        self.cash + units * close
    }

    /// Whether a position is all there is, down to a close. The return of equity is that of the close then, and counts as such
    /// whatever the entry.
    #[inline]
    pub(crate) fn is_all_in(&self, units: f64, lowest: f64) -> bool {
        units > 0.0 && self.cash.abs() <= NEGLIGIBLE * (units * lowest)
    }

    /// Equity below this may deepen the drawdown: a division is needed only there, and a ruin is among them.
    #[inline]
    pub(crate) fn shallow(&self, peak: f64) -> f64 {
        peak * ((1.0 + self.drawdown) * MARGIN)
    }

    /// Brings peak and drawdown up to date with the equity of one more close.
    #[inline]
    pub(crate) fn follow(&mut self, now: f64) {
        self.peak = if now > self.peak { now } else { self.peak };
        if now <= self.shallow(self.peak) {
            self.drawdown = lower(self.drawdown, now.max(0.0) / self.peak - 1.0);
        }
    }

    /// Marks a position of `units` (negative for a short, 0 for none) at each close and lists the returns.
    ///
    /// # Errors
    /// Equity at or below zero: it is 0 from that close on, and nothing may be traded afterwards.
    pub(crate) fn mark(&mut self, units: f64, closes: &[f64], returns: &mut Vec<f64>) -> Result<(), Ruin> {
        let mut ruin = None;
        let mut account = *self;
        for (offset, &close) in closes.iter().enumerate() {
            let now = account.worth(units, close);
            account.follow(now);
            if now <= 0.0 {
                ruin = Some(Ruin { offset });
                break;
            }
        }
        *self = account;

        let alive = closes.get(..ruin.map_or(closes.len(), |ruin| ruin.offset)).unwrap_or_default();
        if let Some((&first, rest)) = alive.split_first() {
            returns.push(self.worth(units, first) / self.equity - 1.0);
            let pairs = rest.iter().zip(alive);
            let lowest = alive.iter().fold(f64::INFINITY, |low, &close| if close < low { close } else { low });
            if self.is_all_in(units, lowest) {
                returns.extend(pairs.map(|(now, before)| now / before - 1.0));
            } else {
                returns.extend(pairs.map(|(&now, &before)| self.worth(units, now) / self.worth(units, before) - 1.0));
            }
        }
        self.equity = alive.last().map_or(self.equity, |&last| self.worth(units, last));
        if let Some(ruin) = ruin {
            returns.push(-1.0);
            self.equity = 0.0;
            return Err(ruin);
        }
        Ok(())
    }
}
