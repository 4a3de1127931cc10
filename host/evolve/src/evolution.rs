use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use seedbed_genome::{GenomeHash, Tier};

use crate::brood::Brood;
use crate::colony::Colony;
use crate::ledger::Ledger;
use crate::{
    Algorithm, Ancestry, Candidate, Child, Counts, EvolutionSettings, Generation, IslandSummary, Member, Outcome,
    Setup, SetupError, Told,
};

/// Draws of a child whose genome is known, beyond the first.
const REDRAWS: u32 = 8;

/// Generations without any new genome after which the space counts as exhausted.
const BARREN: u32 = 8;

/// Members of the hall of fame.
const FAME: usize = 10;

/// An evolution, see the [crate's](crate) page.
#[derive(Debug)]
pub struct Evolution {
    seed: u64,
    algorithm: Algorithm,
    settings: EvolutionSettings,
    colonies: Vec<Colony>,
    generation: u32,
    batch: Option<Batch>,
    ledger: Ledger,
    fame: Vec<Arc<Member>>,
    evaluations: u64,
    asked: u64,
    distinct: u64,
    end: Option<End>,
}

/// A generation that was asked for.
#[derive(Debug)]
struct Batch {
    candidates: Arc<[Candidate]>,
    broods: Vec<Option<Arc<Brood>>>,
    served: Vec<Served>,
    redrawn: u32,
}

/// A child whose genome is known.
#[derive(Debug)]
struct Served {
    island: usize,
    slot: u32,
    child: Child,
}

/// Why there is nothing more to ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Every generation has passed.
    Generations,
    /// The evaluations are spent.
    Budget,
    /// The first generation of every island failed; [`IslandSummary::dropped`] says why.
    AllFailed,
    /// No draw gives a genome that is new.
    Exhausted,
}

impl Evolution {
    /// An evolution before its first generation.
    ///
    /// # Errors
    /// See [`Setup::check`].
    pub fn new(setup: Setup) -> Result<Self, SetupError> {
        setup.check()?;
        let Setup { seed, algorithm, settings, islands } = setup;
        let count = islands.len() as u32;
        let colonies = islands.into_iter().zip(0..).map(|(island, place)| {
            let slots = settings.population / count + u32::from(place < settings.population % count);
            Colony::new(island, slots)
        });
        Ok(Self {
            seed,
            algorithm,
            colonies: colonies.collect(),
            settings,
            generation: 0,
            batch: None,
            ledger: Ledger::default(),
            fame: Vec::new(),
            evaluations: 0,
            asked: 0,
            distinct: 0,
            end: None,
        })
    }

    /// The candidates of the next generation, in a fixed order, whose genomes are all new; empty when the evolution has [ended](Self::end).
    ///
    /// Elites keep their fitness and are not asked for again; a child that is a genome known by now, even after eight draws more, is served what is known of
    /// it. Until the generation is told, asking again gives the same candidates.
    pub fn ask(&mut self) -> Arc<[Candidate]> {
        if self.batch.is_none() {
            self.batch = self.next_batch();
        }
        self.batch.as_ref().map_or_else(|| Arc::from([]), |batch| batch.candidates.clone())
    }

    fn next_batch(&mut self) -> Option<Batch> {
        for _ in 0..BARREN {
            self.end = self.end.or(match () {
                () if self.generation >= self.settings.generations => Some(End::Generations),
                () if self.room() == 0 => Some(End::Budget),
                () => None,
            });
            if self.end.is_some() {
                return None;
            }
            let batch = self.breed();
            if !batch.candidates.is_empty() {
                return Some(batch);
            }
            self.generation += 1;
        }
        self.end = Some(End::Exhausted);
        None
    }

    /// Evaluations that are left.
    fn room(&self) -> u64 {
        self.settings.budget.map_or(u64::MAX, |budget| budget.saturating_sub(self.evaluations))
    }

    fn breed(&mut self) -> Batch {
        let room = self.room();
        let mut batch = Batch { candidates: Arc::from([]), broods: Vec::new(), served: Vec::new(), redrawn: 0 };
        let (mut candidates, mut fresh, mut slot) = (Vec::new(), BTreeSet::new(), 0);
        for (island, colony) in self.colonies.iter_mut().enumerate() {
            if !colony.is_living() {
                batch.broods.push(None);
                continue;
            }
            let (breeding, children) = colony.breed(self.algorithm, &self.settings);
            let brood = Arc::new(Brood {
                mutation: colony.island.mutation.clone(),
                island: colony.island.clone(),
                seed: self.seed,
                generation: self.generation,
                first_slot: slot,
                breeding,
            });
            for slot in slot..slot + children {
                let mut served = None;
                let mut first = None;
                for draw in 0..=REDRAWS {
                    let Ok(child) = brood.draw(slot, draw) else { continue };
                    if self.ledger.get(child.hash).is_none() && fresh.insert(child.hash) {
                        first = Some((draw, child));
                        break;
                    }
                    batch.redrawn += 1;
                    served = Some(child);
                }
                match (first, served) {
                    (Some((first, child)), _) if (candidates.len() as u64) < room => candidates.push(Candidate {
                        number: self.asked + candidates.len() as u64,
                        generation: self.generation,
                        slot,
                        island,
                        child,
                        first,
                        attempts: self.settings.attempts,
                        brood: brood.clone(),
                    }),
                    (None, Some(child)) => batch.served.push(Served { island, slot, child }),
                    _ => {}
                }
            }
            slot += children;
            batch.broods.push(Some(brood));
        }
        batch.candidates = candidates.into();
        batch
    }

