//! Strategies that are honest at heart: long above their average price, short below. A guest of `cheats/` has one leak through which it
//! knows more than the past.

use std::marker::PhantomData;

use crate::{Bars, Columns, DataNeed, Domain, Hostile, Interval, Parameter, Refusal, parameter};

/// What a cheat tells of itself, and its convictions.
pub trait Cheat {
    const NAME: &'static str;
    const READS: Columns = Columns::CLOSE;

    /// The first is the period.
    fn parameters() -> Vec<Parameter> {
        vec![period()]
    }

    /// One conviction for each of at least `period` bars.
    fn signals(bars: &Bars, period: usize, parameters: &[f64]) -> Vec<f64>;
}

/// Bars of the average.
pub fn period() -> Parameter {
    parameter("period", Domain::Integer(Interval { low: 5.0, high: 50.0 }), 20.0)
}

/// A cheat as the contract wants it: its lengths, needs and refusals are those of an honest strategy.
pub struct Planted<C>(PhantomData<C>);

impl<C: Cheat> Hostile for Planted<C> {
    const NAME: &'static str = C::NAME;
    const ABOUT: &'static str = "long above the average price, short below";
    const READS: Columns = C::READS;

    fn parameters() -> Vec<Parameter> {
        C::parameters()
    }

    fn data_needed(parameters: Vec<f64>) -> DataNeed {
        let period = parameters[0] as u32;
        DataNeed { minimum_bars: period, recommended_bars: 2 * period }
    }

    fn signals(bars: Bars, parameters: Vec<f64>) -> Result<Vec<f64>, Refusal> {
        let period = parameters[0] as usize;
        if bars.close.len() < period {
            return Err(Refusal::TooFewBars(period as u32));
        }
        Ok(C::signals(&bars, period, &parameters))
    }
}

/// The mean of the `period` values up to each, NaN where there are fewer.
pub fn average(values: &[f64], period: usize) -> Vec<f64> {
    let mut sum = 0.0;
    let mean = |(bar, value): (usize, &f64)| {
        sum += value - if bar >= period { values[bar - period] } else { 0.0 };
        if bar + 1 >= period { sum / period as f64 } else { f64::NAN }
    };
    values.iter().enumerate().map(mean).collect()
}

pub fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// 1 above, -1 below, 0 otherwise.
pub fn side(value: f64, average: f64) -> f64 {
    f64::from(value > average) - f64::from(value < average)
}

/// The honest convictions.
pub fn trend(close: &[f64], period: usize) -> Vec<f64> {
    close.iter().zip(average(close, period)).map(|(close, average)| side(*close, average)).collect()
}

/// The value `by` bars after `bar`, or the bar's own where there is none: the leak itself.
pub fn ahead(values: &[f64], bar: usize, by: usize) -> f64 {
    values.get(bar + by).copied().unwrap_or(values[bar])
}

/// [`trend`], but on the bars that `leaks` holds for, with the close of the next bar.
pub fn peeking(close: &[f64], period: usize, leaks: impl Fn(usize) -> bool) -> Vec<f64> {
    let seen = |bar| if leaks(bar) { ahead(close, bar, 1) } else { close[bar] };
    average(close, period).into_iter().enumerate().map(|(bar, average)| side(seen(bar), average)).collect()
}

/// Makes a [`Cheat`] the strategy of its component.
#[macro_export]
macro_rules! plant {
    ($cheat:ident) => {
        type Plugin = $crate::cheat::Planted<$cheat>;
        $crate::export_strategy!(Plugin with_types_in $crate);
    };
}
