use std::fmt;

use crate::{Interval, Mechanism, Scale};

/// How the two exits decided at a close, time and signal, combine when both are present. Every other exit acts alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Combine {
    /// Either one exits.
    #[default]
    Any,
    /// The signal exits once the holding period is over.
    All,
}

impl Combine {
    /// The other one.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Any => Self::All,
            Self::All => Self::Any,
        }
    }

    /// `any` or `all`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::All => "all",
        }
    }
}

/// One parameter of one mechanism, by its place in [`Mechanism::parameters`].
pub type ExitParameter = (Mechanism, usize);

const STOP: ExitParameter = (Mechanism::FixedStop, 0);
const TARGET: ExitParameter = (Mechanism::TakeProfit, 0);
const OFFSET: ExitParameter = (Mechanism::TrailingStop, 0);
const ACTIVATION: ExitParameter = (Mechanism::TrailingStop, 1);
const TRIGGER: ExitParameter = (Mechanism::BreakEven, 0);

/// A relation: one exit parameter is a coefficient times another one.
///
/// The four ties are all there are, each derives another parameter, and each parameter stands after its source in the order
/// stop, target, activation, offset, break-even. Whichever of them are in force, they form no cycle (I5), and one pass in the order
/// of [`Tie::ALL`] resolves them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tie {
    /// L1: the take-profit's target is a multiple of the fixed stop's distance: its reward to risk.
    TargetByStop,
    /// L2: the trailing stop arms at a share of the take-profit's target.
    ActivationByTarget,
    /// L3: the trailing stop's offset is a multiple of the fixed stop's distance.
    OffsetByStop,
    /// L7: the break-even stop's trigger is a multiple of the trailing stop's activation.
    TriggerByActivation,
}

impl Tie {
    /// Every tie, in the order in which derived values are resolved.
    pub const ALL: [Self; 4] =
        [Self::TargetByStop, Self::ActivationByTarget, Self::OffsetByStop, Self::TriggerByActivation];

    /// The name in logs and reports (kebab case).
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::TargetByStop => "target-by-stop",
            Self::ActivationByTarget => "activation-by-target",
            Self::OffsetByStop => "offset-by-stop",
            Self::TriggerByActivation => "trigger-by-activation",
        }
    }

    /// The tie of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tie| tie.name() == name)
    }

    /// The parameter that the other one follows.
    #[must_use]
    pub fn source(self) -> ExitParameter {
        match self {
            Self::TargetByStop | Self::OffsetByStop => STOP,
            Self::ActivationByTarget => TARGET,
            Self::TriggerByActivation => ACTIVATION,
        }
    }

    /// The parameter that is derived.
    #[must_use]
    pub fn derived(self) -> ExitParameter {
        match self {
            Self::TargetByStop => TARGET,
            Self::ActivationByTarget => ACTIVATION,
            Self::OffsetByStop => OFFSET,
            Self::TriggerByActivation => TRIGGER,
        }
    }

    /// The tie that may derive a parameter.
    #[must_use]
    pub(crate) fn of(parameter: ExitParameter) -> Option<Self> {
        Self::ALL.into_iter().find(|tie| tie.derived() == parameter)
    }

    /// What the coefficient may be.
    ///
    /// The reference fixes reward to risk (0.5 to 10) and the activation's share (0.1 to 0.9). The other two go from a tenth to
    /// twice their source: an offset of 0.005 to 0.05 beside a stop of 0.01 to 0.20, and a trigger of 0.005 to 0.10 beside an activation of up
    /// to 0.20, are reached from inside these, and beyond them the clamp would decide in place of the coefficient.
    #[must_use]
    pub fn bounds(self) -> Interval {
        match self {
            Self::TargetByStop => Interval::constant(0.5, 10.0),
            Self::ActivationByTarget => Interval::constant(0.1, 0.9),
            Self::OffsetByStop | Self::TriggerByActivation => Interval::constant(0.1, 2.0),
        }
    }

    /// The coefficient's scale: linear for the activation, which is a share, logarithmic for the ratios.
    #[must_use]
    pub fn scale(self) -> Scale {
        match self {
            Self::ActivationByTarget => Scale::Linear,
            Self::TargetByStop | Self::OffsetByStop | Self::TriggerByActivation => Scale::Log,
        }
    }

    /// The coefficient of a new tie: the reference's 2 for reward to risk, for the others the ratio of the two parameters' defaults.
    #[must_use]
    pub fn default_coefficient(self) -> f64 {
        match self {
            Self::TargetByStop => 2.0,
            Self::ActivationByTarget | Self::OffsetByStop => 0.25,
            Self::TriggerByActivation => 0.4,
        }
    }
}

impl fmt::Display for Tie {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// The ties in force, each with its coefficient.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Relations([Option<f64>; Tie::ALL.len()]);

impl Relations {
    /// The coefficient of a tie in force.
    #[must_use]
    #[expect(clippy::indexing_slicing, reason = "one place for each tie")]
    pub fn get(&self, tie: Tie) -> Option<f64> {
        self.0[tie as usize]
    }

    /// The ties in force with their coefficients, in the order in which they are resolved.
    pub fn iter(&self) -> impl Iterator<Item = (Tie, f64)> + Clone + use<> {
        Tie::ALL.into_iter().zip(self.0).filter_map(|(tie, coefficient)| Some((tie, coefficient?)))
    }

    #[expect(clippy::indexing_slicing, reason = "one place for each tie")]
    pub(crate) fn set(&mut self, tie: Tie, coefficient: Option<f64>) {
        self.0[tie as usize] = coefficient;
    }
}

#[cfg(test)]
mod tests {
    use super::Tie;

    /// If a derived value were read before it is resolved, a child would carry a stale stop or target.
    #[test]
    fn every_source_is_resolved_before_what_follows_it() {
        for (place, tie) in Tie::ALL.into_iter().enumerate() {
            let (from, to) = (tie.source(), tie.derived());
            assert!(Tie::ALL.iter().skip(place).all(|later| later.derived() != from), "{tie}");
            assert_eq!(Tie::ALL.iter().filter(|other| other.derived() == to).count(), 1, "{tie}");
            assert!(from.0.parameters().len() > from.1 && to.0.parameters().len() > to.1);
            assert!(tie.bounds().contains(tie.default_coefficient()));
            assert_eq!(Tie::from_name(tie.name()), Some(tie));
        }
    }

    #[test]
    fn default_coefficients_are_ratios_of_the_lists_defaults() {
        let default = |(mechanism, index): super::ExitParameter| mechanism.parameters()[index].default;
        for tie in Tie::ALL {
            let ratio = default(tie.derived()) / default(tie.source());
            assert!((ratio - tie.default_coefficient()).abs() < 1e-12, "{tie}: {ratio}");
        }
    }
}
