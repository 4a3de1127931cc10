//! Exit mechanisms: what a strategy proposes, and what a genome holds.

use std::{fmt, ops::RangeInclusive};

/// The exit mechanisms that the host knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mechanism {
    /// A stop at a fraction below the entry price.
    FixedStop,
    /// A stop at a multiple of the average true range below the entry price.
    AtrStop,
    /// A stop at a multiple of the sd of returns below the entry price.
    VolatilityStop,
    /// A stop that follows the best price since entry.
    TrailingStop,
    /// A stop at a multiple of the average true range below the best price since entry; it never loosens.
    Chandelier,
    /// A target at a fraction above the entry price.
    TakeProfit,
    /// A target at a multiple of the average true range above the entry price.
    AtrTarget,
    /// An exit after a number of bars.
    TimeStop,
    /// A stop at about the entry price once the trade has gained enough.
    BreakEven,
    /// The sale of a part of the position at a first target.
    PartialExit,
    /// An exit when the conviction turns to the other side.
    SignalExit,
}

/// The bounds that the host grants a parameter: a strategy's own may only be narrower.
struct Grant {
    name: &'static str,
    low: f64,
    high: f64,
    whole: bool,
}

const fn real(name: &'static str, low: f64, high: f64) -> Grant {
    Grant { name, low, high, whole: false }
}

const fn integer(name: &'static str, low: f64, high: f64) -> Grant {
    Grant { name, low, high, whole: true }
}

/// What a mechanism is for: a trade has at most one mechanism of each slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each variant is the whole of its meaning")]
pub enum Slot {
    Protect,
    Trail,
    Target,
    Time,
    BreakEven,
    Partial,
    Signal,
}

impl Mechanism {
    /// The mechanism's name in the contract.
    pub const fn name(self) -> &'static str {
        match self {
            Self::FixedStop => "fixed-stop",
            Self::AtrStop => "atr-stop",
            Self::VolatilityStop => "volatility-stop",
            Self::TrailingStop => "trailing-stop",
            Self::Chandelier => "chandelier",
            Self::TakeProfit => "take-profit",
            Self::AtrTarget => "atr-target",
            Self::TimeStop => "time-stop",
            Self::BreakEven => "break-even",
            Self::PartialExit => "partial-exit",
            Self::SignalExit => "signal-exit",
        }
    }

    /// What the mechanism is for.
    pub const fn slot(self) -> Slot {
        match self {
            Self::FixedStop | Self::AtrStop | Self::VolatilityStop => Slot::Protect,
            Self::TrailingStop | Self::Chandelier => Slot::Trail,
            Self::TakeProfit | Self::AtrTarget => Slot::Target,
            Self::TimeStop => Slot::Time,
            Self::BreakEven => Slot::BreakEven,
            Self::PartialExit => Slot::Partial,
            Self::SignalExit => Slot::Signal,
        }
    }

    const fn grants(self) -> &'static [Grant] {
        const FIXED_STOP: &[Grant] = &[real("stop-loss", 0.01, 0.20)];
        const ATR_STOP: &[Grant] = &[integer("period", 5.0, 50.0), real("mult", 1.0, 6.0)];
        const VOLATILITY_STOP: &[Grant] = &[integer("period", 5.0, 60.0), real("mult", 1.0, 6.0)];
        const TRAILING_STOP: &[Grant] = &[real("offset", 0.005, 0.05), real("activation", 0.0, 0.20)];
        const CHANDELIER: &[Grant] = &[integer("period", 5.0, 50.0), real("mult", 1.5, 8.0)];
        const TAKE_PROFIT: &[Grant] = &[real("target", 0.05, 0.50)];
        const ATR_TARGET: &[Grant] = &[integer("period", 5.0, 50.0), real("mult", 1.0, 10.0)];
        const TIME_STOP: &[Grant] = &[integer("holding-period", 1.0, 60.0)];
        const BREAK_EVEN: &[Grant] = &[real("trigger", 0.005, 0.10), real("lock", 0.0, 0.02)];
        const PARTIAL_EXIT: &[Grant] = &[real("trigger", 0.02, 0.30), real("fraction", 0.1, 0.9)];
        const SIGNAL_EXIT: &[Grant] = &[real("threshold", 0.0, 1.0)];
        match self {
            Self::FixedStop => FIXED_STOP,
            Self::AtrStop => ATR_STOP,
            Self::VolatilityStop => VOLATILITY_STOP,
            Self::TrailingStop => TRAILING_STOP,
            Self::Chandelier => CHANDELIER,
            Self::TakeProfit => TAKE_PROFIT,
            Self::AtrTarget => ATR_TARGET,
            Self::TimeStop => TIME_STOP,
            Self::BreakEven => BREAK_EVEN,
            Self::PartialExit => PARTIAL_EXIT,
            Self::SignalExit => SIGNAL_EXIT,
        }
    }
}

