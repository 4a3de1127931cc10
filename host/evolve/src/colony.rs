use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use seedbed_genome::{MutationSettings, Purpose, Rng, sub_seed};

use crate::brood::{Breeding, Brood};
use crate::lshade::{History, reduced};
use crate::pareto::sort_crowded;
use crate::tiers::TierCredit;
use crate::{Algorithm, EvolutionSettings, Island, Member, Origin, Outcome};

/// The population of one island, from generation to generation.
#[derive(Debug)]
pub(crate) struct Colony {
    pub(crate) island: Arc<Island>,
    /// Individuals that it may have.
    pub(crate) slots: u32,
    /// Its population in the order in which its algorithm selects, each genome once.
    pub(crate) members: Vec<Arc<Member>>,
    /// The best that it ever had.
    pub(crate) best: Option<Arc<Member>>,
    /// Why it was dropped.
    pub(crate) dropped: Option<String>,
    /// How often it started anew.
    pub(crate) restarts: u32,
    pub(crate) tiers: TierCredit,
    algorithm: Algorithm,
    history: History,
    born: bool,
    /// Whether no child of the last generation was new.
    stuck: bool,
    /// Generations since the best became better.
    stale: u32,
}

/// A child that was evaluated, or whose outcome was known.
#[derive(Debug)]
pub(crate) struct Born {
    pub(crate) slot: u32,
    pub(crate) member: Arc<Member>,
    /// `None` of a child whose outcome was known.
    pub(crate) origin: Option<Origin>,
}

impl Colony {
    pub(crate) fn new(island: Island, slots: u32, algorithm: Algorithm) -> Self {
        Self {
            tiers: TierCredit::new(island.mutation.tiers),
            island: Arc::new(island),
            slots,
            members: Vec::new(),
            best: None,
            dropped: None,
            restarts: 0,
            algorithm,
            history: History::default(),
            born: false,
            stuck: false,
            stale: 0,
        }
    }

    pub(crate) fn is_living(&self) -> bool {
        self.dropped.is_none()
    }

    /// Takes note that a generation had nothing new.
    pub(crate) fn get_stuck(&mut self) {
        self.stuck = true;
    }

    /// How the next generation mutates.
    pub(crate) fn mutation(&self, adaptive: bool) -> MutationSettings {
        let tiers = if adaptive { self.tiers.weights() } else { self.island.mutation.tiers };
        MutationSettings { tiers, ..self.island.mutation.clone() }
    }

    /// How its next generation comes about, and how many children that has. `progress` is the share of the run that has passed, `kept` is what the archive holds of it.
    pub(crate) fn breed(
        &mut self,
        settings: &EvolutionSettings,
        progress: f64,
        kept: impl FnOnce() -> Vec<Arc<Member>>,
    ) -> (Breeding, u32) {
        if !self.born {
            return (Breeding::Fresh { ancestor: true, kept: Vec::new() }, self.slots);
        }
        let stuck = std::mem::take(&mut self.stuck) || settings.stagnation.is_some_and(|most| self.stale >= most);
        if stuck && self.algorithm != Algorithm::Random {
            self.members = self.best.iter().cloned().collect();
            self.history = History::default();
            (self.stale, self.restarts) = (0, self.restarts + 1);
            let children = self.size(progress).saturating_sub(1).max(1);
            return (Breeding::Fresh { ancestor: false, kept: kept() }, children);
        }
        let EvolutionSettings { crossover_rate, mutation_rate, tournament, .. } = *settings;
        let parents = || self.members.iter().filter(|member| member.ran()).cloned().collect::<Vec<_>>();
        match self.algorithm {
            Algorithm::Random => (Breeding::Fresh { ancestor: false, kept: Vec::new() }, self.slots),
            Algorithm::Genetic => {
                let elites = self.elites(settings.elite_ratio);
                let breeding =
                    Breeding::Genetic { parents: parents(), elites, crossover_rate, mutation_rate, tournament };
                (breeding, self.slots - elites)
            }
            Algorithm::Nsga2 => {
                let breeding = Breeding::Genetic {
                    parents: parents(),
                    elites: 0,
                    crossover_rate,
                    mutation_rate,
                    tournament: BINARY,
                };
                (breeding, self.slots)
            }
            Algorithm::LShade => {
                let trials = self.history.trials(&self.members, &self.island.space);
                (Breeding::Differential(trials), self.size(progress))
            }
        }
    }

