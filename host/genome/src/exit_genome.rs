use crate::relation::ExitParameter;
use crate::{Combine, Exit, Mechanism, Relations, Slot, Tie, Touch};

/// The mechanisms in force, at most one a slot, and how they relate.
///
/// Whether values lie in bounds is not this type's to know, see [`Space::check`](crate::Space::check); that a tie joins two mechanisms in force is.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct ExitGenome {
    slots: [Option<Exit>; Slot::ALL.len()],
    combine: Combine,
    relations: Relations,
}

impl ExitGenome {
    /// The mechanisms in slot order.
    pub fn exits(&self) -> impl Iterator<Item = &Exit> + Clone {
        self.slots.iter().flatten()
    }

    /// What a slot holds.
    #[must_use]
    #[expect(clippy::indexing_slicing, reason = "one place for each slot")]
    pub fn slot(&self, slot: Slot) -> Option<&Exit> {
        self.slots[slot as usize].as_ref()
    }

    /// The exit of a mechanism in force.
    #[must_use]
    pub fn exit(&self, mechanism: Mechanism) -> Option<&Exit> {
        self.slot(mechanism.slot()).filter(|exit| exit.mechanism() == mechanism)
    }

    /// The value of a parameter by its contract name; `None` unless the mechanism is in force and has it.
    #[must_use]
    pub fn get(&self, mechanism: Mechanism, parameter: &str) -> Option<f64> {
        self.exit(mechanism)?.value(parameter)
    }

    /// The value of a parameter by its place.
    #[must_use]
    pub fn value(&self, (mechanism, parameter): ExitParameter) -> Option<f64> {
        self.exit(mechanism)?.values().get(parameter).copied()
    }

    /// Whether no mechanism is in force.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.slots.iter().all(Option::is_none)
    }

    /// How time and signal combine; without meaning unless both are in force, see [`ExitGenome::has_combine`].
    #[must_use]
    pub fn combine(&self) -> Combine {
        self.combine
    }

    /// Whether both exits that can be combined are in force.
    #[must_use]
    pub fn has_combine(&self) -> bool {
        self.slot(Slot::Time).is_some() && self.slot(Slot::Signal).is_some()
    }

    /// The ties in force.
    #[must_use]
    pub fn relations(&self) -> &Relations {
        &self.relations
    }

    /// Whether both ends of a tie are in force.
    #[must_use]
    pub fn has_ends(&self, tie: Tie) -> bool {
        self.exit(tie.source().0).is_some() && self.exit(tie.derived().0).is_some()
    }

    /// The tie that a parameter's value follows from; `None` for one that is free.
    #[must_use]
    pub fn derived_by(&self, parameter: ExitParameter) -> Option<Tie> {
        Tie::of(parameter).filter(|&tie| self.relations.get(tie).is_some())
    }

    /// What a tie in force makes of its source, before bounds: coefficient times source.
    #[must_use]
    pub fn formula(&self, tie: Tie) -> Option<f64> {
        Some(self.relations.get(tie)? * self.value(tie.source())?)
    }

    /// Whether something limits a loss or the time of a trade (I2): protect, trail or time.
    #[must_use]
    pub fn limits_loss(&self) -> bool {
        self.exits().any(|exit| exit.mechanism().limits_loss())
    }

    /// Puts a mechanism in force and returns the one that it displaces from its slot.
    #[expect(clippy::indexing_slicing, reason = "one place for each slot")]
    pub fn insert(&mut self, exit: Exit) -> Option<Exit> {
        let displaced = self.slots[exit.mechanism().slot() as usize].replace(exit);
        self.drop_loose_ties();
        displaced
    }

    /// Takes a mechanism out of force, and with it the ties that it was an end of.
    #[expect(clippy::indexing_slicing, reason = "one place for each slot")]
    pub fn remove(&mut self, mechanism: Mechanism) -> Option<Exit> {
        let removed = self.slots[mechanism.slot() as usize].take_if(|exit| exit.mechanism() == mechanism);
        self.drop_loose_ties();
        removed
    }

    /// Sets one value; `false` unless the mechanism is in force and has the parameter.
    pub fn set_value(&mut self, (mechanism, parameter): ExitParameter, value: f64) -> bool {
        let place = self.exit_mut(mechanism).and_then(|exit| exit.values_mut().get_mut(parameter));
        place.map(|place| *place = value).is_some()
    }

    /// Sets the comparator of a mechanism; `false` unless it is in force and compares a price with a level.
    pub fn set_touch(&mut self, mechanism: Mechanism, touch: Touch) -> bool {
        let exit = self.exit_mut(mechanism).filter(|exit| exit.mechanism().has_level());
        exit.map(|exit| *exit = exit.with_touch(touch)).is_some()
    }

    /// Sets how time and signal combine.
    pub fn set_combine(&mut self, combine: Combine) {
        self.combine = combine;
    }

    /// Puts a tie in force or changes its coefficient; `false` unless both ends are in force. The derived value is set apart.
    pub fn tie(&mut self, tie: Tie, coefficient: f64) -> bool {
        let has_ends = self.has_ends(tie);
        if has_ends {
            self.relations.set(tie, Some(coefficient));
        }
        has_ends
    }

    /// Takes a tie out of force; the derived value stays where it is and is free from now on. Returns the coefficient.
    pub fn untie(&mut self, tie: Tie) -> Option<f64> {
        let coefficient = self.relations.get(tie);
        self.relations.set(tie, None);
        coefficient
    }

    #[expect(clippy::indexing_slicing, reason = "one place for each slot")]
    fn exit_mut(&mut self, mechanism: Mechanism) -> Option<&mut Exit> {
        self.slots[mechanism.slot() as usize].as_mut().filter(|exit| exit.mechanism() == mechanism)
    }

    fn drop_loose_ties(&mut self) {
        for tie in Tie::ALL {
            if !self.has_ends(tie) {
                self.relations.set(tie, None);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::ExitGenome;
    use crate::{Exit, Mechanism, Tie};

    /// A tie that outlived an end would come back with stale numbers when the mechanism is added again.
    #[test]
    fn a_tie_ends_with_either_of_its_ends() {
        let mut genome = ExitGenome::default();
        assert!(!genome.tie(Tie::TargetByStop, 2.0));
        genome.insert(Exit::new(Mechanism::FixedStop));
        genome.insert(Exit::new(Mechanism::TakeProfit));
        assert!(genome.tie(Tie::TargetByStop, 2.0));
        assert_eq!(genome.derived_by((Mechanism::TakeProfit, 0)), Some(Tie::TargetByStop));
        let displaced = genome.insert(Exit::new(Mechanism::AtrStop));
        assert_eq!(displaced.map(|exit| exit.mechanism()), Some(Mechanism::FixedStop));
        genome.insert(Exit::new(Mechanism::FixedStop));
        assert_eq!(genome.relations().iter().count(), 0);
    }
}
