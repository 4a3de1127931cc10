use super::{Mutator, TierWeights};
use crate::space::Axis;
use crate::{Exit, ExitGenome, Genome, Individual, Mechanism, Rng, Slot, Tie};

/// Draws of exits before they stay as they are: bounds may leave hardly any that keep every invariant.
const DRAWS: u32 = 16;

/// How often a tie whose ends are in force is drawn.
const TIED: f64 = 0.25;

impl Mutator<'_> {
    /// An individual from anywhere that mutations of `ancestor` could reach.
    ///
    /// Own parameters and values of exits are even on their scales, each slot is in force half of the time with one of its mechanisms, comparators and the
    /// combination fall by coins, and one of four possible ties holds. What the settings never mutate (no exits, an exit probability of 0, a tier of weight 0) stays
    /// as it is in `ancestor`. Exits keep every invariant; where a space does not let any do so, they are the ancestor's.
    #[must_use]
    pub fn random(&self, ancestor: &Individual, seed: u64) -> Individual {
        let mut rng = Rng::new(seed);
        let parameters = self.space.parameters().iter().map(|axis| axis.even(rng.uniform())).collect();
        let moves = self.settings.exits && self.settings.exit_probability > 0.0;
        let from = &ancestor.genome.exits;
        let mut drawn = || (0..DRAWS).find_map(|_| self.random_exits(from, &mut rng));
        let exits = if moves { drawn().unwrap_or(*from) } else { *from };
        Individual::new(Genome { parameters, exits })
    }

    fn random_exits(&self, from: &ExitGenome, rng: &mut Rng) -> Option<ExitGenome> {
        let TierWeights { parametric, structural, relational } = self.settings.tiers;
        let mut exits = ExitGenome::default();
        let mut mechanisms = [None; Slot::ALL.len()];
        for (slot, mechanism) in Slot::ALL.into_iter().zip(&mut mechanisms) {
            *mechanism = from.slot(slot).map(Exit::mechanism);
            if structural > 0.0 {
                *mechanism = if rng.coin() { self.any_of(slot, rng) } else { None };
            }
        }
        if structural > 0.0 && !mechanisms.iter().flatten().any(|mechanism| mechanism.limits_loss()) {
            let limiting = [Slot::Protect, Slot::Trail, Slot::Time];
            let open = limiting.map(|slot| self.any_of(slot, rng));
            mechanisms[0] = super::draft::pick(rng, open.into_iter().flatten());
        }
        for mechanism in mechanisms.into_iter().flatten() {
            exits.insert(self.random_exit(mechanism, from, parametric > 0.0, relational > 0.0, rng));
        }
        exits.set_combine(if relational > 0.0 && exits.has_combine() && rng.coin() {
            from.combine().other()
        } else {
            from.combine()
        });
        for tie in Tie::ALL.into_iter().filter(|&tie| exits.has_ends(tie)).collect::<Vec<_>>() {
            let axis = Axis::of(tie.bounds(), tie.scale());
            let place = (rng.uniform() < TIED, rng.uniform());
            let coefficient = match place {
                _ if relational == 0.0 => from.relations().get(tie),
                (true, unit) => Some(axis.at(unit)),
                _ => None,
            };
            if let Some(coefficient) = coefficient {
                exits.tie(tie, coefficient);
            }
        }
        self.space.settle(exits)
    }

    fn any_of(&self, slot: Slot, rng: &mut Rng) -> Option<Mechanism> {
        super::draft::pick(rng, self.space.allowed_in(slot))
    }

    fn random_exit(&self, mechanism: Mechanism, from: &ExitGenome, values: bool, touch: bool, rng: &mut Rng) -> Exit {
        let start = from.exit(mechanism).copied().unwrap_or_else(|| self.space.start(mechanism));
        let exit =
            if touch && mechanism.has_level() && rng.coin() { start.with_touch(start.touch().other()) } else { start };
        start.specs().filter(|_| values).fold(exit, |exit, (index, value, _)| {
            let axis = self.space.axis((mechanism, index));
            exit.with_value(index, axis.map_or(value, |axis| axis.even(rng.uniform())))
        })
    }
}
