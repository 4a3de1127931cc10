use std::collections::BTreeSet;
use std::sync::Arc;

use seedbed_genome::GenomeHash;

use crate::brood::Brood;
use crate::ledger::{Key, Ledger};
use crate::{Candidate, Child, Outcome, Told};

/// Draws of a child whose genome is known, beyond the first.
const REDRAWS: u32 = 8;

/// A generation that was asked for.
#[derive(Debug)]
pub(crate) struct Batch {
    pub(crate) candidates: Arc<[Candidate]>,
    /// What each island's children are drawn from; `None` of one that was dropped.
    pub(crate) broods: Vec<Option<Arc<Brood>>>,
    /// Children whose every draw was known.
    pub(crate) served: Vec<Served>,
    /// Draws that gave a known genome.
    pub(crate) redrawn: u32,
}

/// A child whose genome is known.
#[derive(Debug)]
pub(crate) struct Served {
    pub(crate) island: usize,
    pub(crate) slot: u32,
    pub(crate) child: Child,
}

/// A batch in the making.
pub(crate) struct Drawing<'a> {
    pub(crate) ledger: &'a Ledger,
    pub(crate) generation: u32,
    /// The number of the first candidate.
    pub(crate) number: u64,
    /// Candidates that there may be.
    pub(crate) room: u64,
    pub(crate) attempts: u32,
}

/// What the draws of one child came to.
enum Found {
    New(u32, Child),
    Known(Child),
    Nothing,
}

impl Drawing<'_> {
    /// Draws the children of each brood, island by island; each brood comes with how many it has.
    pub(crate) fn draw(self, broods: Vec<Option<(Arc<Brood>, u32)>>) -> Batch {
        let (mut candidates, mut served, mut redrawn, mut fresh) = (Vec::new(), Vec::new(), 0, BTreeSet::new());
        for (island, (brood, children)) in broods.iter().enumerate().filter_map(|(n, brood)| Some((n, brood.as_ref()?)))
        {
            for slot in brood.first_slot..brood.first_slot + children {
                match self.find((island, slot), brood, &mut fresh, &mut redrawn) {
                    Found::New(first, child) if (candidates.len() as u64) < self.room => candidates.push(Candidate {
                        number: self.number + candidates.len() as u64,
                        generation: self.generation,
                        slot,
                        island,
                        child,
                        bar: brood.bar(slot),
                        first,
                        attempts: self.attempts,
                        brood: brood.clone(),
                    }),
                    Found::Known(child) => served.push(Served { island, slot, child }),
                    Found::New(..) | Found::Nothing => {}
                }
            }
        }
        let broods = broods.into_iter().map(|brood| Some(brood?.0)).collect();
        Batch { candidates: candidates.into(), broods, served, redrawn }
    }

    fn find(&self, (island, slot): (usize, u32), brood: &Brood, fresh: &mut BTreeSet<Key>, redrawn: &mut u32) -> Found {
        let mut found = Found::Nothing;
        for draw in 0..=REDRAWS {
            let Ok(child) = brood.draw(slot, draw) else { continue };
            if self.ledger.get(island, child.hash).is_none() && fresh.insert((island, child.hash)) {
                return Found::New(draw, child);
            }
            *redrawn += 1;
            found = Found::Known(child);
        }
        found
    }
}

impl Batch {
    /// The child that each outcome is about.
    pub(crate) fn children(&self, told: &[Told]) -> Result<Vec<Child>, TellError> {
        if self.candidates.len() != told.len() {
            return Err(TellError::Count { asked: self.candidates.len(), told: told.len() });
        }
        self.candidates.iter().zip(told).map(|(candidate, told)| child(candidate, told)).collect()
    }
}

fn child(candidate: &Candidate, told: &Told) -> Result<Child, TellError> {
    let slot = candidate.slot;
    if let Outcome::Scored(score) | Outcome::Raced(score) = &told.outcome
        && ![score.fitness, score.objectives[0], score.objectives[1]].into_iter().all(f64::is_finite)
    {
        return Err(TellError::NotFinite { slot });
    }
    let attempt = u32::try_from(told.failed.len()).unwrap_or(u32::MAX).saturating_add(1);
    let child = candidate.attempt(attempt).ok_or(TellError::NoAttempt { slot, attempt })?;
    if child.hash == told.hash { Ok(child) } else { Err(TellError::Other { slot, asked: child.hash, told: told.hash }) }
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