    /// Takes in what became of the candidates that were asked for last, one for each, in their order.
    ///
    /// # Errors
    /// [`TellError`], and nothing is taken in.
    pub fn tell(&mut self, told: Vec<Told>) -> Result<Generation, TellError> {
        let batch = self.batch.take().ok_or(TellError::NotAsked)?;
        let children = match check(&batch.candidates, &told) {
            Ok(children) => children,
            Err(error) => {
                self.batch = Some(batch);
                return Err(error);
            }
        };
        let best = self.best().map(|best| best.hash);
        let mut summary = Generation::of(self.generation);
        summary.redrawn = batch.redrawn;
        summary.served = batch.served.len() as u32;
        let mut born: Vec<Vec<(u32, Arc<Member>)>> = self.colonies.iter().map(|_| Vec::new()).collect();
        for ((candidate, told), child) in batch.candidates.iter().zip(told).zip(children) {
            summary.count(&told, &child);
            if told.outcome == Outcome::Skipped {
                continue;
            }
            self.evaluations += 1;
            self.record_failed(candidate, &told.failed);
            let entry = Ancestry {
                hash: child.hash,
                number: candidate.number,
                generation: candidate.generation,
                island: candidate.island,
                origin: child.origin,
                outcome: told.outcome.clone(),
            };
            let new = self.ledger.record(entry);
            let member = Arc::new(Member {
                number: candidate.number,
                generation: candidate.generation,
                island: candidate.island,
                individual: child.individual,
                hash: child.hash,
                outcome: told.outcome,
            });
            self.distinct += u64::from(new && member.ran());
            self.honour(&member);
            if let Some(born) = born.get_mut(candidate.island) {
                born.push((candidate.slot, member));
            }
        }
        for Served { island, slot, child } in batch.served {
            if let (Some(known), Some(born)) = (self.ledger.get(child.hash), born.get_mut(island)) {
                let member = Member {
                    number: known.number,
                    generation: known.generation,
                    island,
                    individual: child.individual,
                    hash: child.hash,
                    outcome: known.outcome.clone(),
                };
                born.push((slot, Arc::new(member)));
            }
        }
        for ((colony, brood), born) in self.colonies.iter_mut().zip(&batch.broods).zip(born) {
            if let Some(brood) = brood {
                colony.absorb(brood, born, &self.settings);
            }
        }
        self.asked += batch.candidates.len() as u64;
        self.generation += 1;
        summary.improved = self.best().map(|best| best.hash) != best;
        self.summarise(&mut summary);
        Ok(summary)
    }

    fn record_failed(&mut self, candidate: &Candidate, failed: &[String]) {
        for (n, reason) in (1..).zip(failed) {
            if let Some(child) = candidate.attempt(n) {
                self.ledger.record(Ancestry {
                    hash: child.hash,
                    number: candidate.number,
                    generation: candidate.generation,
                    island: candidate.island,
                    origin: child.origin,
                    outcome: Outcome::Failed { reason: reason.clone() },
                });
            }
        }
    }

    fn honour(&mut self, member: &Arc<Member>) {
        if member.score().is_some() && self.fame.iter().all(|other| other.hash != member.hash) {
            self.fame.push(member.clone());
            self.fame.sort_by(|a, b| a.by_rank(b));
            self.fame.truncate(FAME);
        }
    }

    fn summarise(&self, summary: &mut Generation) {
        let mut fitness: Vec<f64> = self.population().filter_map(|member| member.fitness()).collect();
        fitness.sort_by(f64::total_cmp);
        summary.best = fitness.last().copied();
        summary.median = median(&fitness);
        summary.mean = (!fitness.is_empty()).then(|| fitness.iter().sum::<f64>() / fitness.len() as f64);
        let islands = self.colonies.iter().map(|colony| IslandSummary {
            slots: colony.slots,
            best: colony.best.as_ref().and_then(|best| best.fitness()),
            dropped: colony.dropped.clone(),
            restarts: colony.restarts,
        });
        summary.islands = islands.collect();
        (summary.evaluations, summary.distinct) = (self.evaluations, self.distinct);
    }

    /// The best of all that were told; `None` while nothing has a score.
    #[must_use]
    pub fn best(&self) -> Option<&Member> {
        self.fame.first().map(AsRef::as_ref)
    }

    /// The ten best distinct genomes, the best first.
    #[must_use]
    pub fn hall_of_fame(&self) -> &[Arc<Member>] {
        &self.fame
    }

    /// The population: island by island, in the order of rank.
    pub fn population(&self) -> impl Iterator<Item = &Member> {
        self.colonies.iter().flat_map(|colony| &colony.members).map(AsRef::as_ref)
    }