    /// Slots that the best keep: their share, at least one, and never all.
    fn elites(&self, ratio: f64) -> u32 {
        let most = self.slots.saturating_sub(1);
        ((ratio * f64::from(self.slots)).floor() as u32).clamp(1.min(most), most)
    }

    /// Individuals at this share of the run.
    fn size(&self, progress: f64) -> u32 {
        match self.algorithm {
            Algorithm::LShade => reduced(self.slots, progress),
            Algorithm::Genetic | Algorithm::Nsga2 | Algorithm::Random => self.slots,
        }
    }

    /// Takes in a generation. `progress` is the share of the run that has passed.
    pub(crate) fn absorb(&mut self, brood: &Brood, children: Vec<Born>, progress: f64) {
        if !self.born {
            self.born = true;
            self.dropped = always_failed(&children);
        }
        let champion = children.iter().map(|child| &child.member).filter(|member| member.score().is_some());
        let champion = champion.min_by(|a, b| a.by_rank(b)).cloned();
        self.stale += 1;
        self.stuck = !children.is_empty() && children.iter().all(|child| child.origin.is_none());
        if let Some(champion) = champion
            && self.best.as_ref().is_none_or(|best| champion.by_rank(best).is_lt())
        {
            (self.best, self.stale) = (Some(champion), 0);
        }
        self.select(brood, children);
        self.members.truncate(self.size(progress) as usize);
        self.tiers.learn();
    }

    /// The members and the children in the order in which they may stay, each genome once.
    fn select(&mut self, brood: &Brood, children: Vec<Born>) {
        let joining = |children: Vec<Born>| children.into_iter().map(|child| child.member).collect::<Vec<_>>();
        match &brood.breeding {
            Breeding::Fresh { ancestor: false, .. } if self.algorithm == Algorithm::Random => {
                self.members = joining(children);
            }
            Breeding::Genetic { elites, .. } if self.algorithm == Algorithm::Genetic => {
                self.members.truncate(*elites as usize);
                self.members.extend(joining(children));
            }
            Breeding::Fresh { .. } | Breeding::Genetic { .. } => self.members.extend(joining(children)),
            Breeding::Differential(trials) => {
                let evaluated = children.into_iter().filter(|child| child.origin.is_some());
                let placed = evaluated.map(|child| (brood.place(child.slot), child.member, child.origin)).collect();
                let seed = sub_seed(brood.seed, brood.generation, brood.first_slot, Purpose::Selection, 0);
                self.members = self.history.select(trials, placed, &mut Rng::new(seed));
            }
        }
        let mut seen = BTreeSet::new();
        self.members.sort_by(|a, b| a.by_rank(b));
        self.members.retain(|member| seen.insert(member.hash));
        if self.algorithm == Algorithm::Nsga2 {
            sort_crowded(&mut self.members);
        }
    }
}

/// Individuals of a tournament of NSGA-II.
const BINARY: u32 = 2;

/// The most frequent reason of children that all failed, the first by name among equals.
fn always_failed(children: &[Born]) -> Option<String> {
    let mut reasons: BTreeMap<&str, u32> = BTreeMap::new();
    for child in children {
        match &child.member.outcome {
            Outcome::Failed { reason } => *reasons.entry(reason).or_default() += 1,
            _ => return None,
        }
    }
    let most = *reasons.values().max()?;
    reasons.iter().find(|(_, count)| **count == most).map(|(reason, _)| (*reason).to_owned())
}
