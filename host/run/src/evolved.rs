use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rayon::prelude::*;
use seedbed_backtest::statistics::Independence;
use seedbed_evaluate::{Examiner, Excerpt, Memo, Stage, market_scale};
use seedbed_evolve::{Candidate, Evolution, Generation, Island, Outcome, Race, Setup};
use seedbed_genome::{GenomeHash, Individual, Space, named_seed};

use crate::folds::{self, Folds};
use crate::journal::{BATCH, Journal};
use crate::search::{Examined, Search};
use crate::verdict::Trial;
use crate::{History, Phase, RunError, RunSetup, Watcher};

/// An evolution that has ended, and every distinct genome that ran in it.
#[derive(Debug)]
pub(crate) struct Evolved {
    pub(crate) evolution: Evolution,
    pub(crate) generations: Vec<Generation>,
    pub(crate) trials: Vec<Ran>,
    /// Populations' members by generation: what parameter histories are drawn from.
    pub(crate) populations: Vec<Vec<Identity>>,
    /// How the clock interfered, in words; empty where it did not.
    pub(crate) clock: Vec<String>,
}

/// A genome that ran.
#[derive(Debug, Clone)]
pub(crate) struct Ran {
    pub(crate) island: usize,
    pub(crate) generation: u32,
    pub(crate) hash: GenomeHash,
    pub(crate) individual: Individual,
    pub(crate) outcome: Outcome,
    /// What the verdict needs of it, where it was summed up on the way.
    pub(crate) trial: Option<Trial>,
}

/// Plugins may share a genome, which is another candidate of each.
pub(crate) type Identity = (usize, GenomeHash);

impl Ran {
    pub(crate) fn identity(&self) -> Identity {
        (self.island, self.hash)
    }
}

impl Evolved {
    /// Each genome once, in the order in which they were asked for.
    pub(crate) fn distinct(&self) -> Vec<&Ran> {
        let mut seen = BTreeSet::new();
        self.trials.iter().filter(|ran| seen.insert(ran.identity())).collect()
    }
}

/// When a phase has to end.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Until(Option<Instant>);

impl Until {
    /// Every phase has the same share of the run's time, and what the earlier ones left: else the first would leave none to the final one.
    pub(crate) fn share(begun: Instant, limit: Option<Duration>, phase: usize, phases: usize) -> Self {
        Self(limit.and_then(|limit| begun.checked_add(limit.mul_f64(phase as f64 / phases.max(1) as f64))))
    }

    fn passed(self) -> bool {
        self.0.is_some_and(|end| Instant::now() >= end)
    }
}

/// Evolves on the training part of a phase. Breaks where the watcher asks it to.
pub(crate) fn evolve(
    setup: &RunSetup,
    history: &History<'_>,
    phase: &Phase,
    memo: Option<&Memo>,
    journal: &mut Journal<'_>,
    watcher: &mut dyn Watcher,
    until: Until,
) -> Result<ControlFlow<(), Evolved>, RunError> {
    let excerpts = history.excerpts(&phase.train);
    let stage = Stage::new(&excerpts);
    let parts = folds::excerpts(history, phase, setup.folds);
    let stages: Vec<_> = parts.iter().map(|part| Stage::new(part)).collect();
    let mut race = Race::new(stages.len());
    let examiner = Examiner { stage: &stage, memo, timeout: setup.clocks.evaluation, audit: setup.audit };
    let mut evolution = Evolution::new(Setup {
        seed: named_seed(setup.seed, &phase.name),
        algorithm: setup.algorithm,
        settings: setup.evolution.clone(),
        islands: islands(setup, &excerpts),
    })?;
    let mut evolved = Progress::default();
    loop {
        let candidates = evolution.ask();
        if candidates.is_empty() {
            break;
        }
        let begun = Instant::now();
        let mut told = Vec::with_capacity(candidates.len());
        let mut values = Vec::new();
        let folds = (!stages.is_empty()).then_some(Folds { stages: &stages, race: &race });
        let search = Search { phase, setup, examiner, folds, judged: phase.is_final() };
        for batch in candidates.chunks(BATCH) {
            let examined = if journal.has(batch.len()) {
                read_back(&search, batch, journal)?
            } else if watcher.stop() {
                return Ok(ControlFlow::Break(()));
            } else {
                let late = begun.elapsed() >= setup.clocks.generation;
                let examined = if late || until.passed() {
                    batch.iter().cloned().map(Search::skip).collect()
                } else {
                    batch
                        .par_iter()
                        .map(|candidate| search.examine(candidate.clone()))
                        .collect::<Result<Vec<_>, _>>()?
                };
                journal.write(examined.iter().map(|one| search.row(one)).collect::<Result<_, _>>()?)?;
                examined
            };
            watcher.evaluated(&examined);
            for mut one in examined {
                evolved.note(phase, &mut one);
                values.push(one.folds);
                told.push(one.told);
            }
        }
        values.iter().for_each(|values| race.observe(values));
        let generation = evolution.tell(told)?;
        watcher.generation(phase, &generation, &memo.map(Memo::usage).unwrap_or_default());
        evolved.populations.push(evolution.population().map(|member| (member.island, member.hash)).collect());
        let skipped = generation.outcomes.skipped > 0;
        evolved.generations.push(generation);
        if skipped {
            break;
        }
    }
    let Progress { generations, trials, populations, clock } = evolved;
    Ok(ControlFlow::Continue(Evolved { evolution, generations, trials, populations, clock }))
}

