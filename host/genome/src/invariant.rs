use crate::distance::distance;
use crate::space::Axis;
use crate::{ExitGenome, Genome, Interval, Mechanism, Slot, Space, Target, Tie};

impl Space {
    /// Checks every invariant of a genome, I1 to I7.
    ///
    /// # Errors
    /// The first violation, in the order of their numbers; own parameters last.
    pub fn check(&self, genome: &Genome) -> Result<(), Violation> {
        self.check_exits(&genome.exits)?;
        self.check_parameters(&genome.parameters)
    }

    /// Checks the own parameters: as many as there should be, each of its domain (I3, I4).
    ///
    /// # Errors
    /// The first violation.
    pub fn check_parameters(&self, parameters: &[f64]) -> Result<(), Violation> {
        let axes = self.parameters();
        if axes.len() != parameters.len() {
            return Err(Violation::ParameterCount { given: parameters.len(), wanted: axes.len() });
        }
        let mut values = axes.iter().zip(parameters).enumerate();
        values.try_for_each(|(index, (axis, &value))| check_value(Target::Signal(index), value, *axis))
    }

    /// Checks the exits, I1 to I7.
    ///
    /// I7 compares with a take-profit only: an ATR target has no fixed place beside a fraction of the price.
    ///
    /// # Errors
    /// The first violation, in the order of their numbers.
    pub fn check_exits(&self, exits: &ExitGenome) -> Result<(), Violation> {
        if exits.is_empty() {
            return Err(Violation::NoExit);
        }
        if !exits.limits_loss() {
            return Err(Violation::NoLossLimit);
        }
        for exit in exits.exits() {
            let mechanism = exit.mechanism();
            for ((index, value, spec), bounds) in exit.specs().zip(self.bounds().row(mechanism)) {
                check_value(Target::Exit(mechanism, index), value, Axis::of(*bounds, spec.scale))?;
            }
        }
        for (tie, coefficient) in exits.relations().iter() {
            check_value(Target::Coefficient(tie), coefficient, Axis::of(tie.bounds(), tie.scale()))?;
            let (value, formula) = (exits.value(tie.derived()), exits.formula(tie));
            let derived = formula.zip(self.axis(tie.derived())).map(|(formula, axis)| axis.bounds.clamp(formula));
            if let (Some(value), Some(derived)) = (value, derived)
                && value != derived
            {
                return Err(Violation::NotDerived { tie, value, derived });
            }
        }
        if let Some(trail) = exits.exit(Mechanism::TrailingStop).filter(|_| self.lock_profit())
            && let [offset, activation] = *trail.values()
            && offset > activation
        {
            return Err(Violation::LocksLoss { offset, activation });
        }
        if let Some(target) = exits.value((Mechanism::TakeProfit, 0)) {
            for mechanism in [Mechanism::BreakEven, Mechanism::PartialExit] {
                if let Some(trigger) = exits.value((mechanism, 0)).filter(|trigger| *trigger >= target) {
                    return Err(Violation::TriggerPastTarget { mechanism, trigger, target });
                }
            }
        }
        Ok(())
    }

    /// What is allowed but doubtful (I8): a target, by the market's scale where it is in indicator units, below twice the round-trip cost.
    #[must_use]
    pub fn warnings(&self, exits: &ExitGenome) -> Vec<Warning> {
        let thin = || {
            let round_trip_cost = self.round_trip_cost()?;
            let target = distance(exits.slot(Slot::Target)?, self.market())?;
            (target < 2.0 * round_trip_cost).then_some(Warning::ThinTarget { target, round_trip_cost })
        };
        thin().into_iter().collect()
    }
}

fn check_value(target: Target, value: f64, axis: Axis) -> Result<(), Violation> {
    if !axis.bounds.contains(value) {
        return Err(Violation::OutOfBounds { target, value, bounds: axis.bounds });
    }
    if axis.is_whole() && value.fract() != 0.0 {
        return Err(Violation::NotWhole { target, value });
    }
    Ok(())
}

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
