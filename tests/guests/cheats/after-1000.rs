//! After 1,000 bars: the close of the next bar.

use hostile_guests::{
    Bars,
    cheat::{Cheat, peeking},
};

struct After1000;

impl Cheat for After1000 {
    const NAME: &'static str = "after-1000";

    fn signals(bars: &Bars, period: usize, _parameters: &[f64]) -> Vec<f64> {
        peeking(&bars.close, period, |bar| bar > 1000)
    }
}

hostile_guests::plant!(After1000);
