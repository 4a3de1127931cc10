//! How many independent trials a number of correlated trials is worth.

use super::bins::Binned;
use super::ratio::{Ratio, Undefined};
use super::returns::Returns;
use super::sums::dot;

mod clusters;

use clusters::Clusters;

/// Effective numbers of trials, and how alike the trials are.
#[derive(Debug, Clone, PartialEq)]
pub struct Independence {
    /// Trials that were compared: the sample without the constant ones.
    pub compared: usize,
    /// Trials of the sample left out because their returns do not vary, so that they correlate with nothing.
    pub constant: usize,
    /// Mean of the correlations of all pairs; in [-1, 1].
    pub mean_correlation: f64,
    /// Number of clusters of the compared trials; at most as many, so with a sample a lower bound for all trials.
    pub clusters: usize,
    /// Mean silhouette of that number of clusters; in [-1, 1], 0 where every trial is a cluster of its own.
    pub silhouette: f64,
    /// 1 + (N - 1) * (1 - mean correlation), N all trials; in [1, N].
    pub simple: f64,
}

impl Independence {
    /// The largest number of trials to compare: sample more with [`sample`](super::sample).
    pub const MOST: usize = 1_000;

    /// Compares a sample of `trials` trials, all over the same bars.
    ///
    /// Clusters: distance sqrt((1 - rho) / 2) of each pair's correlation rho, average linkage, cut at the number of clusters
    /// with the highest mean silhouette (Rousseeuw 1987), the larger number on a tie. Trials without any distance are one
    /// cluster. After Lopez de Prado and Lewis 2019, "Detection of False Investment Strategies Using Unsupervised Learning
    /// Methods", with hierarchical clusters in place of k-means, which needs random starts.
    ///
    /// Time and memory grow with the square of the sample.
    ///
    /// # Errors
    /// Fewer than two trials that vary, or trials over different numbers of bars.
    pub fn of<'a>(sample: impl IntoIterator<Item = &'a Binned>, trials: usize) -> Result<Self, Undefined> {
        let sample: Vec<&Binned> = sample.into_iter().collect();
        if sample.iter().zip(sample.iter().skip(1)).any(|(one, next)| one.bars() != next.bars()) {
            return Err(Undefined::Misaligned);
        }
        let unit: Vec<Vec<f64>> = sample.iter().filter_map(|trial| standardised(trial.values())).collect();
        let compared = unit.len();
        if compared < 2 {
            return Err(Undefined::TooFewTrials { trials: compared, needed: 2 });
        }
        let mut sum = 0.0;
        let mut distances = Vec::with_capacity(compared);
        for (row, one) in unit.iter().enumerate() {
            let correlations = unit.iter().take(row).map(|other| dot(one, other).clamp(-1.0, 1.0));
            let row: Vec<f64> = correlations.inspect(|correlation| sum += correlation).map(distance).collect();
            distances.push(row);
        }
        let pairs = (compared * (compared - 1) / 2) as f64;
        let (mean_correlation, all) = (sum / pairs, trials.max(sample.len()) as f64);
        let Clusters { count, silhouette } = Clusters::of(&distances);
        Ok(Self {
            compared,
            constant: sample.len() - compared,
            mean_correlation,
            clusters: count,
            silhouette,
            simple: (1.0 + (all - 1.0) * (1.0 - mean_correlation)).clamp(1.0, all),
        })
    }
}

/// Distance of two trials: 0 for the same, 1 for opposite ones.
fn distance(correlation: f64) -> f64 {
    // Rounding keeps the correlation of a series with itself from being just 1, and the root would make much of it.
    const SAME: f64 = 1e-12;
    if 1.0 - correlation <= SAME { 0.0 } else { ((1.0 - correlation) / 2.0).sqrt() }
}

/// Less its mean and divided by its length as a vector, so that a product of two is their correlation; none without variance.
fn standardised(values: &[f64]) -> Option<Vec<f64>> {
    let moments = Returns::with_flat_bars(values, 0).moments().ok()?;
    let length = moments.deviation * (values.len() as f64 - 1.0).sqrt();
    let unit: Vec<f64> = values.iter().map(|value| (value - moments.mean) / length).collect();
    unit.iter().all(|value| Ratio::of(*value).value().is_some()).then_some(unit)
}
