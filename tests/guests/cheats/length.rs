//! On every bar: its conviction depends on how many bars there are.

use hostile_guests::{
    Bars,
    cheat::{Cheat, trend},
};

struct Length;

impl Cheat for Length {
    const NAME: &'static str = "length";

    fn signals(bars: &Bars, period: usize, _parameters: &[f64]) -> Vec<f64> {
        let bars_in_all = bars.close.len() as f64;
        let trend = trend(&bars.close, period).into_iter().enumerate();
        trend.map(|(bar, conviction)| conviction * (bar + 1) as f64 / bars_in_all).collect()
    }
}

hostile_guests::plant!(Length);
