use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

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

/// A genome of an island: the same values are another candidate to another plugin.
pub(crate) type Key = (usize, GenomeHash);

/// Every distinct genome that was tried.
#[derive(Debug, Default)]
pub(crate) struct Ledger(BTreeMap<Key, Ancestry>);

impl Ledger {
    pub(crate) fn get(&self, island: usize, hash: GenomeHash) -> Option<&Ancestry> {
        self.0.get(&(island, hash))
    }

    /// Keeps what is known of a genome first; whether it was new.
    pub(crate) fn record(&mut self, entry: Ancestry) -> bool {
        match self.0.entry((entry.island, entry.hash)) {
            Entry::Occupied(_) => false,
            Entry::Vacant(place) => {
                place.insert(entry);
                true
            }
        }
    }

    /// The genome, its first parent, the first parent of that one, and so on.
    pub(crate) fn lineage(&self, island: usize, hash: GenomeHash) -> Vec<&Ancestry> {
        let parent = |entry: &&Ancestry| self.get(island, *entry.origin.parents().first()?);
        std::iter::successors(self.get(island, hash), parent).collect()
    }
}
