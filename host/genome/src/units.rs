//! Genomes as points of a unit cube, whatever their scales: where operators on numbers work.

use crate::space::{Axis, Kind};
use crate::{ExitGenome, Genome, Mechanism, Scale, Slot, Space, Tie};

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

    /// How much two genomes differ, 0 to 1: the mean over own parameters and slots in force. Ordered values differ by their distance in units, choices and
    /// mechanisms by being others, slots with one mechanism by the mean of its values.
    #[must_use]
    pub fn difference(&self, a: &Genome, b: &Genome) -> f64 {
        self.unit_difference(&self.units(a), &self.units(b))
    }

    /// The [difference](Self::difference) of genomes with these [units](Self::units): for many pairs, whose units are worked out once.
    #[must_use]
    pub fn unit_difference(&self, a: &[Option<f64>], b: &[Option<f64>]) -> f64 {
        let distance = |(a, b): (&Option<f64>, &Option<f64>)| Some(((*a)? - (*b)?).abs());
        let mut places = a.iter().zip(b);
        let own = self.parameters().iter().zip(places.by_ref()).filter_map(|(axis, pair)| {
            let distance = distance(pair)?;
            Some(if axis.kind == Kind::Choice { f64::from(u8::from(distance > 0.0)) } else { distance })
        });
        let (mut sum, mut count) = own.fold((0.0, 0.0), |(sum, count), part| (sum + part, count + 1.0));
        let mut slots = [None; Slot::ALL.len()];
        for mechanism in Mechanism::ALL {
            let values = mechanism.parameters().len();
            let mut apart = None;
            for pair in places.by_ref().take(values) {
                let part = match pair {
                    (None, None) => continue,
                    pair => distance(pair).unwrap_or(1.0),
                };
                apart = Some(apart.unwrap_or(0.0) + part / values as f64);
            }
            if let Some(slot) = slots.get_mut(mechanism.slot() as usize) {
                *slot = apart.map_or(*slot, |apart| Some(if slot.is_some() { 1.0 } else { apart }));
            }
        }
        for part in slots.into_iter().flatten() {
            (sum, count) = (sum + part, count + 1.0);
        }
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
