use crate::{Interval, Mechanism, Target, Tie};

/// An invariant that a genome breaks. The codes are the reference's, I1 to I7.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum Violation {
    /// I1: nothing ends a trade.
    #[error("no exit mechanism is in force; keep at least one")]
    NoExit,
    /// I2: nothing limits a loss or a trade's time.
    #[error("no mechanism limits the loss or the time of a trade; keep one of protect, trail or time")]
    NoLossLimit,
    /// I3: a value outside its bounds, or none.
    #[error("{target} is {value}, outside {bounds}")]
    OutOfBounds {
        /// Which value.
        target: Target,
        /// The value.
        value: f64,
        /// What it may be.
        bounds: Interval,
    },
    /// I3: more or fewer own parameters than the component has.
    #[error("{given} parameters, where the component has {wanted}")]
    ParameterCount {
        /// How many the genome has.
        given: usize,
        /// How many the component declares.
        wanted: usize,
    },
    /// I4: a value between two whole numbers.
    #[error("{target} is {value}, not a whole number")]
    NotWhole {
        /// Which value.
        target: Target,
        /// The value.
        value: f64,
    },
    /// I5: a derived value that is not what its tie says.
    #[error("{} is {value}, but {tie} makes it {derived}", Target::Exit(tie.derived().0, tie.derived().1))]
    NotDerived {
        /// The tie.
        tie: Tie,
        /// The value.
        value: f64,
        /// Coefficient times source, clamped.
        derived: f64,
    },
    /// I6, where a trail must lock in profit: it is wider than what arms it.
    #[error("the trailing stop's offset {offset} exceeds its activation {activation}, so it would lock in a loss")]
    LocksLoss {
        /// Distance of the trail.
        offset: f64,
        /// Gain that arms it.
        activation: f64,
    },
    /// I7: a trigger at or beyond the take-profit's target, which never acts.
    #[error("{mechanism} triggers at {trigger}, not below the target {target}")]
    TriggerPastTarget {
        /// Break-even or partial exit.
        mechanism: Mechanism,
        /// Its trigger.
        trigger: f64,
        /// The take-profit's target.
        target: f64,
    },
}

impl Violation {
    /// The reference's code: `I1` to `I7`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoExit => "I1",
            Self::NoLossLimit => "I2",
            Self::OutOfBounds { .. } | Self::ParameterCount { .. } => "I3",
            Self::NotWhole { .. } => "I4",
            Self::NotDerived { .. } => "I5",
            Self::LocksLoss { .. } => "I6",
            Self::TriggerPastTarget { .. } => "I7",
        }
    }
}

/// What a genome may do, but probably should not.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum Warning {
    /// I8: a target that costs eat up.
    #[error("the target of {target} is less than twice the round-trip cost of {round_trip_cost}")]
    ThinTarget {
        /// The nearer target as a fraction of the entry price, before costs.
        target: f64,
        /// Fees and slippage of both sides as a fraction of the traded value.
        round_trip_cost: f64,
    },
}

impl Warning {
    /// The reference's code: `I8`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::ThinTarget { .. } => "I8",
        }
    }
}
