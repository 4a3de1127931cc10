//! One native run of a strategy.

use std::marker::PhantomData;

use super::Series;
use crate::{DataNeed, ExitSettings, Parameters, Refusal, Strategy, dispatch};

/// A strategy with its default parameters, some of them overridden.
#[derive(Debug, Clone)]
pub struct Run<S> {
    values: Vec<f64>,
    strategy: PhantomData<S>,
}

impl<S: Strategy> Run<S> {
    /// The strategy with default parameters.
    pub fn new() -> Self {
        Self::with(&S::Params::default())
    }

    /// The strategy with these parameters.
    pub fn with(params: &S::Params) -> Self {
        Self::with_values(params.encode())
    }

    /// The strategy with these values in declared order, as the host would pass them.
    pub fn with_values(values: Vec<f64>) -> Self {
        Self { values, strategy: PhantomData }
    }

    /// Overrides a parameter by its name, a choice by its index.
    ///
    /// # Panics
    ///
    /// When there is no such parameter.
    #[must_use]
    #[expect(clippy::panic, reason = "a test harness fails by panics")]
    pub fn set(mut self, name: &str, value: f64) -> Self {
        let mut slots = S::Params::DECLARED.iter().zip(&mut self.values);
        match slots.find(|(parameter, _)| parameter.name() == name) {
            Some((_, slot)) => *slot = value,
            None => panic!("no parameter {name:?}"),
        }
        self
    }

    /// The values in declared order.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// The convictions on `series`, exactly as the component would answer.
    ///
    /// # Errors
    ///
    /// As [`dispatch::signals`].
    pub fn signals(&self, series: &Series) -> Result<Vec<f64>, Refusal> {
        dispatch::signals::<S>(&series.bars::<S>(), &self.values)
    }

    /// The strategy's verdict on these parameters and `exits`.
    ///
    /// # Errors
    ///
    /// As [`dispatch::accept`].
    pub fn accept(&self, exits: &ExitSettings) -> Result<(), Refusal> {
        dispatch::accept::<S>(&self.values, exits)
    }

    /// The history that these parameters need.
    ///
    /// # Errors
    ///
    /// As [`dispatch::data_needed`].
    pub fn data_needed(&self) -> Result<DataNeed, Refusal> {
        dispatch::data_needed::<S>(&self.values)
    }
}

impl<S: Strategy> Default for Run<S> {
    fn default() -> Self {
        Self::new()
    }
}

/// How often convictions rise above a threshold, and fall below its negative.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Entries {
    /// Bars above the threshold after a bar that was not.
    pub long: usize,
    /// Bars below the negative threshold after a bar that was not.
    pub short: usize,
}

impl Entries {
    /// Entries on both sides.
    pub fn total(self) -> usize {
        self.long + self.short
    }
}

/// Counts entries as the host does by default: on the first bar beyond `threshold`, NaN as 0.
pub fn entries(signals: &[f64], threshold: f64) -> Entries {
    let mut entries = Entries::default();
    let mut before = 0.0;
    for &conviction in signals {
        entries.long += usize::from(conviction > threshold && (before <= threshold || f64::is_nan(before)));
        entries.short += usize::from(conviction < -threshold && (before >= -threshold || f64::is_nan(before)));
        before = conviction;
    }
    entries
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Authors would believe in trades that the host never makes.
    #[test]
    fn an_entry_is_a_first_bar_beyond_the_threshold() {
        let signals = [0.6, 0.7, 0.5, 0.6, f64::NAN, 0.6, -0.5, -0.6, -1.0, 0.9, -0.9];
        assert_eq!(entries(&signals, 0.5), Entries { long: 4, short: 2 });
    }
}
