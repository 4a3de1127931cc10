//! On one bar in a hundred, chosen by a hash of its index: as convinced as the return of the next bar is large.

use hostile_guests::{
    Bars,
    cheat::{Cheat, ahead, trend},
};

struct OnePercent;

impl Cheat for OnePercent {
    const NAME: &'static str = "one-percent";

    fn signals(bars: &Bars, period: usize, _parameters: &[f64]) -> Vec<f64> {
        let chosen = |bar: usize| ((bar as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32).is_multiple_of(100);
        let to_come = |bar| (20.0 * (ahead(&bars.close, bar, 1) / bars.close[bar] - 1.0)).clamp(-1.0, 1.0);
        let trend = trend(&bars.close, period).into_iter().enumerate();
        trend.map(|(bar, conviction)| if chosen(bar) { to_come(bar) } else { conviction }).collect()
    }
}

hostile_guests::plant!(OnePercent);
