//! On every bar: the close 50 bars later, and of nothing between.

use hostile_guests::{
    Bars,
    cheat::{Cheat, ahead, average, side},
};

struct FiftyAhead;

impl Cheat for FiftyAhead {
    const NAME: &'static str = "fifty-ahead";

    fn signals(bars: &Bars, period: usize, _parameters: &[f64]) -> Vec<f64> {
        let average = average(&bars.close, period).into_iter().enumerate();
        average.map(|(bar, average)| side(ahead(&bars.close, bar, 50), average)).collect()
    }
}

hostile_guests::plant!(FiftyAhead);
