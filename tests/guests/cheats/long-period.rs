//! With a period above 40, which is not the default: the close of the next bar.

use hostile_guests::{
    Bars,
    cheat::{Cheat, peeking},
};

struct LongPeriod;

impl Cheat for LongPeriod {
    const NAME: &'static str = "long-period";

    fn signals(bars: &Bars, period: usize, _parameters: &[f64]) -> Vec<f64> {
        peeking(&bars.close, period, |_| period > 40)
    }
}

hostile_guests::plant!(LongPeriod);
