use std::sync::Arc;

use seedbed_genome::{Attempt, GenomeHash, Individual, MutationSettings, Mutator, Purpose, Rng, crossover, sub_seed};

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
    },
    /// By tournaments among parents in the order of their rank.
    Genetic { parents: Vec<Arc<Member>>, crossover_rate: f64, mutation_rate: f64, tournament: u32 },
}

/// What a draw gives.
pub(crate) type Drawn = Result<Child, Discarded>;

impl Brood {
    pub(crate) fn island(&self) -> &Island {
        &self.island
    }

    /// Draw `draw` for the child in `slot`.
    pub(crate) fn draw(&self, slot: u32, draw: u32) -> Drawn {
        match &self.breeding {
            Breeding::Fresh { ancestor: true } if slot == self.first_slot => {
                Ok(child(self.island.ancestor.clone(), Origin::Ancestor))
            }
            Breeding::Fresh { .. } => Ok(self.random(slot, draw)),
            Breeding::Genetic { parents, crossover_rate, mutation_rate, tournament } => {
                let mut rng = Rng::new(self.sub_seed(slot, Purpose::Selection, draw));
                let Some(a) = best_of(parents, *tournament, None, &mut rng) else {
                    return Ok(self.random(slot, draw));
                };
                let b = if rng.uniform() < *crossover_rate {
                    best_of(parents, *tournament, Some(a), &mut rng)
                } else {
                    None
                };
                let (Some(a), b) = (parents.get(a), b.and_then(|b| parents.get(b))) else {
                    return Ok(self.random(slot, draw));
                };
                match b {
                    Some(b) => self.cross(slot, draw, a, b, rng.uniform() < *mutation_rate),
                    None => self.mutate(slot, draw, a),
                }
            }
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
        (Ok(proposal), Some(step)) => {
            Ok(Child { individual: proposal.child, hash: proposal.hash, origin: origin(step) })
        }
        (Ok(_), None) => Err(Discarded { step: None, fault: None }),
        (Err(fault), step) => Err(Discarded { step, fault: Some(fault) }),
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
