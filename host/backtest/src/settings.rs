//! How fills are priced, how much is bought, and what the account starts with.

use std::borrow::Cow;

use thiserror::Error;

use crate::decisions::{Decisions, EntryMode, Sides, decide};

/// When a decision made at the close of bar i fills.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Fill {
    /// At the close of bar i; stops act from bar i+1 (R1).
    Close,
    /// At the open of bar i+1; stops act on that bar too (R2).
    #[default]
    NextOpen,
}

/// How much a trade buys or sells short.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Size {
    /// All the cash, entry fee included.
    #[default]
    AllIn,
    /// A fixed number of units, above zero. An entry whose value and fee exceed the cash is not taken.
    Units(f64),
}

/// The account and its costs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// When decisions fill.
    pub fill: Fill,
    /// Fee as a fraction of the traded value, each side, in [0, 1).
    pub fees: f64,
    /// Slippage of market fills as a fraction of the price, in [0, 1).
    pub slippage: f64,
    /// Whether fills of stops and targets slip too.
    pub stop_slippage: bool,
    /// How much a trade takes.
    pub size: Size,
    /// Sides that may be entered.
    pub sides: Sides,
    /// Conviction beyond which an entry is wanted, at least 0.
    pub entry_threshold: f64,
    /// When a conviction beyond the threshold enters.
    pub entry: EntryMode,
    /// Cash at the start, above zero.
    pub cash: f64,
    /// Bars a year, above zero: 252 for daily bars of a stock exchange, 365 for daily bars of a market that never closes.
    pub bars_per_year: f64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            fill: Fill::NextOpen,
            fees: 0.001,
            slippage: 0.0005,
            stop_slippage: false,
            size: Size::AllIn,
            sides: Sides::Both,
            entry_threshold: 0.5,
            entry: EntryMode::Edge,
            cash: 100_000.0,
            bars_per_year: 252.0,
        }
    }
}

/// A setting that no account can have.
#[derive(Debug, Clone, PartialEq, Error)]
#[error("{name} = {value} is out of range: give {expected}")]
pub struct SettingsError {
    /// Name of the setting.
    pub name: &'static str,
    /// Its value.
    pub value: f64,
    /// What it may be.
    pub expected: &'static str,
}

impl Settings {
    /// Decisions of a series of convictions under these settings.
    pub fn decide<'a>(&self, convictions: impl Into<Cow<'a, [f64]>>) -> Decisions {
        decide(convictions, self.entry_threshold, self.entry, self.sides)
    }

    /// Checks every number.
    ///
    /// # Errors
    /// The first setting out of its range.
    pub fn validate(&self) -> Result<(), SettingsError> {
        let fraction = 0.0..1.0;
        let above_zero = |value: f64| value > 0.0 && value.is_finite();
        let units = match self.size {
            Size::AllIn => 1.0,
            Size::Units(units) => units,
        };
        let checks = [
            ("fees", self.fees, fraction.contains(&self.fees), "a fraction from 0 to below 1"),
            ("slippage", self.slippage, fraction.contains(&self.slippage), "a fraction from 0 to below 1"),
            ("units", units, above_zero(units), "a finite number above 0"),
            ("cash", self.cash, above_zero(self.cash), "a finite number above 0"),
            ("bars_per_year", self.bars_per_year, above_zero(self.bars_per_year), "a finite number above 0"),
            (
                "entry_threshold",
                self.entry_threshold,
                self.entry_threshold >= 0.0 && self.entry_threshold.is_finite(),
                "a finite number of at least 0",
            ),
        ];
        match checks.into_iter().find(|(_, _, valid, _)| !valid) {
            Some((name, value, _, expected)) => Err(SettingsError { name, value, expected }),
            None => Ok(()),
        }
    }
}
