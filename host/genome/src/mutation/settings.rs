use crate::Interval;

/// How an exit or a parameter is mutated. Every number is a share, a factor or a standard deviation; none has a unit.
#[derive(Debug, Clone, PartialEq)]
pub struct MutationSettings {
    /// Whether exits are mutated at all; without, only a seed's own parameters move.
    pub exits: bool,
    /// Share of mutations that act on the exits, 0 to 1.
    pub exit_probability: f64,
    /// How often each tier is drawn.
    pub tiers: TierWeights,
    /// The factors of P2.
    pub ranges: ParameterRanges,
    /// Whether the factors of P2 are drawn evenly on the logarithmic scale, so that they have no drift.
    pub drift_free: bool,
    /// How often each operator of tier 1 is drawn.
    pub mix: Mix,
    /// Standard deviation of the relative step of P1, 0.05 to 0.35.
    pub gauss: f64,
    /// What becomes of a value outside its bounds.
    pub bounds: BoundMode,
}

impl Default for MutationSettings {
    fn default() -> Self {
        Self {
            exits: true,
            exit_probability: 0.3,
            tiers: TierWeights::default(),
            ranges: ParameterRanges::default(),
            drift_free: false,
            mix: Mix::default(),
            gauss: 0.15,
            bounds: BoundMode::Clamp,
        }
    }
}

/// Weights of the tiers, at least 0 each; only their ratios count.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TierWeights {
    /// Tier 1: a value moves.
    pub parametric: f64,
    /// Tier 2: a mechanism comes, goes or is replaced.
    pub structural: f64,
    /// Tier 3: how mechanisms and values relate.
    pub relational: f64,
}

impl Default for TierWeights {
    fn default() -> Self {
        Self { parametric: 0.5, structural: 0.3, relational: 0.2 }
    }
}

/// The factors by which P2 multiplies a value, drawn uniformly. Every other parameter has none, and moves by P1 instead.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ParameterRanges {
    /// For the fixed stop's stop-loss.
    pub stop_loss: Interval,
    /// For the take-profit's target.
    pub take_profit: Interval,
    /// For the trailing stop's offset.
    pub trailing: Interval,
}

impl Default for ParameterRanges {
    fn default() -> Self {
        Self {
            stop_loss: Interval::constant(0.8, 1.2),
            take_profit: Interval::constant(0.9, 1.3),
            trailing: Interval::constant(0.85, 1.25),
        }
    }
}

/// Weights of the operators of tier 1, at least 0 each; only their ratios count.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mix {
    /// P2: a factor from the parameter's range; P1 for a parameter that has none.
    pub factor: f64,
    /// P1: a relative normal step.
    pub gauss: f64,
    /// P3: a normal step on the scale, whose size evolves with the individual.
    pub self_adaptive: f64,
    /// P4: anywhere on the scale.
    pub reset: f64,
}

impl Default for Mix {
    fn default() -> Self {
        Self { factor: 0.50, gauss: 0.35, self_adaptive: 0.10, reset: 0.05 }
    }
}

/// What becomes of a value that an operator takes outside its bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum BoundMode {
    /// It stops at the nearest bound.
    #[default]
    Clamp,
    /// It is reflected at the bound that it passed.
    Reflect,
}
