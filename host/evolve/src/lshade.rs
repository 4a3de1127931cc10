//! L-SHADE for mixed genomes: success-history based adaptive differential evolution on a population that shrinks.
//!
//! R. Tanabe and A. Fukunaga, "Improving the search performance of SHADE using linear population size reduction", CEC 2014, with the parameters of
//! that paper: memory of 6, best share 0.11, archive of 2.6 populations, at least 4 individuals. Values that are no numbers (mechanisms, ties, comparators,
//! choices) follow the same vectors: with the probability of the scale they become those of one of the best, or those of the difference where its ends differ.

use std::sync::Arc;

use seedbed_genome::{Combine, Exit, ExitGenome, Genome, Individual, Rng, Slot, Space, Tie, Unit};

use crate::member::by_outcome;
use crate::{Child, Member, Origin};

const MEMORY: usize = 6;
const BEST_SHARE: f64 = 0.11;
const ARCHIVE_SHARE: f64 = 2.6;
const FEWEST: f64 = 4.0;

/// What an island remembers of its successes.
#[derive(Debug, Clone)]
pub(crate) struct History {
    memory: [Place; MEMORY],
    next: usize,
    /// Individuals that a better one displaced.
    archive: Vec<Arc<Member>>,
}

/// One place of the memory.
#[derive(Debug, Clone, Copy)]
struct Place {
    scale: f64,
    /// `None` once only a crossover of 0 succeeded: it stays 0.
    crossover: Option<f64>,
}

/// A generation of trials, one for each target in the order of rank.
#[derive(Debug)]
pub(crate) struct Trials {
    targets: Vec<Point>,
    archive: Vec<Point>,
    memory: [Place; MEMORY],
    kinds: Vec<Unit>,
}

#[derive(Debug)]
struct Point {
    member: Arc<Member>,
    units: Vec<Option<f64>>,
}

/// A trial that displaced its target.
struct Success {
    scale: f64,
    crossover: f64,
    gain: f64,
}

impl Default for History {
    fn default() -> Self {
        let start = Place { scale: 0.5, crossover: Some(0.5) };
        Self { memory: [start; MEMORY], next: 0, archive: Vec::new() }
    }
}

impl History {
    /// The trials of the next generation.
    pub(crate) fn trials(&self, targets: &[Arc<Member>], space: &Space) -> Trials {
        let points = |members: &[Arc<Member>]| {
            let point =
                |member: &Arc<Member>| Point { member: member.clone(), units: space.units(&member.individual.genome) };
            members.iter().map(point).collect()
        };
        Trials {
            targets: points(targets),
            archive: points(&self.archive),
            memory: self.memory,
            kinds: space.unit_kinds(),
        }
    }

    /// What is left of a generation: a trial that is at least as good displaces its target, and what succeeded is remembered. Each child comes with
    /// its place and its origin; those beyond the targets join. `rng` chooses whom a full archive forgets.
    pub(crate) fn select(
        &mut self,
        trials: &Trials,
        children: Vec<(usize, Arc<Member>, Option<Origin>)>,
        rng: &mut Rng,
    ) -> Vec<Arc<Member>> {
        let mut members: Vec<Arc<Member>> = trials.targets.iter().map(|point| point.member.clone()).collect();
        let (mut successes, mut joining) = (Vec::new(), Vec::new());
        for (place, child, origin) in children {
            let Some(target) = members.get_mut(place) else {
                joining.push(child);
                continue;
            };
            let order = by_outcome(&child.outcome, &target.outcome);
            if order.is_gt() {
                continue;
            }
            if order.is_lt() {
                if let (Some(Origin::Trial { scale, crossover, .. }), Some(new), Some(old)) =
                    (origin, child.fitness(), target.fitness())
                {
                    successes.push(Success { scale, crossover, gain: new - old });
                }
                self.archive.push(target.clone());
            }
            *target = child;
        }
        self.remember(&successes);
        let most = libm::round(ARCHIVE_SHARE * trials.targets.len() as f64) as usize;
        while self.archive.len() > most {
            self.archive.swap_remove(rng.index(self.archive.len()));
        }
        members.extend(joining);
        members
    }

