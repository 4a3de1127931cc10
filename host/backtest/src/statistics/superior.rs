//! Whether the best of many trials beats a benchmark by more than luck: White's reality check and Hansen's test of superior
//! predictive ability.

use super::bins::Binned;
use super::random::Random;
use super::ratio::Undefined;
use super::returns::Returns;
use super::sums::dot;

/// White 2000, "A Reality Check for Data Snooping"; Hansen 2005, "A Test for Superior Predictive Ability". By the stationary
/// bootstrap of Politis and Romano 1994.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SuperiorAbility {
    /// Mean length of a block of the bootstrap, in bins, at least 1; by default the cube root of the number of bins.
    pub mean_block: Option<f64>,
    /// Number of resamples, at least 1.
    pub resamples: u32,
    /// Seed of the bootstrap.
    pub seed: u64,
}

impl Default for SuperiorAbility {
    /// 1,000 resamples, the default block, seed 0.
    fn default() -> Self {
        Self { mean_block: None, resamples: 1_000, seed: 0 }
    }
}

/// Probabilities of a best trial as good as this one if none were better than the benchmark.
#[derive(Debug, Clone, PartialEq)]
pub struct Superiority {
    /// Trials that were compared.
    pub compared: usize,
    /// Trials left out because their difference from the benchmark does not vary.
    pub constant: usize,
    /// Hansen's lower bound: poor trials are taken for no better or worse than the benchmark.
    pub lower: f64,
    /// Hansen's consistent probability: the headline.
    pub consistent: f64,
    /// Hansen's upper bound: all trials are taken for as good as the benchmark.
    pub upper: f64,
    /// White's reality check, by the differences themselves instead of those over their standard error.
    pub reality_check: f64,
}

impl SuperiorAbility {
    /// Tests trials against a benchmark over the same bars. Time grows with trials times bins times resamples.
    ///
    /// # Errors
    /// Fewer than three bins, trials over different numbers of bars, or no trial that differs from the benchmark by more than
    /// a constant.
    pub fn test<'a>(
        &self,
        trials: impl IntoIterator<Item = &'a Binned>,
        benchmark: &Binned,
    ) -> Result<Superiority, Undefined> {
        let length = benchmark.values().len();
        // ln ln T needs it.
        if length < 3 {
            return Err(Undefined::TooFewReturns);
        }
        let mean_block = self.mean_block.unwrap_or_else(|| libm::cbrt(length as f64)).max(1.0);
        let weights = lag_weights(length, mean_block);
        let (mut models, mut constant) = (Vec::new(), 0);
        for trial in trials {
            if trial.bars() != benchmark.bars() {
                return Err(Undefined::Misaligned);
            }
            let differences =
                trial.values().iter().zip(benchmark.values()).map(|(trial, other)| trial - other).collect();
            match Model::new(differences, &weights) {
                Some(model) => models.push(model),
                None => constant += 1,
            }
        }
        if models.is_empty() {
            return Err(Undefined::TooFewTrials { trials: 0, needed: 1 });
        }
        let [lower, consistent, upper, reality_check] = self.exceedances(&models, length, mean_block);
        Ok(Superiority { compared: models.len(), constant, lower, consistent, upper, reality_check })
    }

    /// Shares of resamples whose best trial is as good as the best one: lower, consistent, upper, reality check.
    fn exceedances(&self, models: &[Model], length: usize, mean_block: f64) -> [f64; 4] {
        let studentised = |mean: f64, model: &Model| mean / model.error;
        let best = |value: fn(&Model) -> f64| models.iter().map(value).fold(f64::NEG_INFINITY, f64::max);
        // The root of T is in both sides of each comparison and left out.
        let superior = best(|model| model.mean / model.error).max(0.0);
        let white = best(|model| model.mean);
        let mut bootstrap = Bootstrap::new(self.seed, length, mean_block);
        let (mut counts, resamples) = ([0_u32; 4], self.resamples.max(1));
        for _ in 0..resamples {
            let draws = bootstrap.resample();
            let mut maxima = [f64::NEG_INFINITY; 4];
            for model in models {
                let mean = dot(draws, &model.differences) / length as f64;
                let centred = [model.mean.max(0.0), model.consistent, model.mean].map(|centre| mean - centre);
                let [lower, consistent, upper] = centred.map(|excess| studentised(excess, model));
                for (maximum, value) in maxima.iter_mut().zip([lower, consistent, upper, mean - model.mean]) {
                    *maximum = maximum.max(value);
                }
            }
            let [lower, consistent, upper, raw] = maxima;
            let reached = [lower >= superior, consistent >= superior, upper >= superior, raw >= white];
            counts.iter_mut().zip(reached).for_each(|(count, reached)| *count += u32::from(reached));
        }
        counts.map(|count| f64::from(count) / f64::from(resamples))
    }
}

/// One trial's differences from the benchmark.
struct Model {
    differences: Vec<f64>,
    mean: f64,
    /// Standard deviation of the mean under the bootstrap.
    error: f64,
    /// The mean, or 0 where it is so poor that it cannot be the best: Hansen's threshold.
    consistent: f64,
}

impl Model {
    fn new(differences: Vec<f64>, weights: &[f64]) -> Option<Self> {
        let mean = Returns::with_flat_bars(&differences, 0).moments().ok()?.mean;
        let length = differences.len() as f64;
        let centred: Vec<f64> = differences.iter().map(|difference| difference - mean).collect();
        let covariance = |lag| dot(&centred, centred.get(lag..).unwrap_or_default()) / length;
        let weighted = weights.iter().enumerate().map(|(lag, weight)| weight * covariance(lag));
        let error = (weighted.sum::<f64>() / length).sqrt();
        let threshold = -error * (2.0 * libm::log(libm::log(length))).sqrt();
        let consistent = if mean >= threshold { mean } else { 0.0 };
        (error > 0.0 && (mean / error).is_finite()).then_some(Self { differences, mean, error, consistent })
    }
}

/// Weight of each autocovariance in the variance that the stationary bootstrap gives the mean times the root of its length.
/// Politis and Romano 1994, lemma 1.
fn lag_weights(length: usize, mean_block: f64) -> Vec<f64> {
    let (bins, stay) = (length as f64, 1.0 - 1.0 / mean_block);
    let weight = |lag: usize| {
        let lag = lag as f64;
        2.0 * ((1.0 - lag / bins) * libm::pow(stay, lag) + lag / bins * libm::pow(stay, bins - lag))
    };
    std::iter::once(1.0).chain((1..length).map(weight)).collect()
}

/// Blocks of geometric length from random starts, around the end to the beginning.
struct Bootstrap {
    random: Random,
    leave: f64,
    draws: Vec<f64>,
}

impl Bootstrap {
    fn new(seed: u64, length: usize, mean_block: f64) -> Self {
        Self { random: Random::new(seed), leave: 1.0 / mean_block, draws: vec![0.0; length] }
    }

    /// How often each bin is drawn. Means need no more, and all trials share it, so that their correlation stays.
    fn resample(&mut self) -> &[f64] {
        let length = self.draws.len();
        self.draws.fill(0.0);
        let mut bin = self.random.index(length);
        for _ in 0..length {
            if let Some(count) = self.draws.get_mut(bin) {
                *count += 1.0;
            }
            let leaves = self.random.uniform() < self.leave;
            bin = if leaves { self.random.index(length) } else { (bin + 1) % length };
        }
        &self.draws
    }
}