impl fmt::Display for Mechanism {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A starting value and, where the strategy narrows them, the bounds of one exit parameter.
///
/// A plain number keeps the host's bounds; [`within`] narrows them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tunable {
    value: f64,
    bounds: Option<(f64, f64)>,
}

/// A starting value with bounds narrower than the host's.
pub fn within(value: impl Into<Tunable>, bounds: RangeInclusive<impl Into<f64> + Copy>) -> Tunable {
    Tunable { value: value.into().value, bounds: Some(((*bounds.start()).into(), (*bounds.end()).into())) }
}

impl From<f64> for Tunable {
    fn from(value: f64) -> Self {
        Self { value, bounds: None }
    }
}

impl From<i32> for Tunable {
    fn from(value: i32) -> Self {
        f64::from(value).into()
    }
}

/// One exit mechanism that a strategy proposes.
///
/// Prices are fractions (0.08 is 8 %), periods are bars. Shorts mirror longs.
#[derive(Debug, Clone, PartialEq)]
pub struct Exit {
    mechanism: Mechanism,
    values: Vec<Tunable>,
    enabled: bool,
}

impl Exit {
    /// A stop `stop_loss` below the entry price: 0.01 to 0.20.
    pub fn fixed_stop(stop_loss: impl Into<Tunable>) -> Self {
        Self::new(Mechanism::FixedStop, [stop_loss.into()])
    }

    /// A stop `mult` (1 to 6) average true ranges of `period` (5 to 50) bars below the entry price.
    pub fn atr_stop(period: impl Into<Tunable>, mult: impl Into<Tunable>) -> Self {
        Self::new(Mechanism::AtrStop, [period.into(), mult.into()])
    }

    /// A stop `mult` (1 to 6) sd of the last `period` (5 to 60) returns below the entry price.
    pub fn volatility_stop(period: impl Into<Tunable>, mult: impl Into<Tunable>) -> Self {
        Self::new(Mechanism::VolatilityStop, [period.into(), mult.into()])
    }

    /// A stop `offset` (0.005 to 0.05) below the best price, armed once the trade has gained `activation` (0 to 0.20).
    pub fn trailing_stop(offset: impl Into<Tunable>, activation: impl Into<Tunable>) -> Self {
        Self::new(Mechanism::TrailingStop, [offset.into(), activation.into()])
    }

    /// A stop `mult` (1.5 to 8) average true ranges of `period` (5 to 50) bars below the best price.
    pub fn chandelier(period: impl Into<Tunable>, mult: impl Into<Tunable>) -> Self {
        Self::new(Mechanism::Chandelier, [period.into(), mult.into()])
    }

    /// A target `target` (0.05 to 0.50) above the entry price.
    pub fn take_profit(target: impl Into<Tunable>) -> Self {
        Self::new(Mechanism::TakeProfit, [target.into()])
    }

    /// A target `mult` (1 to 10) average true ranges of `period` (5 to 50) bars above the entry price.
    pub fn atr_target(period: impl Into<Tunable>, mult: impl Into<Tunable>) -> Self {
        Self::new(Mechanism::AtrTarget, [period.into(), mult.into()])
    }

    /// An exit after `holding_period` (1 to 60) bars.
    pub fn time_stop(holding_period: impl Into<Tunable>) -> Self {
        Self::new(Mechanism::TimeStop, [holding_period.into()])
    }

