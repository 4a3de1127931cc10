use std::f64::consts::TAU;

use rand_xoshiro::{
    Xoshiro256PlusPlus,
    rand_core::{Rng, SeedableRng},
};

/// Standard normal numbers by Box and Muller (1958): from uniform u, v in [0, 1) the pair sqrt(-2 ln(1 - u)) (cos, sin)(2 pi v), cosine first.
pub(super) struct Normals {
    generator: Xoshiro256PlusPlus,
    /// The second number of the pair.
    kept: Option<f64>,
}

impl Normals {
    pub(super) fn new(seed: u64) -> Normals {
        Normals { generator: Xoshiro256PlusPlus::seed_from_u64(seed), kept: None }
    }

    pub(super) fn next(&mut self) -> f64 {
        if let Some(kept) = self.kept.take() {
            return kept;
        }
        let radius = (-2.0 * libm::log(1.0 - self.uniform())).sqrt();
        let angle = TAU * self.uniform();
        self.kept = Some(radius * libm::sin(angle));
        radius * libm::cos(angle)
    }

    /// The upper 53 bits as a number in [0, 1).
    fn uniform(&mut self) -> f64 {
        (self.generator.next_u64() >> 11) as f64 * (1.0 / (1_u64 << 53) as f64)
    }
}
