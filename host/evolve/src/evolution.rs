use std::sync::Arc;

use seedbed_genome::GenomeHash;

use crate::batch::{Batch, Drawing, Served, TellError};
use crate::brood::Brood;
use crate::colony::{Born, Colony};
use crate::diversity::diversity;
use crate::generation::median;
use crate::ledger::Ledger;
use crate::member::by_outcome;
use crate::migration::{inherit, migrate};
use crate::pareto::Front;
use crate::{
    Ancestry, Archive, Candidate, Child, EvolutionSettings, Generation, IslandSummary, Member, Migration, Outcome,
    Setup, SetupError, Told,
};

/// Generations without any new genome after which the space counts as exhausted.
const BARREN: u32 = 8;

/// Members of the hall of fame.
const FAME: usize = 10;

/// An evolution, see the [crate's](crate) page.
#[derive(Debug)]
pub struct Evolution {
    seed: u64,
    settings: EvolutionSettings,
    colonies: Vec<Colony>,
    generation: u32,
    batch: Option<Batch>,
    ledger: Ledger,
    fame: Vec<Arc<Member>>,
    archive: Archive,
    front: Front,
    /// Candidates that were told, skipped ones too.
    told: u64,
    evaluations: u64,
    distinct: u64,
    end: Option<End>,
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
            Colony::new(island, slots, algorithm)
        });
        Ok(Self {
            seed,
            colonies: colonies.collect(),
            settings,
            generation: 0,
            batch: None,
            ledger: Ledger::default(),
            fame: Vec::new(),
            archive: Archive::default(),
            front: Front::default(),
            told: 0,
            evaluations: 0,
            distinct: 0,
            end: None,
        })
    }

    /// The candidates of the next generation, in a fixed order, whose genomes are all new; empty when the evolution has [ended](Self::end).
    ///
    /// Elites keep their fitness and are not asked for again; a child that is a genome known by now, even after eight draws more, is served
    /// what is known of it. Until the generation is told, asking again gives the same candidates.
    pub fn ask(&mut self) -> Arc<[Candidate]> {
        if self.batch.is_none() {
            self.batch = self.next_batch();
        }
        self.batch.as_ref().map_or_else(|| Arc::from([]), |batch| batch.candidates.clone())
    }

    fn next_batch(&mut self) -> Option<Batch> {
        for _ in 0..BARREN {
            self.end = match () {
                () if self.colonies.iter().all(|colony| !colony.is_living()) => Some(End::AllFailed),
                () if self.generation >= self.settings.generations => Some(End::Generations),
                () if self.room() == 0 => Some(End::Budget),
                () => None,
            };
            if self.end.is_some() {
                return None;
            }
            let batch = self.breed();
            if !batch.candidates.is_empty() {
                return Some(batch);
            }
            self.generation += 1;
            self.colonies.iter_mut().for_each(Colony::get_stuck);
        }
        self.end = Some(End::Exhausted);
        None
    }

    /// Evaluations that are left.
    fn room(&self) -> u64 {
        self.settings.budget.map_or(u64::MAX, |budget| budget.saturating_sub(self.evaluations))
    }

    /// The share of the run that has passed, by evaluations or by generations, whichever is further.
    fn progress(&self) -> f64 {
        let evaluations = self.evaluations as f64 / self.settings.most_evaluations() as f64;
        evaluations.max(f64::from(self.generation) / f64::from(self.settings.generations))
    }

    fn breed(&mut self) -> Batch {
        let (room, progress) = (self.room(), self.progress());
        let mut first_slot = 0;
        let mut broods = Vec::new();
        for (island, colony) in self.colonies.iter_mut().enumerate() {
            if !colony.is_living() {
                broods.push(None);
                continue;
            }
            let (breeding, children) = colony.breed(&self.settings, progress, || self.archive.of_island(island));
            let brood = Brood {
                mutation: colony.mutation(self.settings.adaptive_tiers),
                island: colony.island.clone(),
                seed: self.seed,
                generation: self.generation,
                first_slot,
                breeding,
            };
            broods.push(Some((Arc::new(brood), children)));
            first_slot += children;
        }
        let Self { ledger, generation, told, settings, .. } = self;
        Drawing { ledger, generation: *generation, number: *told, room, attempts: settings.attempts }.draw(broods)
    }

    /// Takes in what became of the candidates that were asked for last, one for each, in their order.
    ///
    /// # Errors
    /// [`TellError`], and nothing is taken in.
    pub fn tell(&mut self, told: Vec<Told>) -> Result<Generation, TellError> {
        let children = self.batch.as_ref().ok_or(TellError::NotAsked)?.children(&told)?;
        let Batch { candidates, broods, served, redrawn } = self.batch.take().ok_or(TellError::NotAsked)?;
        let champion = self.best().map(|best| best.number);
        let mut summary = Generation::of(self.generation);
        (summary.redrawn, summary.served) = (redrawn, served.len() as u32);
        let mut born: Vec<Vec<Born>> = self.colonies.iter().map(|_| Vec::new()).collect();
        for ((candidate, told), child) in candidates.iter().zip(told).zip(children) {
            summary.count(&told, &child);
            if let Some(born) = born.get_mut(candidate.island)
                && told.outcome != Outcome::Skipped
            {
                born.push(self.take_in(candidate, told, child));
            }
        }
        for served in served {
            if let Some(born) = born.get_mut(served.island) {
                born.extend(self.serve(served));
            }
        }
        self.told += candidates.len() as u64;
        self.generation += 1;
        let progress = self.progress();
        for ((colony, brood), born) in self.colonies.iter_mut().zip(&broods).zip(born) {
            if let Some(brood) = brood {
                colony.absorb(brood, born, progress);
            }
        }
        inherit(&mut self.colonies);
        let Migration { every, .. } = self.settings.migration;
        if every > 0 && self.generation.is_multiple_of(every) {
            migrate(&mut self.colonies, self.settings.migration, self.settings.population);
        }
        summary.improved = self.best().map(|best| best.number) != champion;
        self.summarise(&mut summary);
        Ok(summary)
    }

    /// A candidate that was evaluated becomes a member, and everything remembers it.
    fn take_in(&mut self, candidate: &Candidate, told: Told, child: Child) -> Born {
        let &Candidate { number, generation, island, slot, .. } = candidate;
        let entry = |child: &Child, outcome: Outcome| Ancestry {
            hash: child.hash,
            number,
            generation,
            island,
            origin: child.origin.clone(),
            outcome,
        };
        for (n, reason) in (1..).zip(told.failed) {
            if let Some(refused) = candidate.attempt(n).filter(|refused| refused.hash != child.hash) {
                self.ledger.record(entry(&refused, Outcome::Failed { reason }));
            }
        }
        self.credit(island, &child, &told.outcome);
        let new = self.ledger.record(entry(&child, told.outcome.clone()));
        let Child { individual, hash, origin } = child;
        let member = Arc::new(Member { number, generation, island, individual, hash, outcome: told.outcome });
        self.evaluations += 1;
        self.distinct += u64::from(new && member.ran());
        self.archive.offer(&member);
        self.front.offer(&member);
        if member.score().is_some() && self.fame.iter().all(|other| (other.island, other.hash) != (island, hash)) {
            let place = self.fame.partition_point(|other| other.by_rank(&member).is_lt());
            self.fame.insert(place, member.clone());
            self.fame.truncate(FAME);
        }
        Born { slot, member, origin: Some(origin) }
    }

    /// Tells a tier whether its mutation made a child that is better than its parent, or than both.
    fn credit(&mut self, island: usize, child: &Child, outcome: &Outcome) {
        let Some(tier) = child.origin.step().and_then(|step| step.tier) else { return };
        let parents = child.origin.parents();
        let mut parents = parents.iter().filter_map(|parent| self.ledger.get(island, *parent));
        let better = parents.all(|parent| by_outcome(outcome, &parent.outcome).is_lt());
        if let Some(colony) = self.colonies.get_mut(island) {
            colony.tiers.count(tier, better);
        }
    }

    /// A child whose genome is known becomes a member without being evaluated.
    fn serve(&self, Served { island, slot, child }: Served) -> Option<Born> {
        let known = self.ledger.get(island, child.hash)?;
        let member = Member {
            number: known.number,
            generation: known.generation,
            island,
            individual: child.individual,
            hash: child.hash,
            outcome: known.outcome.clone(),
        };
        Some(Born { slot, member: Arc::new(member), origin: None })
    }

    fn summarise(&self, summary: &mut Generation) {
        let mut fitness: Vec<f64> = self.population().filter_map(Member::fitness).collect();
        fitness.sort_by(f64::total_cmp);
        summary.best = fitness.last().copied();
        summary.median = median(&fitness);
        summary.mean = (!fitness.is_empty()).then(|| fitness.iter().sum::<f64>() / fitness.len() as f64);
        summary.diversity = diversity(&self.colonies);
        summary.islands = self.islands();
        (summary.evaluations, summary.distinct) = (self.evaluations, self.distinct);
    }

    /// Each island as it stands, in the order of the setup.
    #[must_use]
    pub fn islands(&self) -> Vec<IslandSummary> {
        let islands = self.colonies.iter().map(|colony| IslandSummary {
            slots: colony.slots,
            best: colony.best.as_ref().and_then(|best| best.fitness()),
            dropped: colony.dropped.clone(),
            restarts: colony.restarts,
        });
        islands.collect()
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

    /// The best of each way to trade.
    #[must_use]
    pub fn archive(&self) -> &Archive {
        &self.archive
    }

    /// The Pareto front of all that were told, in rising order of the first objective: at most 100 members, of which the most crowded leave
    /// first.
    #[must_use]
    pub fn front(&self) -> &[Arc<Member>] {
        self.front.members()
    }

    /// The population, island by island, those first that are kept first.
    pub fn population(&self) -> impl Iterator<Item = &Member> {
        self.colonies.iter().flat_map(|colony| &colony.members).map(AsRef::as_ref)
    }

    /// The genome of an island and its ancestors back to one without parents, along first parents: of a crossover the one whose values fill gaps, of a trial
    /// its target. Empty of a genome that was never told.
    #[must_use]
    pub fn lineage(&self, island: usize, hash: GenomeHash) -> Vec<&Ancestry> {
        self.ledger.lineage(island, hash)
    }

    /// Why there is nothing more to ask; `None` while there is, or until it was asked.
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
