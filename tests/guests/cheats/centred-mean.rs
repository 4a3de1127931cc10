//! On every bar: the average lies around the bar in place of before it, so that half of it are later bars.

use hostile_guests::{
    Bars,
    cheat::{Cheat, mean, side},
};

struct CentredMean;

impl Cheat for CentredMean {
    const NAME: &'static str = "centred-mean";

    fn signals(bars: &Bars, period: usize, _parameters: &[f64]) -> Vec<f64> {
        let (close, half) = (&bars.close, period / 2);
        let centred = |bar: usize| mean(&close[bar.saturating_sub(half)..close.len().min(bar + half + 1)]);
        close.iter().enumerate().map(|(bar, close)| side(*close, centred(bar))).collect()
    }
}

hostile_guests::plant!(CentredMean);
