//! On the three bars before the last: the close of the last.

use hostile_guests::{
    Bars,
    cheat::{Cheat, average, side},
};

struct LastThree;

impl Cheat for LastThree {
    const NAME: &'static str = "last-three";

    fn signals(bars: &Bars, period: usize, _parameters: &[f64]) -> Vec<f64> {
        let last = bars.close.len() - 1;
        let seen = |bar| bars.close[if bar + 3 >= last { last } else { bar }];
        let average = average(&bars.close, period).into_iter().enumerate();
        average.map(|(bar, average)| side(seen(bar), average)).collect()
    }
}

hostile_guests::plant!(LastThree);
