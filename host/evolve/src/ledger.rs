use std::collections::BTreeMap;

use seedbed_genome::GenomeHash;

use crate::{Origin, Outcome};

/// What a distinct genome came from and what became of it: all that is kept of one that nobody needs any more.
#[derive(Debug, Clone, PartialEq)]
pub struct Ancestry {
    /// The hash of the genome.
    pub hash: GenomeHash,
    /// Its place among all candidates of the run.
    pub number: u64,
    /// The generation that it was born in.
    pub generation: u32,
    /// Its island, by its place in the setup.
    pub island: usize,
    /// Where it came from.
    pub origin: Origin,
    /// What became of it.
    pub outcome: Outcome,
}

/// Every distinct genome that was tried.
#[derive(Debug, Default)]
pub(crate) struct Ledger(BTreeMap<GenomeHash, Ancestry>);

impl Ledger {
    pub(crate) fn get(&self, hash: GenomeHash) -> Option<&Ancestry> {
        self.0.get(&hash)
    }

    /// Keeps what is known of a genome first; whether it was new.
    pub(crate) fn record(&mut self, entry: Ancestry) -> bool {
        let new = !self.0.contains_key(&entry.hash);
        if new {
            self.0.insert(entry.hash, entry);
        }
        new
    }

    /// The genome, its first parent, the first parent of that one, and so on.
    pub(crate) fn lineage(&self, hash: GenomeHash) -> Vec<&Ancestry> {
        let parent = |entry: &&Ancestry| self.get(*entry.origin.parents().first()?);
        std::iter::successors(self.get(hash), parent).collect()
    }
}
