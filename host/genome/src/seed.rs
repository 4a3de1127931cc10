/// What randomness is drawn for. Two purposes never share a number, whatever else they have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// A mutation.
    Mutation,
    /// An individual from anywhere in its space.
    Creation,
    /// Who the parents are, and what is done with them.
    Selection,
    /// The crossing of two parents.
    Crossover,
    /// A trial of differential evolution.
    Trial,
}

impl Purpose {
    fn tag(self) -> u8 {
        match self {
            Self::Mutation => 1,
            Self::Creation => 2,
            Self::Selection => 3,
            Self::Crossover => 4,
            Self::Trial => 5,
        }
    }
}

/// The seed of one attempt: whoever knows where it stands in a run can repeat it, on any thread and after any restart.
///
/// The first eight bytes, little-endian, of the BLAKE3 hash over a tag and the arguments, little-endian too.
#[must_use]
pub fn sub_seed(run_seed: u64, generation: u32, slot: u32, purpose: Purpose, attempt: u32) -> u64 {
    let mut hasher = blake3::Hasher::new();
    hasher.update(b"seedbed.sub-seed/1");
    hasher.update(&run_seed.to_le_bytes());
    hasher.update(&generation.to_le_bytes());
    hasher.update(&slot.to_le_bytes());
    hasher.update(&[purpose.tag()]);
    hasher.update(&attempt.to_le_bytes());
    first_bytes(&hasher)
}

/// The seed that a run gives to whoever has this name, so that it depends on nobody else in the run.
#[must_use]
pub fn named_seed(run_seed: u64, name: &str) -> u64 {
    let mut hasher = blake3::Hasher::new();
    hasher.update(b"seedbed.named-seed/1");
    hasher.update(&run_seed.to_le_bytes());
    hasher.update(name.as_bytes());
    first_bytes(&hasher)
}

fn first_bytes(hasher: &blake3::Hasher) -> u64 {
    let mut bytes = [0; 8];
    hasher.finalize_xof().fill(&mut bytes);
    u64::from_le_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Purpose, named_seed, sub_seed};

    /// Computed with Python's `blake3` package over the same bytes; a run of last year must still be repeatable.
    #[test]
    fn seeds_are_those_of_the_written_formula() {
        assert_eq!(sub_seed(1, 2, 3, Purpose::Mutation, 4), 0x6c10_3b55_57f0_7056);
        assert_eq!(named_seed(1, "ema-crossover"), 0xcca6_befe_7e24_d3b4);
    }

    #[test]
    fn every_argument_counts() {
        let mut seeds = BTreeSet::new();
        for [run, generation, slot, attempt] in [[0, 0, 0, 0], [1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]] {
            seeds.insert(sub_seed(u64::from(run), generation, slot, Purpose::Mutation, attempt));
        }
        for purpose in [Purpose::Creation, Purpose::Selection, Purpose::Crossover, Purpose::Trial] {
            seeds.insert(sub_seed(0, 0, 0, purpose, 0));
        }
        seeds.insert(named_seed(0, ""));
        seeds.insert(named_seed(0, "a"));
        assert_eq!(seeds.len(), 11);
    }
}
