//! On every bar: whether the next close is higher, in the last bit of the conviction.

use hostile_guests::{
    Bars,
    cheat::{Cheat, ahead, trend},
};

struct LowBits;

impl Cheat for LowBits {
    const NAME: &'static str = "low-bits";

    fn signals(bars: &Bars, period: usize, _parameters: &[f64]) -> Vec<f64> {
        let bit = |bar| f64::from(ahead(&bars.close, bar, 1) > bars.close[bar]) * f64::EPSILON;
        let trend = trend(&bars.close, period).into_iter().enumerate();
        trend.map(|(bar, conviction)| conviction * (1.0 - bit(bar))).collect()
    }
}

hostile_guests::plant!(LowBits);
