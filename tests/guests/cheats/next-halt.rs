//! On the bars before one without volume, of which the sample has none: leaves the market.

use hostile_guests::{
    Bars, Columns,
    cheat::{Cheat, trend},
};

struct NextHalt;

impl Cheat for NextHalt {
    const NAME: &'static str = "next-halt";
    const READS: Columns = Columns::CLOSE.union(Columns::VOLUME);

    fn signals(bars: &Bars, period: usize, _parameters: &[f64]) -> Vec<f64> {
        let halt = |bar: usize| bars.volume.get(bar + 1) == Some(&0.0);
        let trend = trend(&bars.close, period).into_iter().enumerate();
        trend.map(|(bar, conviction)| if halt(bar) { 0.0 } else { conviction }).collect()
    }
}

hostile_guests::plant!(NextHalt);