    /// Weighted Lehmer means of what succeeded (equations 7 to 9), into the next place.
    fn remember(&mut self, successes: &[Success]) {
        let total: f64 = successes.iter().map(|success| success.gain).sum();
        if !(total > 0.0 && total.is_finite()) {
            return;
        }
        let mean = |of: fn(&Success) -> f64| {
            let power = |power: i32| {
                let terms = successes.iter().map(|success| {
                    let value = of(success);
                    success.gain / total * if power == 2 { value * value } else { value }
                });
                terms.sum::<f64>()
            };
            (power(1) > 0.0).then(|| power(2) / power(1))
        };
        let (scale, crossover) = (mean(|success| success.scale), mean(|success| success.crossover));
        if let Some(place) = self.memory.get_mut(self.next) {
            place.scale = scale.unwrap_or(place.scale);
            place.crossover = place.crossover.and(crossover);
        }
        self.next = (self.next + 1) % MEMORY;
    }
}

/// Individuals of a population that began with `first`, after this share of the run (equation 10).
pub(crate) fn reduced(first: u32, progress: f64) -> u32 {
    let first = f64::from(first);
    let fewest = FEWEST.min(first);
    libm::round(first + (fewest - first) * progress.clamp(0.0, 1.0)) as u32
}

impl Trials {
    /// The target at a place.
    pub(crate) fn target(&self, place: usize) -> Option<&Member> {
        self.targets.get(place).map(|point| point.member.as_ref())
    }

    /// The trial for the target at a place; `None` where there is none, or nobody to take a difference from.
    pub(crate) fn draw(&self, place: usize, space: &Space, rng: &mut Rng) -> Option<Child> {
        let target = self.targets.get(place)?;
        let memory = self.memory.get(rng.index(MEMORY))?;
        let crossover = memory.crossover.map_or(0.0, |mean| (mean + 0.1 * rng.normal()).clamp(0.0, 1.0));
        let scale = scale(memory.scale, rng);
        let count = self.targets.len();
        let bests = ((BEST_SHARE * count as f64) as usize).clamp(2.min(count), count);
        let best = self.targets.get(rng.index(bests))?;
        let plus = rng.index(count.checked_sub(1)?);
        let plus = if plus >= place { plus + 1 } else { plus };
        let minus = self.minus(place, plus, rng)?;
        let plus = self.targets.get(plus)?;
        let mix = Mix { space, target, best, plus, minus, scale, crossover };
        let individual = mix.individual(&self.kinds, rng);
        let hash = individual.genome.hash();
        let origin = Origin::Trial {
            target: target.member.hash,
            best: best.member.hash,
            difference: [plus.member.hash, minus.member.hash],
            scale,
            crossover,
        };
        Some(Child { individual, hash, origin })
    }

    /// Anyone of the targets and the archive but these two.
    fn minus(&self, place: usize, plus: usize, rng: &mut Rng) -> Option<&Point> {
        let all = self.targets.len() + self.archive.len();
        let mut minus = rng.index(all.checked_sub(2).filter(|left| *left > 0)?);
        for taken in [place.min(plus), place.max(plus)] {
            minus += usize::from(minus >= taken);
        }
        self.targets.get(minus).or_else(|| self.archive.get(minus - self.targets.len()))
    }
}

/// A scale by the Cauchy distribution around a mean: drawn again while it is not above 0, and at most 1.
fn scale(mean: f64, rng: &mut Rng) -> f64 {
    loop {
        let scale = mean + 0.1 * libm::tan(std::f64::consts::PI * (rng.uniform() - 0.5));
        if scale > 0.0 {
            return scale.min(1.0);
        }
    }
}

/// The vectors of one trial.
struct Mix<'a> {
    space: &'a Space,
    target: &'a Point,
    best: &'a Point,
    plus: &'a Point,
    minus: &'a Point,
    scale: f64,
    crossover: f64,
}