    /// A stop `lock` (0 to 0.02) above the entry price once the trade has gained `trigger` (0.005 to 0.10).
    pub fn break_even(trigger: impl Into<Tunable>, lock: impl Into<Tunable>) -> Self {
        Self::new(Mechanism::BreakEven, [trigger.into(), lock.into()])
    }

    /// The sale of `fraction` (0.1 to 0.9) of the position once the trade has gained `trigger` (0.02 to 0.30).
    pub fn partial_exit(trigger: impl Into<Tunable>, fraction: impl Into<Tunable>) -> Self {
        Self::new(Mechanism::PartialExit, [trigger.into(), fraction.into()])
    }

    /// An exit when the conviction is on the other side beyond `threshold` (0 to 1).
    pub fn signal_exit(threshold: impl Into<Tunable>) -> Self {
        Self::new(Mechanism::SignalExit, [threshold.into()])
    }

    /// Leaves the mechanism out of the starting genome; a mutation may switch it on with these values.
    #[must_use]
    pub fn off(mut self) -> Self {
        self.enabled = false;
        self
    }

    /// The mechanism.
    pub fn mechanism(&self) -> Mechanism {
        self.mechanism
    }

    /// Whether the starting genome has the mechanism.
    pub fn is_enabled(&self) -> bool {
        self.enabled
    }

    /// The parameters: name, value, low and high bound.
    pub fn parameters(&self) -> impl Iterator<Item = (&'static str, f64, f64, f64)> {
        self.mechanism.grants().iter().zip(&self.values).map(|(grant, tunable)| {
            let (low, high) = tunable.bounds.unwrap_or((grant.low, grant.high));
            (grant.name, tunable.value, low, high)
        })
    }

    /// What the host would refuse or change: bounds wider than its own, a value outside them, a period that is not whole.
    pub fn mistakes(&self) -> Vec<String> {
        let grants = self.mechanism.grants().iter();
        grants
            .zip(self.parameters())
            .filter_map(|(grant, (name, value, low, high))| {
                let mechanism = self.mechanism;
                if !(grant.low <= low && low <= high && high <= grant.high) {
                    let (outer_low, outer_high) = (grant.low, grant.high);
                    Some(format!("{mechanism} {name}: bounds {low}..={high} are not inside {outer_low}..={outer_high}"))
                } else if !(low <= value && value <= high) {
                    Some(format!("{mechanism} {name}: {value} is outside {low}..={high}"))
                } else if grant.whole && value.fract() != 0.0 {
                    Some(format!("{mechanism} {name}: {value} is not a whole number"))
                } else {
                    None
                }
            })
            .collect()
    }

    fn new<const N: usize>(mechanism: Mechanism, values: [Tunable; N]) -> Self {
        Self { mechanism, values: values.into(), enabled: true }
    }
}

/// The value of one exit parameter in a candidate genome.
#[derive(Debug, Clone, PartialEq)]
pub struct ExitSetting {
    /// The mechanism's name in the contract.
    pub mechanism: String,
    /// The parameter's name.
    pub name: String,
    /// The value.
    pub value: f64,
}

/// The exits of a candidate genome, which a strategy may [veto](crate::Strategy::accept).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ExitSettings(Vec<ExitSetting>);

impl ExitSettings {
    /// Takes the settings of a genome.
    pub fn new(settings: Vec<ExitSetting>) -> Self {
        Self(settings)
    }

    /// Whether the genome has `mechanism`.
    pub fn has(&self, mechanism: Mechanism) -> bool {
        self.0.iter().any(|setting| setting.mechanism == mechanism.name())
    }

    /// The value of `mechanism`'s parameter `name`, when the genome has it.
    pub fn value(&self, mechanism: Mechanism, name: &str) -> Option<f64> {
        let matches = |setting: &&ExitSetting| setting.mechanism == mechanism.name() && setting.name == name;
        self.0.iter().find(matches).map(|setting| setting.value)
    }

    /// All settings, mechanisms unknown to this version of the SDK included.
    pub fn iter(&self) -> impl Iterator<Item = &ExitSetting> {
        self.0.iter()
    }
}
