use std::sync::Arc;

use seedbed_genome::{
    Attempt, Fault, GenomeHash, Individual, MutationSettings, Mutator, Proposal, Purpose, Rng, crossover, sub_seed,
};

use crate::lshade::Trials;
use crate::{Child, Discarded, Island, Member, Origin};

/// What the children of one island in one generation are drawn from. A draw is a pure function of it, of a slot and of a number.
#[derive(Debug)]
pub(crate) struct Brood {
    pub(crate) island: Arc<Island>,
    /// How this generation mutates: the island's way, with the tiers of the hour.
    pub(crate) mutation: MutationSettings,
    pub(crate) seed: u64,
    pub(crate) generation: u32,
    /// The island's first slot in the generation's batch.
    pub(crate) first_slot: u32,
    pub(crate) breeding: Breeding,
}

/// How children come about.
#[derive(Debug)]
pub(crate) enum Breeding {
    /// From nothing: anywhere, or, after a restart, also from what was kept.
    Fresh {
        /// Whether the first child is the ancestor.
        ancestor: bool,
        /// Members of which half of the children are mutations, if there are any.
        kept: Vec<Arc<Member>>,
    },
    /// By tournaments among parents in the order of their rank.
    Genetic {
        /// Everyone who may be a parent, the best first.
        parents: Vec<Arc<Member>>,
        /// How many of the best stay.
        elites: u32,
        /// Probability of two parents.
        crossover_rate: f64,
        /// Probability that a child of two parents is mutated.
        mutation_rate: f64,
        /// How many a parent is the best of.
        tournament: u32,
    },
    /// By differential evolution; children beyond the targets come from anywhere.
    Differential(Trials),
}

/// What a draw gives: a child, or a [fault](Discarded::Fault).
pub(crate) type Drawn = Result<Child, Discarded>;

impl Brood {
    pub(crate) fn island(&self) -> &Island {
        &self.island
    }

    /// Draw `draw` for the child in `slot`.
    pub(crate) fn draw(&self, slot: u32, draw: u32) -> Drawn {
        match &self.breeding {
            Breeding::Fresh { ancestor: true, .. } if slot == self.first_slot => {
                Ok(child(self.island.ancestor.clone(), Origin::Ancestor))
            }
            Breeding::Fresh { kept, .. } => {
                let mut rng = Rng::new(self.sub_seed(slot, Purpose::Selection, draw));
                match kept.get(rng.index(kept.len())) {
                    Some(parent) if rng.coin() => self.mutate(slot, draw, parent),
                    _ => Ok(self.random(slot, draw)),
                }
            }
            Breeding::Genetic { parents, crossover_rate, mutation_rate, tournament, .. } => {
                let mut rng = Rng::new(self.sub_seed(slot, Purpose::Selection, draw));
                let first = best_of(parents, *tournament, None, &mut rng);
                let crosses = rng.uniform() < *crossover_rate;
                let second = first.filter(|_| crosses).and_then(|_| best_of(parents, *tournament, first, &mut rng));
                let parent = |place: Option<usize>| parents.get(place?);
                match (parent(first), parent(second)) {
                    (Some(a), Some(b)) => self.cross(slot, draw, a, b, rng.uniform() < *mutation_rate),
                    (Some(parent), None) => self.mutate(slot, draw, parent),
                    (None, _) => Ok(self.random(slot, draw)),
                }
            }
            Breeding::Differential(trials) => {
                let mut rng = Rng::new(self.sub_seed(slot, Purpose::Trial, draw));
                let trial = trials.draw(self.place(slot), &self.island.space, &mut rng);
                Ok(trial.unwrap_or_else(|| self.random(slot, draw)))
            }
        }
    }

    /// The place of a slot among the island's.
    pub(crate) fn place(&self, slot: u32) -> usize {
        slot.saturating_sub(self.first_slot) as usize
    }

    /// The fitness that the child of a slot needs to be kept.
    pub(crate) fn bar(&self, slot: u32) -> Option<f64> {
        match &self.breeding {
            Breeding::Fresh { .. } => None,
            Breeding::Genetic { parents, elites, .. } => parents.get(elites.checked_sub(1)? as usize)?.fitness(),
            Breeding::Differential(trials) => trials.target(self.place(slot))?.fitness(),
        }
    }

    /// The children among the draws from `first` on, over as many draws as it may take.
    pub(crate) fn children(&self, slot: u32, first: u32) -> impl Iterator<Item = Child> {
        (first..first.saturating_add(MOST_DRAWS)).filter_map(move |draw| self.draw(slot, draw).ok())
    }

    fn sub_seed(&self, slot: u32, purpose: Purpose, draw: u32) -> u64 {
        sub_seed(self.seed, self.generation, slot, purpose, draw)
    }

    fn mutator(&self) -> Mutator<'_> {
        Mutator::new(&self.island.space, &self.mutation)
    }

    fn random(&self, slot: u32, draw: u32) -> Child {
        let seed = self.sub_seed(slot, Purpose::Creation, draw);
        child(self.mutator().random(&self.island.ancestor, seed), Origin::Random)
    }

    fn mutate(&self, slot: u32, draw: u32, parent: &Member) -> Drawn {
        let attempt = self.attempt(slot, draw, &parent.individual, parent.hash);
        mutated(attempt, |step| Origin::Mutation { parent: parent.hash, step })
    }

    fn cross(&self, slot: u32, draw: u32, a: &Member, b: &Member, mutate: bool) -> Drawn {
        let mut rng = Rng::new(self.sub_seed(slot, Purpose::Crossover, draw));
        let crossed = crossover(&self.island.space, &a.individual, &b.individual, &mut rng);
        let parents = [a.hash, b.hash];
        if !mutate {
            return Ok(child(crossed, Origin::Crossover { parents, step: None }));
        }
        let hash = crossed.genome.hash();
        mutated(self.attempt(slot, draw, &crossed, hash), |step| Origin::Crossover { parents, step: Some(step) })
    }

    fn attempt(&self, slot: u32, draw: u32, parent: &Individual, hash: GenomeHash) -> Attempt {
        self.mutator().attempt(parent, hash, self.sub_seed(slot, Purpose::Mutation, draw))
    }
}

/// Draws over which later attempts are looked for.
const MOST_DRAWS: u32 = 64;

fn child(individual: Individual, origin: Origin) -> Child {
    let hash = individual.genome.hash();
    Child { individual, hash, origin }
}

fn mutated(attempt: Attempt, origin: impl FnOnce(Box<seedbed_genome::Step>) -> Origin) -> Drawn {
    let step = attempt.step.map(Box::new);
    match (attempt.result, step) {
        (Ok(Proposal { child: individual, hash }), Some(step)) => Ok(Child { individual, hash, origin: origin(step) }),
        (Ok(_), None) => Err(Discarded::Fault { step: None, fault: Fault::NoOperator }),
        (Err(fault), step) => Err(Discarded::Fault { step, fault }),
    }
}

/// The place of the best of some that are drawn with replacement, from among all that do not share a place with `other`.
fn best_of(ranked: &[Arc<Member>], tournament: u32, other: Option<usize>, rng: &mut Rng) -> Option<usize> {
    let count = ranked.len() - usize::from(other.is_some());
    if count == 0 {
        return None;
    }
    let best = (0..tournament).map(|_| rng.index(count)).min()?;
    Some(if other.is_some_and(|other| best >= other) { best + 1 } else { best })
}
