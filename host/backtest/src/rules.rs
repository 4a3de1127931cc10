//! The exit mechanisms of one candidate, and how they combine.

use thiserror::Error;

/// Whether a price equal to a level fires it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Touch {
    /// Equality fires (R4).
    #[default]
    Inclusive,
    /// Only a price beyond the level fires.
    Strict,
}

/// Stop at `loss` from the entry price.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FixedStop {
    /// Distance as a fraction of the entry price.
    pub loss: f64,
    /// Comparator.
    pub touch: Touch,
}

/// Stop at `mult` average true ranges from the entry price, fixed at the entry.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AtrStop {
    /// Period of Wilder's average true range in bars.
    pub period: usize,
    /// Distance in average true ranges.
    pub mult: f64,
    /// Comparator.
    pub touch: Touch,
}

/// Stop at `mult` standard deviations of returns from the entry price, fixed at the entry.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct VolatilityStop {
    /// Number of returns, at least 2.
    pub period: usize,
    /// Distance in standard deviations, as a fraction of the entry price.
    pub mult: f64,
    /// Comparator.
    pub touch: Touch,
}

/// Stop at `offset` from the best price since the entry, once the trade was `activation` ahead.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TrailingStop {
    /// Distance as a fraction of the best price.
    pub offset: f64,
    /// Gain as a fraction of the entry price that arms the trail; 0 arms it from the start.
    pub activation: f64,
    /// Comparator.
    pub touch: Touch,
}

/// Stop at `mult` average true ranges from the best price since the entry; never loosens.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Chandelier {
    /// Period of Wilder's average true range in bars.
    pub period: usize,
    /// Distance in average true ranges.
    pub mult: f64,
    /// Comparator.
    pub touch: Touch,
}

/// Target at `gain` from the entry price.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TakeProfit {
    /// Distance as a fraction of the entry price.
    pub gain: f64,
    /// Comparator.
    pub touch: Touch,
}

/// Target at `mult` average true ranges from the entry price, fixed at the entry.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AtrTarget {
    /// Period of Wilder's average true range in bars.
    pub period: usize,
    /// Distance in average true ranges.
    pub mult: f64,
    /// Comparator.
    pub touch: Touch,
}

/// Exit after `holding_period` bars.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeStop {
    /// Bars from the entry fill to the exit fill, at least 1.
    pub holding_period: usize,
}

/// Stop at `lock` beyond the entry price, in force from the bar after the price reached `trigger`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BreakEven {
    /// Gain as a fraction of the entry price that sets the stop.
    pub trigger: f64,
    /// Gain as a fraction of the entry price that the stop locks in.
    pub lock: f64,
    /// Comparator of the stop; the trigger is always inclusive.
    pub touch: Touch,
}

/// Gives up `fraction` of the position, once, at `trigger` from the entry price.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PartialExit {
    /// Distance as a fraction of the entry price.
    pub trigger: f64,
    /// Share of the position, above 0 and below 1.
    pub fraction: f64,
    /// Comparator.
    pub touch: Touch,
}

/// Exit at a close whose conviction is on the other side beyond `threshold`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SignalExit {
    /// Conviction that must be exceeded, at least 0.
    pub threshold: f64,
}

/// How the two exits decided at the close, time and signal, combine when both are present (R19).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Combine {
    /// Either one exits.
    #[default]
    Any,
    /// The signal exits once the holding period is over.
    All,
}

/// Which of a stop and a target of one bar fills (R5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum StopOrder {
    /// The stop.
    #[default]
    StopFirst,
    /// The target if the open is already at or beyond it, else the stop.
    OpenFirst,
}

