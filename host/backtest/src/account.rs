//! Cash, equity marked at each close, and what the metrics need of the equity's path.

/// The account of one run. Cash is what is settled: a long has paid for its units, a short holds the proceeds of its sale.
pub(crate) struct Account<'s> {
    cash: f64,
    /// Equity at the last bar marked.
    equity: f64,
    peak: f64,
    /// Lowest equity since the peak.
    trough: f64,
    drawdown: f64,
    /// Returns on the bars that trades span, in order; on all other bars the return is 0.
    returns: &'s mut Vec<f64>,
}

/// The equity was gone at a close.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ruin {
    /// Which of the closes marked.
    pub(crate) offset: usize,
}

impl<'s> Account<'s> {
    pub(crate) fn new(cash: f64, returns: &'s mut Vec<f64>) -> Self {
        returns.clear();
        Self { cash, equity: cash, peak: cash, trough: cash, drawdown: 0.0, returns }
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
        self.returns.reserve(closes.len());
        for (offset, close) in closes.iter().enumerate() {
            let now = self.cash + units * close;
            if now <= 0.0 {
                self.returns.push(-1.0);
                (self.equity, self.trough) = (0.0, 0.0);
                return Err(Ruin { offset });
            }
            self.returns.push(now / self.equity - 1.0);
            self.equity = now;
            if now > self.peak {
                self.drawdown = self.max_drawdown();
                (self.peak, self.trough) = (now, now);
            } else {
                self.trough = self.trough.min(now);
            }
        }
        Ok(())
    }

    /// Deepest fall of the marked equity below its peak before, the starting cash included; in [-1, 0].
    pub(crate) fn max_drawdown(&self) -> f64 {
        self.drawdown.min(self.trough / self.peak - 1.0)
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
