//! Genomes as points of a unit cube, whatever their scales: where operators on numbers work.

use crate::space::{Axis, Kind};
use crate::{Exit, ExitGenome, Genome, Mechanism, Scale, Slot, Space, Tie};

impl Axis {
    /// Where a value lies on the axis, 0 to 1: evenly on its scale, a choice in the middle of its share.
    pub(crate) fn unit(self, value: f64) -> f64 {
        let (low, high) = (self.bounds.low(), self.bounds.high());
        let unit = match self.kind {
            Kind::Choice => (value + 0.5) / (high + 1.0),
            Kind::Ordered(Scale::Log) => (libm::log(value) - libm::log(low)) / (libm::log(high) - libm::log(low)),
            Kind::Ordered(Scale::Linear | Scale::Integer) => (value - low) / (high - low).min(f64::MAX),
        };
        if unit.is_nan() { 0.0 } else { unit.clamp(0.0, 1.0) }
    }

    /// The value of the axis at a place from 0 to 1; beyond, at the end.
    pub(crate) fn at(self, unit: f64) -> f64 {
        let (low, high, unit) = (self.bounds.low(), self.bounds.high(), unit.clamp(0.0, 1.0));
        let value = match self.kind {
            Kind::Choice => (unit * (high + 1.0)).floor(),
            Kind::Ordered(Scale::Log) => libm::exp(libm::log(low) + unit * (libm::log(high) - libm::log(low))),
            Kind::Ordered(Scale::Linear | Scale::Integer) => low + unit * (high - low).min(f64::MAX),
        };
        self.nearest(value)
    }

    /// The value at a place from 0 to 1 where every value is as likely as the others: whole numbers have equal shares.
    pub(crate) fn even(self, unit: f64) -> f64 {
        if self.is_whole() {
            let (first, last) = (self.bounds.low().ceil(), self.bounds.high().floor());
            self.nearest(first + (unit * (last - first + 1.0)).floor())
        } else {
            self.at(unit)
        }
    }
}

/// What kind of number a place of [`Space::units`] holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// One of numbers, of which nearer ones are more alike.
    Ordered,
    /// One of labels, which are only the same or not.
    Choice,
}

impl Space {
    /// A genome as numbers from 0 to 1 on the scales of their bounds: the own parameters in their order, then the values of every mechanism in the
    /// order of [`Mechanism::ALL`], `None` for the values of one that is not in force. As long for every genome of the space.
    #[must_use]
    pub fn units(&self, genome: &Genome) -> Vec<Option<f64>> {
        let own = self.parameters().iter().zip(&genome.parameters).map(|(axis, &value)| Some(axis.unit(value)));
        let exits = places().map(|place| Some(self.axis(place)?.unit(genome.exits.value(place)?)));
        own.chain(exits).collect()
    }

    /// What kind of number each place of [`Space::units`] holds.
    #[must_use]
    pub fn unit_kinds(&self) -> Vec<Unit> {
        let own = self.parameters().iter().map(|axis| match axis.kind {
            Kind::Choice => Unit::Choice,
            Kind::Ordered(_) => Unit::Ordered,
        });
        own.chain(places().map(|_| Unit::Ordered)).collect()
    }

    /// The genome with other values where `units` says so, which is laid out like [`Space::units`]; `None` leaves a value as it is, and values of
    /// mechanisms that are not in force or that follow from others are left alone.
    ///
    /// Exits keep every invariant: what follows another value is derived anew, and triggers are moved below the target. Exits for which there is
    /// no way stay as they are.
    #[must_use]
    pub fn with_units(&self, genome: &Genome, units: &[Option<f64>]) -> Genome {
        let mut exits = genome.exits;
        let axes = self.parameters().iter().zip(&genome.parameters).zip(units.iter().chain(std::iter::repeat(&None)));
        let parameters = axes.map(|((axis, &value), unit)| unit.map_or(value, |unit| axis.at(unit))).collect();
        let mut moved = false;
        for (place, unit) in places().zip(units.iter().skip(self.parameters().len())) {
            if let (Some(unit), Some(axis), None) = (unit, self.axis(place), exits.derived_by(place)) {
                moved |= exits.set_value(place, axis.at(*unit));
            }
        }
        let exits = if moved { self.settle(exits).unwrap_or(genome.exits) } else { exits };
        Genome { parameters, exits }
    }

