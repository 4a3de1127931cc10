//! On every bar: trades only if the next bar will be a busy one.

use hostile_guests::{
    Bars, Columns,
    cheat::{Cheat, ahead, average, trend},
};

struct NextVolume;

impl Cheat for NextVolume {
    const NAME: &'static str = "next-volume";
    const READS: Columns = Columns::CLOSE.union(Columns::VOLUME);

    fn signals(bars: &Bars, period: usize, _parameters: &[f64]) -> Vec<f64> {
        let usual = average(&bars.volume, period);
        let busy = |bar| ahead(&bars.volume, bar, 1) > usual[bar];
        let trend = trend(&bars.close, period).into_iter().enumerate();
        trend.map(|(bar, conviction)| if busy(bar) { conviction } else { 0.0 }).collect()
    }
}

hostile_guests::plant!(NextVolume);
