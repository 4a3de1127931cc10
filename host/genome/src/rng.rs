use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng as _, SeedableRng};

/// xoshiro256++ (Blackman and Vigna, 2019), seeded by SplitMix64. The numbers of a seed are part of this crate's contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rng(Xoshiro256PlusPlus);

impl Rng {
    /// The generator of a seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(Xoshiro256PlusPlus::seed_from_u64(seed))
    }

    fn next(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// Evenly in [0, 1), of 53 bits.
    pub fn uniform(&mut self) -> f64 {
        (self.next() >> 11) as f64 * (1.0 / (1_u64 << 53) as f64)
    }

    /// Evenly in [low, high).
    pub fn range(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.uniform()
    }

    /// Evenly below `count`, without bias (Lemire 2019); 0 when `count` is 0.
    pub fn index(&mut self, count: usize) -> usize {
        let count = count as u64;
        if count == 0 {
            return 0;
        }
        let threshold = count.wrapping_neg() % count;
        loop {
            let wide = u128::from(self.next()) * u128::from(count);
            if wide as u64 >= threshold {
                return (wide >> 64) as usize;
            }
        }
    }

    /// True half of the time.
    pub fn coin(&mut self) -> bool {
        self.next() >> 63 == 1
    }

    /// Normal with mean 0 and standard deviation 1, by Box and Muller's transform.
    pub fn normal(&mut self) -> f64 {
        let (radius, angle) = (1.0 - self.uniform(), self.uniform());
        libm::sqrt(-2.0 * libm::log(radius)) * libm::cos(std::f64::consts::TAU * angle)
    }
}

#[cfg(test)]
mod tests {
    use super::Rng;

    /// The first numbers of the authors' C programs splitmix64.c and xoshiro256plusplus.c, compiled and run for seed 0.
    #[test]
    fn the_numbers_are_those_of_the_reference_programs() {
        let mut rng = Rng::new(0);
        assert_eq!(
            [rng.next(), rng.next(), rng.next()],
            [0x5317_5d61_490b_23df, 0x61da_6f3d_c380_d507, 0x5c0f_df91_ec9a_7bfc]
        );
    }

    #[test]
    fn an_index_is_as_likely_as_the_others() {
        let mut rng = Rng::new(7);
        let mut counts = [0_u32; 6];
        (0..60_000).for_each(|_| counts[rng.index(6)] += 1);
        let excess = |count: &u32| (f64::from(*count) - 1e4) * (f64::from(*count) - 1e4) / 1e4;
        let chi_square: f64 = counts.iter().map(excess).sum();
        // The 99.9 % point of the chi-square distribution with 5 degrees of freedom.
        assert!(chi_square < 20.515, "{counts:?}");
    }

    /// The moments of the standard normal distribution, within four standard errors of a million draws.
    #[test]
    fn normals_have_their_moments() {
        let mut rng = Rng::new(11);
        let draws: Vec<f64> = (0..1_000_000).map(|_| rng.normal()).collect();
        let moment = |power| draws.iter().map(|x| (0..power).map(|_| x).product::<f64>()).sum::<f64>() / 1e6;
        for (power, expected, error) in [(1, 0.0, 0.004), (2, 1.0, 0.0057), (3, 0.0, 0.0155), (4, 3.0, 0.0392)] {
            assert!((moment(power) - expected).abs() < error, "moment {power} is {}", moment(power));
        }
    }
}
