//! On every bar: the older a bar is, seen from the last, the less it trades.

use hostile_guests::{
    Bars, Columns,
    cheat::{Cheat, trend},
};

struct FinalTime;

impl Cheat for FinalTime {
    const NAME: &'static str = "final-time";
    const READS: Columns = Columns::TIME.union(Columns::CLOSE);

    fn signals(bars: &Bars, period: usize, _parameters: &[f64]) -> Vec<f64> {
        const YEAR: f64 = 365.25 * 86_400_000.0;
        let last = bars.time[bars.time.len() - 1];
        let years = bars.time.iter().map(|time| (last - time) as f64 / YEAR);
        trend(&bars.close, period)
            .into_iter()
            .zip(years)
            .map(|(conviction, years)| conviction / (1.0 + years))
            .collect()
    }
}

hostile_guests::plant!(FinalTime);
