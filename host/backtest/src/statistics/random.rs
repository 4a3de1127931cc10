//! Random numbers of a seed.

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng as _, SeedableRng};

/// xoshiro256++ (Blackman and Vigna 2019), seeded by SplitMix64: the same numbers for the same seed on every machine.
pub(super) struct Random(Xoshiro256PlusPlus);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self(Xoshiro256PlusPlus::seed_from_u64(seed))
    }

    /// Evenly in [0, 1), of 53 bits.
    pub(super) fn uniform(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 * (1.0 / (1_u64 << 53) as f64)
    }

    /// Evenly below `count`, without bias (Lemire 2019); 0 when `count` is 0.
    pub(super) fn index(&mut self, count: usize) -> usize {
        let count = count as u64;
        if count == 0 {
            return 0;
        }
        let threshold = count.wrapping_neg() % count;
        loop {
            let wide = u128::from(self.0.next_u64()) * u128::from(count);
            if wide as u64 >= threshold {
                return (wide >> 64) as usize;
            }
        }
    }
}