impl Mix<'_> {
    fn individual(&self, kinds: &[Unit], rng: &mut Rng) -> Individual {
        let target = &self.target.member.individual;
        let genome = Genome { parameters: target.genome.parameters.clone(), exits: self.exits(rng) };
        // One value is the mutant's for certain; it is drawn among those that the target has.
        let present = self.target.units.iter().flatten().count();
        let mut until_certain = rng.index(present);
        let mut units = vec![None; kinds.len()];
        for (place, (unit, kind)) in units.iter_mut().zip(kinds).enumerate() {
            let at = |point: &Point| point.units.get(place).copied().flatten();
            let Some(value) = at(self.target) else { continue };
            let certain = until_certain == 0;
            until_certain = until_certain.wrapping_sub(1);
            if !certain && rng.uniform() >= self.crossover {
                continue;
            }
            let (best, plus, minus) = (at(self.best), at(self.plus), at(self.minus));
            let mutant = match kind {
                Unit::Choice => self.donor(at, rng).and_then(at).unwrap_or(value),
                Unit::Ordered => {
                    let difference = plus.zip(minus).map_or(0.0, |(plus, minus)| plus - minus);
                    value + self.scale * (best.unwrap_or(value) - value) + self.scale * difference
                }
            };
            // Beyond a bound it comes to the middle between the bound and the target (equation 4).
            let inside = if mutant < 0.0 {
                value / 2.0
            } else if mutant > 1.0 {
                f64::midpoint(value, 1.0)
            } else {
                mutant
            };
            *unit = (inside != value).then_some(inside);
        }
        Individual { genome: self.space.with_units(&genome, &units), step_size: target.step_size }
    }

    /// Whose label the trial takes, of labels that are only the same or not; `None` keeps the target's.
    fn donor<T: PartialEq>(&self, label: impl Fn(&Point) -> T, rng: &mut Rng) -> Option<&Point> {
        if label(self.plus) != label(self.minus) && rng.uniform() < self.scale {
            return Some(self.plus);
        }
        (label(self.best) != label(self.target) && rng.uniform() < self.scale).then_some(self.best)
    }

    /// The target's exits with slots, comparators, ties and the combination of others.
    fn exits(&self, rng: &mut Rng) -> ExitGenome {
        let of = |point: &Point| point.member.individual.genome.exits;
        let target = of(self.target);
        let mut exits = target;
        for slot in Slot::ALL {
            if let Some(donor) = self.crossed(|point| of(point).slot(slot).map(Exit::mechanism), rng) {
                match (of(donor).slot(slot), target.slot(slot)) {
                    (Some(exit), _) => drop(exits.insert(*exit)),
                    (None, Some(exit)) => drop(exits.remove(exit.mechanism())),
                    (None, None) => {}
                }
            }
            let touch = |point: &Point| of(point).slot(slot).map(Exit::touch);
            if let Some(exit) = exits.slot(slot).copied()
                && let Some(touch) = self.crossed(touch, rng).and_then(touch)
            {
                exits.set_touch(exit.mechanism(), touch);
            }
        }
        let combine = |point: &Point| of(point).combine();
        exits.set_combine(match self.crossed(combine, rng).map(combine) {
            _ if !exits.has_combine() => Combine::default(),
            Some(combine) => combine,
            None => exits.combine(),
        });
        for tie in Tie::ALL {
            let coefficient = |point: &Point| of(point).relations().get(tie);
            match self.crossed(coefficient, rng).map(coefficient) {
                Some(Some(coefficient)) => drop(exits.tie(tie, coefficient)),
                Some(None) => drop(exits.untie(tie)),
                None => {}
            }
        }
        if exits == target { target } else { self.space.settle(exits).unwrap_or(target) }
    }

    fn crossed<T: PartialEq>(&self, label: impl Fn(&Point) -> T, rng: &mut Rng) -> Option<&Point> {
        if rng.uniform() < self.crossover { self.donor(label, rng) } else { None }
    }
}
