//! On every bar: the window of the highest high reaches one bar too far.

use hostile_guests::{Bars, Columns, cheat::Cheat};

struct NextHigh;

impl Cheat for NextHigh {
    const NAME: &'static str = "next-high";
    const READS: Columns = Columns::HIGH.union(Columns::CLOSE);

    fn signals(bars: &Bars, period: usize, _parameters: &[f64]) -> Vec<f64> {
        let top = |bar: usize| {
            let end = bars.high.len().min(bar + 2);
            bars.high[end.saturating_sub(period)..end].iter().copied().fold(f64::MIN, f64::max)
        };
        let conviction = |(bar, close): (usize, &f64)| f64::from(*close > 0.97 * top(bar));
        bars.close.iter().enumerate().map(conviction).collect()
    }
}

hostile_guests::plant!(NextHigh);
