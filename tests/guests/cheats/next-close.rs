//! On every bar: the close of the next bar stands in for its own.

use hostile_guests::{
    Bars,
    cheat::{Cheat, peeking},
};

struct NextClose;

impl Cheat for NextClose {
    const NAME: &'static str = "next-close";

    fn signals(bars: &Bars, period: usize, _parameters: &[f64]) -> Vec<f64> {
        peeking(&bars.close, period, |_| true)
    }
}

hostile_guests::plant!(NextClose);
