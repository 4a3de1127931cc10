use crate::mechanism::MECHANISMS;
use crate::{
    Declared, Domain, Exit, ExitBounds, ExitParameter, Interval, MarketScale, Mechanism, Parameter, Scale, Slot, Target,
};

/// Where the genomes of one component live: what may move, how far, and what the market makes of a distance.
#[derive(Debug, Clone, PartialEq)]
pub struct Space {
    parameters: Vec<Axis>,
    bounds: ExitBounds,
    starts: [Exit; MECHANISMS],
    open: [bool; MECHANISMS],
    lock_profit: bool,
    round_trip_cost: Option<f64>,
    market: MarketScale,
}

/// The line that one value moves on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Axis {
    /// What the value may be.
    pub(crate) bounds: Interval,
    /// How steps are measured.
    pub(crate) kind: Kind,
}

/// How an axis is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Nearer values are more alike.
    Ordered(Scale),
    /// Whole numbers that name something.
    Choice,
}

impl Axis {
    pub(crate) fn of(bounds: Interval, scale: Scale) -> Self {
        Self { bounds, kind: Kind::Ordered(scale) }
    }

    fn of_domain(domain: &Domain) -> Self {
        match domain {
            Domain::Real(bounds) => Self::of(*bounds, Scale::Linear),
            Domain::LogReal(bounds) => Self::of(*bounds, Scale::Log),
            Domain::Integer(bounds) => Self::of(*bounds, Scale::Integer),
            Domain::Choice(labels) => {
                let last = labels.len().saturating_sub(1) as f64;
                Self { bounds: Interval::constant(0.0, last), kind: Kind::Choice }
            }
        }
    }

    /// The value of the axis that is nearest to `value`.
    pub(crate) fn nearest(self, value: f64) -> f64 {
        match self.kind {
            Kind::Ordered(scale) => scale.nearest(value, self.bounds),
            Kind::Choice => Scale::Integer.nearest(value, self.bounds),
        }
    }

    /// Whether every value is a whole number.
    pub(crate) fn is_whole(self) -> bool {
        matches!(self.kind, Kind::Choice | Kind::Ordered(Scale::Integer))
    }

    /// Whether the axis has more than one value.
    pub(crate) fn has_room(self) -> bool {
        let (low, high) = (self.bounds.low(), self.bounds.high());
        if self.is_whole() { low.ceil() < high.floor() } else { low < high }
    }
}

impl Space {
    /// The space of a component: its own parameters, and the exits that it declared under the bounds in force.
    ///
    /// `exits_closed` keeps structural mutation to the mechanisms that it declared, enabled or not. Otherwise every mechanism of the host's list may
    /// come in: a declared one at its declared values, any other at the host's defaults brought inside the bounds.
    #[must_use]
    pub fn new(parameters: &[Parameter], declared: &Declared, exits_closed: bool) -> Self {
        let start = |mechanism: Mechanism| {
            let inside = |exit: Exit| {
                exit.specs().zip(declared.bounds.row(mechanism)).fold(exit, |exit, ((index, value, spec), bounds)| {
                    exit.with_value(index, spec.scale.nearest(value, *bounds))
                })
            };
            declared.mechanisms.get(&mechanism).copied().unwrap_or_else(|| inside(Exit::new(mechanism)))
        };
        let mut open = [false; MECHANISMS];
        let mut starts = [Exit::new(Mechanism::FixedStop); MECHANISMS];
        for ((open, place), &mechanism) in open.iter_mut().zip(&mut starts).zip(Mechanism::ALL) {
            *open = !exits_closed || declared.mechanisms.contains_key(&mechanism);
            *place = start(mechanism);
        }
        Self {
            parameters: parameters.iter().map(|parameter| Axis::of_domain(&parameter.domain)).collect(),
            bounds: declared.bounds.clone(),
            starts,
            open,
            lock_profit: false,
            round_trip_cost: None,
            market: MarketScale::default(),
        }
    }

    /// Warn of targets below twice this cost (I8): fees and slippage of both sides as a fraction of the traded value.
    #[must_use]
    pub fn with_round_trip_cost(mut self, cost: f64) -> Self {
        self.round_trip_cost = Some(cost);
        self
    }

    /// Whether a trailing stop must lock in profit: its offset may not exceed its activation (I6). Off by default.
    #[must_use]
    pub fn with_lock_profit(mut self, lock_profit: bool) -> Self {
        self.lock_profit = lock_profit;
        self
    }

    /// The market by which mechanisms are exchanged at an equivalent distance.
    #[must_use]
    pub fn with_market(mut self, market: MarketScale) -> Self {
        self.market = market;
        self
    }

    /// The bounds of the exits.
    #[must_use]
    pub fn bounds(&self) -> &ExitBounds {
        &self.bounds
    }

    /// Whether structural mutation may put a mechanism in force.
    #[must_use]
    #[expect(clippy::indexing_slicing, reason = "one place for each mechanism")]
    pub fn allows(&self, mechanism: Mechanism) -> bool {
        self.open[mechanism as usize]
    }

    /// The mechanisms of a slot that structural mutation may put in force.
    pub(crate) fn allowed_in(&self, slot: Slot) -> impl Iterator<Item = Mechanism> + Clone {
        Mechanism::ALL.iter().copied().filter(move |&kind| kind.slot() == slot && self.allows(kind))
    }

    /// The mechanism with the values that it comes into force with.
    #[must_use]
    #[expect(clippy::indexing_slicing, reason = "one place for each mechanism")]
    pub fn start(&self, mechanism: Mechanism) -> Exit {
        self.starts[mechanism as usize]
    }

    /// Whether a trailing stop must lock in profit.
    #[must_use]
    pub fn lock_profit(&self) -> bool {
        self.lock_profit
    }

    /// The cost by which targets are judged.
    #[must_use]
    pub fn round_trip_cost(&self) -> Option<f64> {
        self.round_trip_cost
    }

    /// The market's scale.
    #[must_use]
    pub fn market(&self) -> &MarketScale {
        &self.market
    }

    /// Where a value may lie; `None` for one that there is not.
    #[must_use]
    pub fn interval(&self, target: Target) -> Option<Interval> {
        match target {
            Target::Signal(index) => self.parameters.get(index).map(|axis| axis.bounds),
            Target::Exit(mechanism, index) => self.bounds.at(mechanism, index),
            Target::Coefficient(tie) => Some(tie.bounds()),
        }
    }

    /// The axes of the own parameters, in declared order.
    pub(crate) fn parameters(&self) -> &[Axis] {
        &self.parameters
    }

    /// The axis of an exit parameter.
    pub(crate) fn axis(&self, (mechanism, index): ExitParameter) -> Option<Axis> {
        let spec = mechanism.parameters().get(index)?;
        Some(Axis::of(self.bounds.at(mechanism, index)?, spec.scale))
    }
}
