use std::cmp::Ordering;
use std::sync::Arc;

use crate::brood::{Breeding, Brood};
use crate::{Algorithm, EvolutionSettings, Island, Member};

/// The population of one island, from generation to generation.
#[derive(Debug)]
pub(crate) struct Colony {
    pub(crate) island: Arc<Island>,
    /// Individuals that it may have.
    pub(crate) slots: u32,
    /// Its population in the order of rank, each genome once.
    pub(crate) members: Vec<Arc<Member>>,
    /// The best that it ever had.
    pub(crate) best: Option<Arc<Member>>,
    pub(crate) dropped: Option<String>,
    pub(crate) restarts: u32,
    born: bool,
    /// Generations since the best became better.
    stale: u32,
}

impl Colony {
    pub(crate) fn new(island: Island, slots: u32) -> Self {
        let island = Arc::new(island);
        Self { island, slots, members: Vec::new(), best: None, dropped: None, restarts: 0, born: false, stale: 0 }
    }

    pub(crate) fn is_living(&self) -> bool {
        self.dropped.is_none()
    }

    /// How its next generation comes about, and how many children that has.
    pub(crate) fn breed(&mut self, algorithm: Algorithm, settings: &EvolutionSettings) -> (Breeding, u32) {
        if !self.born {
            return (Breeding::Fresh { ancestor: true }, self.slots);
        }
        if settings.stagnation.is_some_and(|most| self.stale >= most) {
            self.members.truncate(1);
            (self.stale, self.restarts) = (0, self.restarts + 1);
            return (Breeding::Fresh { ancestor: false }, self.slots.saturating_sub(1).max(1));
        }
        match algorithm {
            Algorithm::Random => (Breeding::Fresh { ancestor: false }, self.slots),
            Algorithm::Genetic | Algorithm::LShade | Algorithm::Nsga2 => {
                let parents = self.members.iter().filter(|member| member.ran()).cloned().collect();
                let EvolutionSettings { crossover_rate, mutation_rate, tournament, .. } = *settings;
                let breeding = Breeding::Genetic { parents, crossover_rate, mutation_rate, tournament };
                (breeding, self.slots - self.elites(settings))
            }
        }
    }

    /// Slots that the best keep: their share, at least one, and never all.
    fn elites(&self, settings: &EvolutionSettings) -> u32 {
        let share = (settings.elite_ratio * f64::from(self.slots)).floor();
        let most = self.slots.saturating_sub(1);
        (share as u32).clamp(1.min(most), most)
    }

    /// Takes in a generation; each child with its slot.
    pub(crate) fn absorb(&mut self, brood: &Brood, children: Vec<(u32, Arc<Member>)>, settings: &EvolutionSettings) {
        self.born = true;
        match &brood.breeding {
            Breeding::Fresh { .. } => {}
            Breeding::Genetic { .. } => self.members.truncate(self.elites(settings) as usize),
        }
        self.members.extend(children.into_iter().map(|(_, member)| member));
        self.members.sort_by(|a, b| a.by_rank(b));
        let mut seen = std::collections::BTreeSet::new();
        self.members.retain(|member| seen.insert(member.hash));
        self.members.truncate(self.slots as usize);
        self.stale += 1;
        if let Some(first) = self.members.first().filter(|first| first.score().is_some()) {
            let better = self.best.as_ref().is_none_or(|best| first.by_rank(best) == Ordering::Less);
            if better {
                (self.best, self.stale) = (Some(first.clone()), 0);
            }
        }
    }
}
