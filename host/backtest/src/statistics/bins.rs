//! Returns in a few bins of time, small enough to keep for many trials and to compare all of them with each other.

use super::random::Random;
use super::returns::{NotFinite, Returns};

/// A series of returns, summed in equal stretches of time.
#[derive(Debug, Clone, PartialEq)]
pub struct Binned {
    bars: usize,
    values: Vec<f64>,
}

impl Binned {
    /// The largest number of bins.
    pub const MOST: usize = 512;

    /// Sums `returns` in at most [`Binned::MOST`] bins: of B bins over T bars, bar t is in bin t * B / T, rounded down. With no
    /// more bars than bins every bar is a bin of its own.
    ///
    /// # Errors
    /// The first return that is NaN or infinite.
    pub fn new(returns: &[f64]) -> Result<Self, NotFinite> {
        Returns::new(returns)?;
        let bars = returns.len();
        let count = bars.min(Self::MOST);
        // In 128 bits, since bin * bars may exceed a word.
        let start = |bin: usize| (bin as u128 * bars as u128).div_ceil(count as u128) as usize;
        let sum = |bin| returns.get(start(bin)..start(bin + 1)).unwrap_or_default().iter().sum();
        let values = (0..count).map(sum).collect();
        Ok(Self { bars, values })
    }

    /// Number of bars that were summed.
    pub fn bars(&self) -> usize {
        self.bars
    }

    /// Sum of the returns of each bin, in time order.
    pub fn values(&self) -> &[f64] {
        &self.values
    }
}

/// The trials to compare pairwise, in rising order: all of them up to `most`, else a sample of `most` that is even over all
/// subsets and the same for the same seed. Selection sampling: Knuth, The Art of Computer Programming 2, algorithm S.
pub fn sample(trials: usize, most: usize, seed: u64) -> Vec<usize> {
    let mut random = Random::new(seed);
    let mut wanted = most.min(trials);
    let mut chosen = Vec::with_capacity(wanted);
    for trial in 0..trials {
        if random.index(trials - trial) < wanted {
            chosen.push(trial);
            wanted -= 1;
        }
    }
    chosen
}