    /// The genome and its ancestors back to one without parents, along first parents: of a crossover the one that lineage follows, of a trial its target.
    /// Empty of a genome that was never told.
    #[must_use]
    pub fn lineage(&self, hash: GenomeHash) -> Vec<&Ancestry> {
        self.ledger.lineage(hash)
    }

    /// Why there is nothing more to ask; `None` while there is.
    #[must_use]
    pub fn end(&self) -> Option<End> {
        self.end
    }

    /// The generation that is asked for next, or was asked for and is not told yet, from 0.
    #[must_use]
    pub fn generation(&self) -> u32 {
        self.generation
    }

    /// Candidates that were told and not skipped.
    #[must_use]
    pub fn evaluations(&self) -> u64 {
        self.evaluations
    }

    /// Distinct genomes that ran: the trials that a deflated Sharpe ratio counts.
    #[must_use]
    pub fn distinct(&self) -> u64 {
        self.distinct
    }
}

/// The child of each outcome.
fn check(candidates: &[Candidate], told: &[Told]) -> Result<Vec<Child>, TellError> {
    if candidates.len() != told.len() {
        return Err(TellError::Count { asked: candidates.len(), told: told.len() });
    }
    let children = candidates.iter().zip(told).map(|(candidate, told)| {
        let slot = candidate.slot;
        if let Outcome::Scored(score) | Outcome::Raced(score) = &told.outcome
            && ![score.fitness, score.objectives[0], score.objectives[1]].into_iter().all(f64::is_finite)
        {
            return Err(TellError::NotFinite { slot });
        }
        let attempt = u32::try_from(told.failed.len()).unwrap_or(u32::MAX).saturating_add(1);
        let child = candidate.attempt(attempt).ok_or(TellError::NoAttempt { slot, attempt })?;
        if child.hash == told.hash {
            Ok(child)
        } else {
            Err(TellError::Other { slot, asked: child.hash, told: told.hash })
        }
    });
    children.collect()
}

impl Generation {
    fn of(generation: u32) -> Self {
        Self {
            generation,
            outcomes: Counts::default(),
            reasons: BTreeMap::new(),
            failed_attempts: BTreeMap::new(),
            redrawn: 0,
            served: 0,
            best: None,
            median: None,
            mean: None,
            improved: false,
            diversity: 0.0,
            tiers: [0; 3],
            own: 0,
            islands: Vec::new(),
            evaluations: 0,
            distinct: 0,
        }
    }

    fn count(&mut self, told: &Told, child: &Child) {
        let count = match &told.outcome {
            Outcome::Scored(_) => &mut self.outcomes.scored,
            Outcome::Raced(_) => &mut self.outcomes.raced,
            Outcome::Undefined { .. } => &mut self.outcomes.undefined,
            Outcome::Failed { .. } => &mut self.outcomes.failed,
            Outcome::Skipped => &mut self.outcomes.skipped,
        };
        *count += 1;
        if let Some(reason) = told.outcome.reason() {
            *self.reasons.entry(reason.to_owned()).or_default() += 1;
        }
        for reason in &told.failed {
            *self.failed_attempts.entry(reason.clone()).or_default() += 1;
        }
        if let Some(step) = child.origin.step() {
            match step.tier {
                Some(tier) => Tier::ALL
                    .iter()
                    .zip(&mut self.tiers)
                    .filter(|(other, _)| **other == tier)
                    .for_each(|(_, count)| *count += 1),
                None => self.own += 1,
            }
        }
    }
}

fn median(sorted: &[f64]) -> Option<f64> {
    let middle = sorted.len() / 2;
    let upper = *sorted.get(middle)?;
    if sorted.len() % 2 == 1 { Some(upper) } else { Some(f64::midpoint(*sorted.get(middle - 1)?, upper)) }
}

/// Why what was told cannot be taken in.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum TellError {
    /// Nothing is asked.
    #[error("nothing was asked; ask for a generation first")]
    NotAsked,
    /// Not one outcome for each candidate.
    #[error("{told} outcomes for {asked} candidates; tell one for each, in their order")]
    Count {
        /// How many candidates were asked for.
        asked: usize,
        /// How many outcomes were told.
        told: usize,
    },
    /// More attempts than there are.
    #[error("slot {slot} has no attempt {attempt}")]
    NoAttempt {
        /// The candidate's slot.
        slot: u32,
        /// The attempt that was told of.
        attempt: u32,
    },
    /// The outcome of another genome.
    #[error(
        "slot {slot} is genome {asked}, but {told} was told; a replay needs the settings, plugins and version that the run was recorded with"
    )]
    Other {
        /// The candidate's slot.
        slot: u32,
        /// The genome of the attempt.
        asked: GenomeHash,
        /// The genome that was told of.
        told: GenomeHash,
    },
    /// A score that is no number.
    #[error("slot {slot} has a score that is not finite; tell it as undefined")]
    NotFinite {
        /// The candidate's slot.
        slot: u32,
    },
}
