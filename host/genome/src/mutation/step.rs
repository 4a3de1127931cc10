//! What a mutation did, as plain data: enough to report it, and to repeat it.

use std::fmt;

use crate::space::Axis;
use crate::value_step::Moved;
use crate::{Interval, Mechanism, Tie, Warning};

/// The three tiers of exit mutation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tier {
    /// A value moves.
    Parametric,
    /// A mechanism comes, goes or is replaced.
    Structural,
    /// A tie, a coefficient, a comparator or a combination changes.
    Relational,
}

impl Tier {
    /// Every tier, in order.
    pub const ALL: [Self; 3] = [Self::Parametric, Self::Structural, Self::Relational];

    /// `parametric`, `structural` or `relational`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Parametric => "parametric",
            Self::Structural => "structural",
            Self::Relational => "relational",
        }
    }

    /// The tier of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tier| tier.name() == name)
    }
}

impl fmt::Display for Tier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// What acted. The codes are the reference's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Operator {
    /// P1: a relative normal step.
    Gauss,
    /// P2: a factor from the parameter's range.
    Factor,
    /// P3: a normal step on the scale, of the individual's own size.
    SelfAdaptive,
    /// P4: anywhere on the scale; for a choice, any other label.
    Reset,
    /// S1: a mechanism into a free slot.
    Add,
    /// S2: a mechanism out.
    Remove,
    /// S3: one mechanism for another at an equivalent distance.
    Replace,
    /// L1, L2, L3, L7: a parameter follows another from now on.
    Tie(Tie),
    /// L1, L2, L3, L7: a parameter is free again.
    Untie(Tie),
    /// L4: a coefficient moves.
    Coefficient,
    /// L5: the comparator of one mechanism.
    Touch,
    /// L6: how time and signal combine.
    Combine,
}

impl Operator {
    /// Every operator, in the order of the reference.
    pub const ALL: [Self; 18] = [
        Self::Gauss,
        Self::Factor,
        Self::SelfAdaptive,
        Self::Reset,
        Self::Add,
        Self::Remove,
        Self::Replace,
        Self::Tie(Tie::TargetByStop),
        Self::Untie(Tie::TargetByStop),
        Self::Tie(Tie::ActivationByTarget),
        Self::Untie(Tie::ActivationByTarget),
        Self::Tie(Tie::OffsetByStop),
        Self::Untie(Tie::OffsetByStop),
        Self::Coefficient,
        Self::Touch,
        Self::Combine,
        Self::Tie(Tie::TriggerByActivation),
        Self::Untie(Tie::TriggerByActivation),
    ];

    /// The reference's code: `P1` to `P4`, `S1` to `S3`, `L1` to `L7`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Gauss => "P1",
            Self::Factor => "P2",
            Self::SelfAdaptive => "P3",
            Self::Reset => "P4",
            Self::Add => "S1",
            Self::Remove => "S2",
            Self::Replace => "S3",
            Self::Tie(Tie::TargetByStop) | Self::Untie(Tie::TargetByStop) => "L1",
            Self::Tie(Tie::ActivationByTarget) | Self::Untie(Tie::ActivationByTarget) => "L2",
            Self::Tie(Tie::OffsetByStop) | Self::Untie(Tie::OffsetByStop) => "L3",
            Self::Coefficient => "L4",
            Self::Touch => "L5",
            Self::Combine => "L6",
            Self::Tie(Tie::TriggerByActivation) | Self::Untie(Tie::TriggerByActivation) => "L7",
        }
    }

    /// The name in logs and reports (kebab case); together with the code it is unique.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Gauss => "gauss",
            Self::Factor => "factor",
            Self::SelfAdaptive => "self-adaptive",
            Self::Reset => "reset",
            Self::Add => "add",
            Self::Remove => "remove",
            Self::Replace => "replace",
            Self::Tie(_) => "tie",
            Self::Untie(_) => "untie",
            Self::Coefficient => "coefficient",
            Self::Touch => "touch",
            Self::Combine => "combine",
        }
    }
}

impl fmt::Display for Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// Whether a value had to be brought inside its bounds, and at which end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Clamped {
    /// The raw value was inside.
    None,
    /// The raw value was below the lower bound.
    Low,
    /// The raw value was above the upper bound.
    High,
}

impl Clamped {
    /// Where `raw` lies.
    #[must_use]
    pub(crate) fn of(raw: f64, bounds: Interval) -> Self {
        match () {
            () if raw < bounds.low() => Self::Low,
            () if raw > bounds.high() => Self::High,
            () => Self::None,
        }
    }

    /// `none`, `low` or `high`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Low => "low",
            Self::High => "high",
        }
    }

    /// Whether a value had to be brought inside.
    #[must_use]
    pub fn is_clamped(self) -> bool {
        self != Self::None
    }
}

