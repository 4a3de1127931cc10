//! On every bar: how yesterday's return foretells today's is learned from the last 100 bars and then applied to all.

use hostile_guests::{Bars, cheat::Cheat};

struct LastWindow;

impl Cheat for LastWindow {
    const NAME: &'static str = "last-window";

    fn signals(bars: &Bars, _period: usize, _parameters: &[f64]) -> Vec<f64> {
        let mut returns = vec![0.0];
        returns.extend(bars.close.windows(2).map(|pair| pair[1] / pair[0] - 1.0));
        let last = &returns[returns.len().saturating_sub(100)..];
        let both: f64 = last.windows(2).map(|pair| pair[0] * pair[1]).sum();
        let before: f64 = last.windows(2).map(|pair| pair[0] * pair[0]).sum();
        let weight = if before > 0.0 { both / before } else { 0.0 };
        returns.iter().map(|today| (500.0 * weight * today).clamp(-1.0, 1.0)).collect()
    }
}

hostile_guests::plant!(LastWindow);
