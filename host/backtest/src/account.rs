//! Cash, equity marked at each close, and what the metrics need of the equity's path.

/// The account of one run. Cash is what is settled: a long has paid for its units, a short holds the proceeds of its sale.
pub(crate) struct Account<'s> {
    cash: f64,
    /// Equity at the last bar marked.
    equity: f64,
    peak: f64,
    drawdown: f64,
    /// Returns on the bars that trades span, in order; on all other bars the return is 0.
    returns: &'s mut Vec<f64>,
}

/// Covers the rounding of a share of the peak.
const MARGIN: f64 = 1.0 + 8.0 * f64::EPSILON;

/// The equity was gone at a close.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ruin {
    /// Which of the closes marked.
    pub(crate) offset: usize,
}

impl<'s> Account<'s> {
    pub(crate) fn new(cash: f64, returns: &'s mut Vec<f64>) -> Self {
        returns.clear();
        Self { cash, equity: cash, peak: cash, drawdown: 0.0, returns }
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
            self.returns.extend(rest.iter().zip(alive).map(|(now, before)| worth(now) / worth(before) - 1.0));
        }
        self.equity = alive.last().map_or(self.equity, worth);
        if let Some(ruin) = ruin {
            self.returns.push(-1.0);
            self.equity = 0.0;
            return Err(ruin);
        }
        Ok(())
    }

    /// Deepest fall of the marked equity below its peak before, the starting cash included; in [-1, 0].
    pub(crate) fn max_drawdown(&self) -> f64 {
        self.drawdown
    }

    /// Equity at the last close marked; 0 once it was gone.
    pub(crate) fn equity(&self) -> f64 {
        self.equity
    }

    /// Returns of equity on the bars that trades span.
    pub(crate) fn returns(&self) -> &[f64] {
        self.returns
    }
}