/// Where a changed value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// An operator moved it, or it is a new mechanism's own.
    Direct,
    /// It follows another value by a tie.
    Relation,
    /// It was carried over from the mechanism that it replaces.
    Transfer,
}

impl Source {
    /// `direct`, `relation` or `transfer`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Direct => "direct",
            Self::Relation => "relation",
            Self::Transfer => "transfer",
        }
    }
}

/// What a change moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Target {
    /// A seed's own parameter, by its place in the description.
    Signal(usize),
    /// A parameter of an exit mechanism, by its place in [`Mechanism::parameters`].
    Exit(Mechanism, usize),
    /// The coefficient of a tie.
    Coefficient(Tie),
}

impl fmt::Display for Target {
    /// `parameter 0`, `fixed-stop stop-loss` or `coefficient target-by-stop`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Signal(index) => write!(f, "parameter {index}"),
            Self::Exit(mechanism, index) => {
                write!(f, "{mechanism} {}", mechanism.parameters().get(*index).map_or("?", |spec| spec.name))
            }
            Self::Coefficient(tie) => write!(f, "coefficient {tie}"),
        }
    }
}

/// One value that a mutation moved or set.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Change {
    /// Which value.
    pub target: Target,
    /// Its value in the parent; `None` when the parent has none: a new mechanism, a new tie.
    pub old: Option<f64>,
    /// What the operator, the relation or the transfer gave, before bounds and rounding.
    pub raw: f64,
    /// The value in the child.
    pub new: f64,
    /// Whether, and at which end, `raw` lay outside the bounds.
    pub clamped: Clamped,
    /// Whether the value was rounded to a whole number.
    pub rounded: bool,
    /// Where the value comes from.
    pub source: Source,
}

impl Change {
    /// The change that an operator made.
    pub(crate) fn moved(target: Target, old: Option<f64>, moved: Moved) -> Self {
        let Moved { raw, new, clamped, rounded } = moved;
        Self { target, old, raw, new, clamped, rounded, source: Source::Direct }
    }

    /// The change that brings `raw` onto an axis: to the nearest bound, whole where values are.
    pub(crate) fn settled(target: Target, old: Option<f64>, raw: f64, axis: Axis, source: Source) -> Self {
        let new = axis.nearest(raw);
        let clamped = Clamped::of(raw, axis.bounds);
        Self { target, old, raw, new, clamped, rounded: new != axis.bounds.clamp(raw), source }
    }
}

/// The part of a mutation that is no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edit {
    /// Values moved, and nothing else.
    Values,
    /// A mechanism came into force; its values are among the changes.
    Add(Mechanism),
    /// A mechanism went out of force, and the ties that it was an end of.
    Remove(Mechanism),
    /// One mechanism took the place of another and kept its comparator; its values are among the changes.
    Replace {
        /// The mechanism of the parent.
        from: Mechanism,
        /// The mechanism of the child.
        to: Mechanism,
    },
    /// A tie came into force; its coefficient and the derived value are among the changes.
    Tie(Tie),
    /// A tie went out of force.
    Untie(Tie),
    /// The comparator of a mechanism became the other one.
    Touch(Mechanism),
    /// Time and signal combine the other way.
    Combine,
}

/// One mutation: what was drawn, what acted, and every value that changed.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// The tier that acted; `None` for a seed's own parameter.
    pub tier: Option<Tier>,
    /// The tier that the weights drew. It differs from `tier` after a fallback, because nothing of it could act; `None` when own parameters were
    /// drawn.
    pub drawn: Option<Tier>,
    /// The operator that acted.
    pub operator: Operator,
    /// The part that is no value.
    pub edit: Edit,
    /// The values: the principal one first, then those that follow, in the order in which they were resolved.
    pub changes: Vec<Change>,
    /// The child's own step size.
    pub step_size: f64,
    /// What the child may do but probably should not.
    pub warnings: Vec<Warning>,
}

impl Step {
    /// Whether the tier that was drawn could not act, so that another one did.
    #[must_use]
    pub fn fell_back(&self) -> bool {
        self.drawn.is_some() && self.drawn != self.tier
    }

    /// The mechanism that a structural or comparator edit is about; for a replacement the one that left.
    #[must_use]
    pub fn mechanism(&self) -> Option<Mechanism> {
        match self.edit {
            Edit::Add(mechanism) | Edit::Remove(mechanism) | Edit::Touch(mechanism) => Some(mechanism),
            Edit::Replace { from, .. } => Some(from),
            Edit::Values | Edit::Tie(_) | Edit::Untie(_) | Edit::Combine => None,
        }
    }
}
