use std::num::NonZeroU32;
use std::ops::{ControlFlow, Range};
use std::time::{Duration, Instant};

use seedbed_genome::{
    Attempt, GenomeHash, Individual, MutationSettings, Mutator, Proposal, Purpose, Space, named_seed, sub_seed,
};

use crate::in_order::in_order;
use crate::{CallFailure, Validator};

/// How often a plugin's genome is mutated, and from which seed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    /// Lines of descent, each from generation 0.
    pub lineages: u32,
    /// Mutations of each lineage, one upon the other; where one fails, the parent lives on.
    pub generations: u32,
    /// Attempts of one mutation.
    pub attempts: NonZeroU32,
    /// The run's seed. Every plugin has its own from it and from its name.
    pub seed: u64,
}

/// One plugin's genome, mutated and validated over generations.
#[derive(Debug)]
pub struct Campaign<'a> {
    /// What may be mutated.
    pub space: &'a Space,
    /// How it is mutated.
    pub settings: &'a MutationSettings,
    /// What a child must pass.
    pub validator: &'a Validator<'a>,
    /// Generation 0.
    pub ancestor: &'a Individual,
    /// The plugin's name, by which its random numbers differ from another plugin's.
    pub name: &'a str,
}

/// One finished mutation.
#[derive(Debug, Clone)]
pub struct Mutation {
    /// Position among the plugin's mutations: generation by generation, lineage by lineage.
    pub number: u64,
    /// The child's generation, from 1.
    pub generation: u32,
    /// The lineage.
    pub slot: u32,
    /// The parent.
    pub parent: GenomeHash,
    /// Every attempt; the last one decided.
    pub trials: Vec<Trial>,
    /// Wall clock of all attempts.
    pub duration: Duration,
}

/// One attempt: what was proposed, and what the plugin said to it.
#[derive(Debug, Clone)]
pub struct Trial {
    /// What the operators came to.
    pub attempt: Attempt,
    /// What the validation came to; none where there was no child to validate.
    pub validation: Option<Result<(), CallFailure>>,
    /// Wall clock of the attempt.
    pub duration: Duration,
}

impl Trial {
    /// Whether it gave a child that the plugin can live with.
    #[must_use]
    pub fn succeeded(&self) -> bool {
        matches!(self.validation, Some(Ok(())))
    }

    /// A stable word for why it gave none.
    #[must_use]
    pub fn reason(&self) -> Option<&'static str> {
        match (&self.attempt.result, &self.validation) {
            (Err(fault), _) => Some(fault.code()),
            (Ok(_), Some(Err(error))) => Some(error.failure.code()),
            (Ok(_), _) => None,
        }
    }
}

impl Mutation {
    /// The child that the plugin can live with, if there is one.
    #[must_use]
    pub fn child(&self) -> Option<&Proposal> {
        self.trials.last().filter(|trial| trial.succeeded())?.attempt.result.as_ref().ok()
    }
}

impl Campaign<'_> {
    /// Mutations that are handed over together: what a killed process can lose.
    pub const BLOCK: u32 = 10;

    /// Runs the plan on the calling thread's rayon pool.
    ///
    /// `read` is given each block on the thread that made it; `deliver` is given what `read` made of it, one block at a time, in order. The
    /// same seed gives the same blocks at any number of threads, apart from durations and from what a deadline voided. When `deliver`
    /// breaks, the campaign ends.
    pub fn run<B: Send>(
        &self,
        plan: &Plan,
        read: impl Fn(Vec<Mutation>) -> B + Sync,
        mut deliver: impl FnMut(B) -> ControlFlow<()> + Send,
    ) -> ControlFlow<()> {
        let seed = named_seed(plan.seed, self.name);
        let ancestor = (self.ancestor.clone(), self.ancestor.genome.hash());
        let mut parents: Vec<(Individual, GenomeHash)> = Vec::new();
        for generation in 1..=plan.generations {
            let last = generation == plan.generations;
            let mut children = Vec::with_capacity(if last { 0 } else { plan.lineages as usize });
            let line = Line { campaign: self, plan, seed, generation };
            in_order(
                u64::from(plan.lineages.div_ceil(Self::BLOCK)),
                |block| {
                    let mutations = line.block(block, &parents, &ancestor);
                    let survivors = if last { Vec::new() } else { survivors(&mutations, &parents, &ancestor) };
                    (read(mutations), survivors)
                },
                |(made, survivors)| {
                    children.extend(survivors);
                    deliver(made)
                },
            )?;
            parents = children;
        }
        ControlFlow::Continue(())
    }
}

/// One generation of a campaign.
struct Line<'a> {
    campaign: &'a Campaign<'a>,
    plan: &'a Plan,
    seed: u64,
    generation: u32,
}

type Known = (Individual, GenomeHash);

impl Line<'_> {
    fn slots(&self, block: u64) -> Range<u32> {
        let first = u32::try_from(block).unwrap_or(u32::MAX).saturating_mul(Campaign::BLOCK);
        first..first.saturating_add(Campaign::BLOCK).min(self.plan.lineages)
    }

    fn block(&self, block: u64, parents: &[Known], ancestor: &Known) -> Vec<Mutation> {
        self.slots(block).map(|slot| self.mutate(slot, parent(parents, ancestor, slot))).collect()
    }

    fn mutate(&self, slot: u32, (parent, hash): &Known) -> Mutation {
        let start = Instant::now();
        let mut trials = Vec::with_capacity(1);
        let mut begun = start;
        for attempt in 1..=self.plan.attempts.get() {
            let trial = self.attempt(slot, attempt, parent, *hash, begun);
            begun += trial.duration;
            let succeeded = trial.succeeded();
            trials.push(trial);
            if succeeded {
                break;
            }
        }
        let number = u64::from(self.generation - 1) * u64::from(self.plan.lineages) + u64::from(slot);
        Mutation { number, generation: self.generation, slot, parent: *hash, trials, duration: begun - start }
    }

    fn attempt(&self, slot: u32, attempt: u32, parent: &Individual, hash: GenomeHash, begun: Instant) -> Trial {
        let Campaign { space, settings, validator, .. } = self.campaign;
        let seed = sub_seed(self.seed, self.generation, slot, Purpose::Mutation, attempt);
        let attempt = Mutator::new(space, settings).attempt(parent, hash, seed);
        let validation = attempt.result.as_ref().ok().map(|proposal| {
            validator.validate(&proposal.child.genome, proposal.child.genome.parameters != parent.genome.parameters)
        });
        Trial { attempt, validation, duration: begun.elapsed() }
    }
}

/// The parents of the next generation.
fn survivors(mutations: &[Mutation], parents: &[Known], ancestor: &Known) -> Vec<Known> {
    let survivor = |mutation: &Mutation| match mutation.child() {
        Some(Proposal { child, hash }) => (child.clone(), *hash),
        None => parent(parents, ancestor, mutation.slot).clone(),
    };
    mutations.iter().map(survivor).collect()
}

fn parent<'a>(parents: &'a [Known], ancestor: &'a Known, slot: u32) -> &'a Known {
    parents.get(slot as usize).unwrap_or(ancestor)
}
