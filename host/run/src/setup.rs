use std::sync::Arc;
use std::time::Duration;

use seedbed_evaluate::{Objective, Plugin};
use seedbed_evolve::{Algorithm, EvolutionSettings};
use seedbed_genome::MutationSettings;

use seedbed_evolve::Setup;

use crate::evolved::islands;
use crate::{Division, History, RunError, Schedule, Symbol};

/// All that a run's result is a function of, beside the clock.
#[derive(Debug, Clone)]
pub struct RunSetup {
    /// What evolves: one island a plugin.
    pub plugins: Vec<Arc<Plugin>>,
    /// The prices.
    pub symbols: Vec<Symbol>,
    /// The seed of all randomness.
    pub seed: u64,
    /// How generations follow each other.
    pub algorithm: Algorithm,
    /// What is made as large as it can be.
    pub objective: Objective,
    /// How many, how often, how long; of each evolution.
    pub evolution: EvolutionSettings,
    /// Parts of a training that candidates are raced over; 1 scores it as a whole.
    pub folds: u32,
    /// How genomes are mutated.
    pub mutation: MutationSettings,
    /// What is searched, and what is only looked at.
    pub division: Division,
    /// Fewest trades of a test that counts.
    pub min_trades: usize,
    /// The wall clock.
    pub clocks: Clocks,
    /// Bytes of signals that are kept; `None` computes everything anew.
    pub memo: Option<usize>,
    /// Asks components again whose signals are known, one of sixteen, and ends the run where the answer differs.
    pub audit: bool,
}

/// Limits of the wall clock. Whatever they end is written down, and the run is no longer reproducible.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clocks {
    /// One candidate, all its calls together.
    pub evaluation: Duration,
    /// One generation.
    pub generation: Duration,
    /// The whole run, in this process.
    pub run: Option<Duration>,
}

impl Default for Clocks {
    fn default() -> Self {
        Self { evaluation: Duration::from_secs(300), generation: Duration::from_secs(600), run: None }
    }
}

impl RunSetup {
    /// Checks that the run can begin, before anything is written.
    ///
    /// # Errors
    /// A history that cannot be divided as asked, or an evolution that cannot be set up.
    pub fn check(&self) -> Result<(), RunError> {
        let history = History::new(&self.symbols);
        let schedule = self.schedule(&history)?;
        let islands = islands(self, &history.excerpts(&schedule.last.train));
        let setup = Setup { seed: self.seed, algorithm: self.algorithm, settings: self.evolution.clone(), islands };
        Ok(setup.check()?)
    }

    /// How the history is divided. Plugins need their bars before the first signal.
    pub(crate) fn schedule(&self, history: &History<'_>) -> Result<Schedule, RunError> {
        let needs = self.plugins.iter().map(|plugin| {
            let bars = usize::try_from(plugin.need().minimum_bars).unwrap_or(usize::MAX);
            (bars, plugin.description().name.as_str())
        });
        let warm_up = needs.max_by_key(|(bars, _)| *bars).unwrap_or((0, ""));
        Ok(Schedule::new(&self.division, history.timeline().len(), warm_up)?)
    }

    /// The plugin of an island.
    pub(crate) fn plugin(&self, island: usize) -> Result<&Plugin, RunError> {
        self.plugins.get(island).map(AsRef::as_ref).ok_or(RunError::NoIsland(island))
    }
}