    /// How much two genomes differ, 0 to 1: the mean over own parameters and slots. Ordered values differ by their distance in units, choices and
    /// mechanisms by being others, slots with one mechanism by the mean of its values.
    #[must_use]
    pub fn difference(&self, a: &Genome, b: &Genome) -> f64 {
        let own = self.parameters().iter().zip(a.parameters.iter().zip(&b.parameters)).map(|(axis, (&a, &b))| {
            if axis.kind == Kind::Choice { f64::from(u8::from(a != b)) } else { (axis.unit(a) - axis.unit(b)).abs() }
        });
        let slots = Slot::ALL.into_iter().filter_map(|slot| match (a.exits.slot(slot), b.exits.slot(slot)) {
            (None, None) => None,
            (Some(a), Some(b)) if a.mechanism() == b.mechanism() => Some(self.exit_difference(a, b)),
            _ => Some(1.0),
        });
        let (sum, count) = own.chain(slots).fold((0.0, 0.0), |(sum, count), part| (sum + part, count + 1.0));
        if count > 0.0 { sum / count } else { 0.0 }
    }

    fn exit_difference(&self, a: &Exit, b: &Exit) -> f64 {
        let parts = a.specs().zip(b.values()).filter_map(|((index, value, _), &other)| {
            let axis = self.axis((a.mechanism(), index))?;
            Some((axis.unit(value) - axis.unit(other)).abs())
        });
        let (sum, count) = parts.fold((0.0, 0.0), |(sum, count), part| (sum + part, count + 1.0));
        if count > 0.0 { sum / count } else { 0.0 }
    }

    /// Exits whose values are inside their bounds, with what follows another value derived anew (I5), an activation that locks no loss (I6) and
    /// triggers below the target (I7); `None` where some invariant cannot be kept so.
    #[must_use]
    pub fn settle(&self, mut exits: ExitGenome) -> Option<ExitGenome> {
        self.derive(&mut exits)?;
        let (offset, activation) = ((Mechanism::TrailingStop, 0), (Mechanism::TrailingStop, 1));
        if self.lock_profit()
            && let (Some(least), Some(value)) = (exits.value(offset), exits.value(activation))
            && least > value
        {
            exits.untie(Tie::ActivationByTarget);
            exits.set_value(activation, self.axis(activation)?.nearest(least));
            self.derive(&mut exits)?;
        }
        if let Some(target) = exits.value((Mechanism::TakeProfit, 0)) {
            for trigger in [(Mechanism::BreakEven, 0), (Mechanism::PartialExit, 0)] {
                if exits.value(trigger).is_some_and(|value| value >= target) {
                    if let Some(tie) = exits.derived_by(trigger) {
                        exits.untie(tie);
                    }
                    let low = self.axis(trigger)?.bounds.low();
                    exits.set_value(trigger, low + (target - low) / 2.0);
                }
            }
        }
        self.check_exits(&exits).is_ok().then_some(exits)
    }

    /// Each derived value becomes its formula, then clamped, in the order in which values follow each other (I5).
    fn derive(&self, exits: &mut ExitGenome) -> Option<()> {
        for (tie, _) in exits.relations().iter() {
            let bounds = self.axis(tie.derived())?.bounds;
            exits.set_value(tie.derived(), bounds.clamp(exits.formula(tie)?));
        }
        Some(())
    }
}

/// Every exit parameter there is.
fn places() -> impl Iterator<Item = (Mechanism, usize)> + Clone {
    Mechanism::ALL.iter().flat_map(|&mechanism| (0..mechanism.parameters().len()).map(move |index| (mechanism, index)))
}