#[derive(Default)]
struct Progress {
    generations: Vec<Generation>,
    trials: Vec<Ran>,
    populations: Vec<Vec<Identity>>,
    clock: Vec<String>,
}

impl Progress {
    fn note(&mut self, phase: &Phase, examined: &mut Examined) {
        let Examined { candidate: Candidate { generation, slot, island, .. }, told, child, by_clock, trial, .. } =
            examined;
        match &told.outcome {
            Outcome::Scored(_) | Outcome::Raced(_) | Outcome::Undefined { .. } => self.trials.push(Ran {
                island: *island,
                generation: *generation,
                hash: child.hash,
                individual: child.individual.clone(),
                outcome: told.outcome.clone(),
                trial: trial
                    .take()
                    .map(|trial| if self.trials.len() < Independence::MOST { trial } else { trial.unbinned() }),
            }),
            Outcome::Failed { .. } | Outcome::Skipped => {}
        }
        if *by_clock {
            let what = if told.outcome == Outcome::Skipped {
                "and later ones were not evaluated"
            } else {
                "ran past its deadline"
            };
            if self.clock.is_empty() || told.outcome != Outcome::Skipped {
                self.clock.push(format!("{} generation {generation} slot {slot} {what}", phase.name));
            }
        }
    }
}

fn read_back(
    search: &Search<'_, '_>,
    batch: &[Candidate],
    journal: &mut Journal<'_>,
) -> Result<Vec<Examined>, RunError> {
    let rows = batch.iter().filter_map(|candidate| Some((candidate, journal.read()?)));
    rows.map(|(candidate, row)| search.read_back(candidate.clone(), &row)).collect()
}

/// Bars that a distance is scaled by: medians of more cost memory and time, and change nothing that a mutation could tell.
const SCALE_BARS: usize = 4096;

/// One island a plugin. What a distance means in this market is told from the last bars of the training part.
pub(crate) fn islands(setup: &RunSetup, excerpts: &[Excerpt]) -> Vec<Island> {
    let scale = excerpts.first().and_then(|excerpt| {
        let end = excerpt.bars.len();
        let seen = excerpt.bars.slice(excerpt.start.max(end.saturating_sub(SCALE_BARS))..end)?;
        Some((market_scale(&seen), 2.0 * (excerpt.settings.fees + excerpt.settings.slippage)))
    });
    let island = |plugin: &Arc<seedbed_evaluate::Plugin>| {
        let description = plugin.description();
        let space = Space::new(&description.parameters, plugin.exits(), description.exits_closed);
        let space = match &scale {
            Some((scale, round_trip)) => space.with_round_trip_cost(*round_trip).with_market(scale.clone()),
            None => space,
        };
        Island {
            name: description.name.clone(),
            space,
            ancestor: Individual::new(plugin.genome()),
            mutation: setup.mutation.clone(),
        }
    };
    setup.plugins.iter().map(island).collect()
}
