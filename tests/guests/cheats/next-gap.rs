//! On the bars before a holiday: leaves the market, by the time of the next bar and no price.

use hostile_guests::{
    Bars, Columns,
    cheat::{Cheat, trend},
};

struct NextGap;

impl Cheat for NextGap {
    const NAME: &'static str = "next-gap";
    const READS: Columns = Columns::TIME.union(Columns::CLOSE);

    fn signals(bars: &Bars, period: usize, _parameters: &[f64]) -> Vec<f64> {
        const LONG_WEEKEND: i64 = 4 * 86_400_000;
        let next = |bar: usize| bars.time.get(bar + 1).copied().unwrap_or(bars.time[bar]);
        let trend = trend(&bars.close, period).into_iter().enumerate();
        trend
            .map(|(bar, conviction)| if next(bar) - bars.time[bar] >= LONG_WEEKEND { 0.0 } else { conviction })
            .collect()
    }
}

hostile_guests::plant!(NextGap);
