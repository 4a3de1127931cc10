use seedbed_genome::{Individual, MutationSettings, Space};

use crate::Algorithm;

/// What an evolution is a pure function of, beside what it is told.
#[derive(Debug, Clone, PartialEq)]
pub struct Setup {
    /// The seed of all randomness.
    pub seed: u64,
    /// How generations follow each other.
    pub algorithm: Algorithm,
    /// How many, how often, how long.
    pub settings: EvolutionSettings,
    /// The kinds that evolve beside each other.
    pub islands: Vec<Island>,
}

/// One kind of genome, which is only crossed with its own.
#[derive(Debug, Clone, PartialEq)]
pub struct Island {
    /// The plugin's name, unique in its run.
    pub name: String,
    /// Where its genomes live.
    pub space: Space,
    /// The plugin's own genome, the first candidate of the island.
    pub ancestor: Individual,
    /// How its genomes are mutated. What these settings forbid, no operator of this crate does: exits that are not to be mutated are the
    /// ancestor's in every candidate.
    pub mutation: MutationSettings,
}

/// How many, how often, how long. The defaults are the documented ones of `[evolution]`.
#[derive(Debug, Clone, PartialEq)]
pub struct EvolutionSettings {
    /// Individuals of all islands together, at least 1 an island.
    pub population: u32,
    /// Generations, the first one included, at least 1. A run that only its budget ends has [`u32::MAX`].
    pub generations: u32,
    /// Probability that a child of crossover is mutated too, 0 to 1.
    pub mutation_rate: f64,
    /// Probability that a child has two parents, 0 to 1. Any other child is a mutation.
    pub crossover_rate: f64,
    /// Share of an island's slots that its best keep, 0 to 1; at least one individual, and never all. Genetic only.
    pub elite_ratio: f64,
    /// Individuals that a parent is the best of, drawn with replacement, at least 1. Genetic only.
    pub tournament: u32,
    /// Attempts at a candidate before it counts as failed, at least 1.
    pub attempts: u32,
    /// Evaluations after which the evolution ends, also in the midst of its generations.
    pub budget: Option<u64>,
    /// Whether the tiers of mutation are drawn as they succeed, instead of by their weights.
    pub adaptive_tiers: bool,
    /// Generations without a better best after which an island starts anew around its best. One that has nothing new to ask for does so in any
    /// case.
    pub stagnation: Option<u32>,
    /// How slots move between islands.
    pub migration: Migration,
}

/// How slots move from the island whose best ranks lowest to the one whose best ranks highest. Genomes of different kinds cannot move.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Migration {
    /// Generations between two moves; 0 for none.
    pub every: u32,
    /// Slots that move at a time. Each living island keeps half of its even share, at least 1.
    pub slots: u32,
}

impl Default for Migration {
    fn default() -> Self {
        Self { every: 1, slots: 1 }
    }
}

impl Default for EvolutionSettings {
    fn default() -> Self {
        Self {
            population: 50,
            generations: 10,
            mutation_rate: 0.1,
            crossover_rate: 0.8,
            elite_ratio: 0.2,
            tournament: 3,
            attempts: 3,
            budget: None,
            adaptive_tiers: false,
            stagnation: None,
            migration: Migration::default(),
        }
    }
}

impl EvolutionSettings {
    /// Evaluations that a run may come to: its budget, or every slot of every generation.
    #[must_use]
    pub fn most_evaluations(&self) -> u64 {
        let slots = u64::from(self.population) * u64::from(self.generations);
        self.budget.map_or(slots, |budget| budget.min(slots))
    }
}

impl Setup {
    /// Checks what cannot be evolved.
    ///
    /// # Errors
    /// The first rule that is broken.
    pub fn check(&self) -> Result<(), SetupError> {
        let EvolutionSettings { population, generations, tournament, attempts, budget, .. } = self.settings;
        let at_least_1 = [
            ("population", u64::from(population)),
            ("generations", u64::from(generations)),
            ("tournament", u64::from(tournament)),
            ("attempts", u64::from(attempts)),
            ("budget", budget.unwrap_or(1)),
        ];
        if let Some((name, _)) = at_least_1.into_iter().find(|(_, value)| *value == 0) {
            return Err(SetupError::Zero(name));
        }
        let EvolutionSettings { mutation_rate, crossover_rate, elite_ratio, .. } = self.settings;
        let shares =
            [("mutation_rate", mutation_rate), ("crossover_rate", crossover_rate), ("elite_ratio", elite_ratio)];
        if let Some((name, value)) = shares.into_iter().find(|(_, value)| !(0.0..=1.0).contains(value)) {
            return Err(SetupError::Share(name, value));
        }
        let islands = self.islands.len();
        if islands == 0 {
            return Err(SetupError::NoIsland);
        }
        if islands > population as usize {
            return Err(SetupError::TooManyIslands { islands, population });
        }
        for (place, island) in self.islands.iter().enumerate() {
            if self.islands.iter().take(place).any(|other| other.name == island.name) {
                return Err(SetupError::Duplicate(island.name.clone()));
            }
            let parameters = island.space.check_parameters(&island.ancestor.genome.parameters);
            parameters.map_err(|violation| SetupError::Ancestor(island.name.clone(), violation))?;
        }
        Ok(())
    }
}

/// Why there is nothing to evolve.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SetupError {
    /// No island at all.
    #[error("no plugin to evolve; name at least one")]
    NoIsland,
    /// A number that has to be at least 1.
    #[error("{0} is 0; it has to be at least 1")]
    Zero(&'static str),
    /// A share outside 0 to 1.
    #[error("{0} is {1}; it has to be a share from 0 to 1")]
    Share(&'static str, f64),
    /// Not one slot for each island.
    #[error("a population of {population} has no place for {islands} plugins; give it at least {islands}")]
    TooManyIslands {
        /// How many islands there are.
        islands: usize,
        /// How many slots they share.
        population: u32,
    },
    /// One name twice.
    #[error("two plugins are named '{0}'")]
    Duplicate(String),
    /// An ancestor outside its own space.
    #[error("the own genome of '{0}' is not of its space: {1}")]
    Ancestor(String, seedbed_genome::Violation),
}