/// The exit mechanisms of one candidate. All may be absent: such a trade stays open to the end.
///
/// Values are not bounded here beyond making sense; see [`ExitRules::validate`].
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct ExitRules {
    /// Stop at a fraction from the entry.
    pub fixed_stop: Option<FixedStop>,
    /// Stop by average true range.
    pub atr_stop: Option<AtrStop>,
    /// Stop by volatility of returns.
    pub volatility_stop: Option<VolatilityStop>,
    /// Trail by a fraction.
    pub trailing_stop: Option<TrailingStop>,
    /// Trail by average true range.
    pub chandelier: Option<Chandelier>,
    /// Target at a fraction from the entry.
    pub take_profit: Option<TakeProfit>,
    /// Target by average true range. With both targets given, the nearer one acts, at a tie the take-profit.
    pub atr_target: Option<AtrTarget>,
    /// Holding period.
    pub time_stop: Option<TimeStop>,
    /// Stop moved to the entry.
    pub break_even: Option<BreakEven>,
    /// Partial exit.
    pub partial_exit: Option<PartialExit>,
    /// Exit on the strategy's own conviction.
    pub signal_exit: Option<SignalExit>,
    /// How time and signal combine.
    pub combine: Combine,
    /// Which of a stop and a target of one bar fills.
    pub stop_order: StopOrder,
}

/// A rule that makes no sense.
#[derive(Debug, Clone, PartialEq, Error)]
#[error("{parameter} of {mechanism} is {value}: give {expected}")]
pub struct RuleError {
    /// Mechanism, as the contract writes it.
    pub mechanism: &'static str,
    /// Parameter of the mechanism.
    pub parameter: &'static str,
    /// Its value.
    pub value: f64,
    /// What it may be.
    pub expected: &'static str,
}

impl ExitRules {
    /// Checks every parameter: distances finite and at least 0, periods at least 1 (2 for a volatility), a partial exit of more
    /// than nothing and less than all.
    ///
    /// # Errors
    /// The first parameter that fails.
    pub fn validate(&self) -> Result<(), RuleError> {
        if let Some(FixedStop { loss, .. }) = self.fixed_stop {
            distance("fixed-stop", "loss", loss)?;
        }
        if let Some(AtrStop { period, mult, .. }) = self.atr_stop {
            bars("atr-stop", "period", period, 1)?;
            distance("atr-stop", "mult", mult)?;
        }
        if let Some(VolatilityStop { period, mult, .. }) = self.volatility_stop {
            bars("volatility-stop", "period", period, 2)?;
            distance("volatility-stop", "mult", mult)?;
        }
        if let Some(TrailingStop { offset, activation, .. }) = self.trailing_stop {
            distance("trailing-stop", "offset", offset)?;
            distance("trailing-stop", "activation", activation)?;
        }
        if let Some(Chandelier { period, mult, .. }) = self.chandelier {
            bars("chandelier", "period", period, 1)?;
            distance("chandelier", "mult", mult)?;
        }
        if let Some(TakeProfit { gain, .. }) = self.take_profit {
            distance("take-profit", "gain", gain)?;
        }
        if let Some(AtrTarget { period, mult, .. }) = self.atr_target {
            bars("atr-target", "period", period, 1)?;
            distance("atr-target", "mult", mult)?;
        }
        if let Some(TimeStop { holding_period }) = self.time_stop {
            bars("time-stop", "holding-period", holding_period, 1)?;
        }
        if let Some(BreakEven { trigger, lock, .. }) = self.break_even {
            distance("break-even", "trigger", trigger)?;
            distance("break-even", "lock", lock)?;
        }
        if let Some(PartialExit { trigger, fraction, .. }) = self.partial_exit {
            distance("partial-exit", "trigger", trigger)?;
            let expected = "a share above 0 and below 1";
            require("partial-exit", "fraction", fraction, fraction > 0.0 && fraction < 1.0, expected)?;
        }
        if let Some(SignalExit { threshold }) = self.signal_exit {
            distance("signal-exit", "threshold", threshold)?;
        }
        Ok(())
    }
}

fn distance(mechanism: &'static str, parameter: &'static str, value: f64) -> Result<(), RuleError> {
    require(mechanism, parameter, value, value >= 0.0 && value.is_finite(), "a finite number of at least 0")
}

fn bars(mechanism: &'static str, parameter: &'static str, value: usize, least: usize) -> Result<(), RuleError> {
    let expected = if least == 1 { "at least 1 bar" } else { "at least 2 bars" };
    require(mechanism, parameter, value as f64, value >= least, expected)
}

fn require(
    mechanism: &'static str,
    parameter: &'static str,
    value: f64,
    holds: bool,
    expected: &'static str,
) -> Result<(), RuleError> {
    if holds { Ok(()) } else { Err(RuleError { mechanism, parameter, value, expected }) }
}
