//! Donchian breakout: trades the way the market leaves the range of the last weeks.
//!
//! The channel of `n` bars before a bar spans their highest high and lowest low. A close above the channel of `entry-period`
//! bars, by at least the fraction `margin`, starts a long regime with conviction 1; a close below it a short one with
//! conviction -1. A regime ends, with conviction 0, when the close leaves the channel of `exit-period` bars on the other side.
//!
//! The first channel needs `entry-period` bars before the bar that leaves it. Costs do not depend on the periods.

use seedbed_sdk::{
    indicators::{Aggregate, Highest, Lowest, Window},
    prelude::*,
};

parameters! {
    /// What the search may tune.
    pub struct Params {
        /// Bars of the channel whose break starts a regime.
        entry_period: integer(10..=60) = 20,
        /// Bars of the channel whose break on the other side ends it.
        exit_period: integer(5..=30) = 10,
        /// How far outside the channel a close must be to start a regime, as a fraction of its edge.
        margin: real(0.0..=0.03) = 0.0,
        /// Which regimes there are.
        sides: choice(Sides {
            /// Long and short ones.
            Both,
            /// Long ones only.
            LongOnly,
        }) = Sides::Both,
    }
}

/// The Donchian breakout strategy.
pub struct DonchianBreakout;

impl Strategy for DonchianBreakout {
    type Params = Params;
    const ABOUT: &'static str = "follows closes outside the range of the last weeks";
    const FAMILY: Family = Family::Breakout;
    const READS: &'static [Column] = &[Column::High, Column::Low, Column::Close];

    fn exits() -> Vec<Exit> {
        vec![
            Exit::atr_stop(20, within(2.0, 1.5..=5.0)),
            Exit::chandelier(20, 3.0),
            Exit::partial_exit(0.10, 0.5).off(),
            Exit::break_even(0.05, 0.0).off(),
        ]
    }

    fn data_needed(params: &Params) -> DataNeed {
        DataNeed { minimum_bars: params.entry_period + 1, recommended_bars: 3 * params.entry_period }
    }

    fn check(params: &Params) -> Result<(), Refusal> {
        let (entry, exit) = (params.entry_period, params.exit_period);
        if exit > entry {
            return Err(Refusal::bad_parameters(format!(
                "the exit channel ({exit} bars) must not be longer than the entry channel ({entry} bars)"
            )));
        }
        Ok(())
    }

    fn signals(bars: &Bars, params: &Params) -> Result<Vec<f64>, Refusal> {
        let mut entry = Channel::new(params.entry_period);
        let mut exit = Channel::new(params.exit_period);
        let mut regime = 0.0;
        let prices = bars.high()?.iter().zip(bars.low()?).zip(bars.close()?);
        let convictions = prices.map(|((&high, &low), &close)| {
            let (entered, exited) = (entry.broken(close, params.margin), exit.broken(close, 0.0));
            if entered > 0.0 || (entered < 0.0 && params.sides == Sides::Both) {
                regime = entered;
            } else if exited * regime < 0.0 {
                regime = 0.0;
            }
            entry.push(high, low);
            exit.push(high, low);
            regime
        });
        Ok(convictions.collect())
    }
}

/// The range of the last bars.
struct Channel {
    ranges: Window<Range>,
    /// The range of the bars taken so far, once there are enough.
    range: Option<Range>,
}

impl Channel {
    fn new(period: usize) -> Self {
        Self { ranges: Window::new(period), range: None }
    }

    fn push(&mut self, high: f64, low: f64) {
        self.range = self.ranges.push(Range { highest: Highest(high), lowest: Lowest(low) });
    }

    /// 1 when `close` lies above the range by the fraction `margin`, -1 when it lies below it, otherwise 0.
    fn broken(&self, close: f64, margin: f64) -> f64 {
        match self.range {
            Some(range) if close > range.highest.0 * (1.0 + margin) => 1.0,
            Some(range) if close < range.lowest.0 * (1.0 - margin) => -1.0,
            _ => 0.0,
        }
    }
}

#[derive(Clone, Copy)]
struct Range {
    highest: Highest,
    lowest: Lowest,
}

impl Aggregate for Range {
    fn join(self, newer: Self) -> Self {
        Self { highest: self.highest.join(newer.highest), lowest: self.lowest.join(newer.lowest) }
    }
}

seedbed_sdk::export!(DonchianBreakout);
