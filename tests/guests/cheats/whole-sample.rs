//! On every bar: prices are measured by the mean and deviation of all bars, those to come included.

use hostile_guests::{
    Bars,
    cheat::{self, Cheat, mean},
};

struct WholeSample;

impl Cheat for WholeSample {
    const NAME: &'static str = "whole-sample";

    fn signals(bars: &Bars, _period: usize, _parameters: &[f64]) -> Vec<f64> {
        let mean = mean(&bars.close);
        let squares: Vec<_> = bars.close.iter().map(|close| (close - mean) * (close - mean)).collect();
        let deviation = cheat::mean(&squares).sqrt();
        bars.close.iter().map(|close| ((mean - close) / deviation).clamp(-1.0, 1.0)).collect()
    }
}

hostile_guests::plant!(WholeSample);
