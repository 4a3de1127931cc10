//! Given five years of days or more, as in production and not in a quick test: the close of the next bar.

use hostile_guests::{
    Bars,
    cheat::{Cheat, peeking},
};

struct LongHistory;

impl Cheat for LongHistory {
    const NAME: &'static str = "long-history";

    fn signals(bars: &Bars, period: usize, _parameters: &[f64]) -> Vec<f64> {
        peeking(&bars.close, period, |_| bars.close.len() >= 1_260)
    }
}

hostile_guests::plant!(LongHistory);
