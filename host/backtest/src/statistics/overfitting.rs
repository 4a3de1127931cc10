//! How likely a selection by in-sample Sharpe ratio is overfitted: combinatorially symmetric cross-validation.
//!
//! Bailey, Borwein, Lopez de Prado and Zhu 2017, "The Probability of Backtest Overfitting". The test is weak where returns are
//! strongly autocorrelated or all trials are alike: show the number of distinct trials and their mean correlation beside it.

use std::collections::BTreeSet;

use super::blocks::{BlockMoments, Blocks};
use super::ratio::{Ratio, Undefined};
use crate::combinations::Combinations;

/// Combinatorially symmetric cross-validation: each half of the blocks selects a trial, the other half judges it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CrossValidation {
    /// A trial with fewer trades in any block is left out.
    pub min_trades: u32,
    /// With fewer trials left there is no result.
    pub min_trials: usize,
}

impl Default for CrossValidation {
    /// Two trades in each block, ten trials.
    fn default() -> Self {
        Self { min_trades: 2, min_trials: 10 }
    }
}

/// What the cross-validation compared, and its result.
#[derive(Debug, Clone, PartialEq)]
pub struct Overfitting {
    /// Trials that were compared.
    pub compared: usize,
    /// Trials among them whose returns differ.
    pub distinct: usize,
    /// Trials left out for too few trades in a block.
    pub sparse: usize,
    /// Trials left out because some half of the blocks may give them no Sharpe ratio.
    pub constant: usize,
    /// The result, or why there is none.
    pub estimate: Result<OverfittingEstimate, Undefined>,
}

/// What became out of sample of the trials that were best in sample.
#[derive(Debug, Clone, PartialEq)]
pub struct OverfittingEstimate {
    /// Probability of backtest overfitting: share of halves whose best trial is at most the median of the other half.
    pub probability: f64,
    /// Share of halves whose best trial has a negative Sharpe ratio in the other half.
    pub loss_probability: f64,
    /// How the Sharpe ratio of the other half depends on that of the half that selected.
    pub degradation: Result<Degradation, Undefined>,
    /// For each half, in lexicographic order: ln(w / (1 - w)), w the rank out of sample (1 the worst) over trials + 1.
    pub logits: Vec<f64>,
}

/// Least squares line of the Sharpe ratio per bar out of sample over that in sample.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Degradation {
    /// Change out of sample by change in sample.
    pub slope: f64,
    /// Value out of sample where that in sample is 0.
    pub intercept: f64,
    /// Share of the variance that the line explains; 0 if there is none.
    pub r2: f64,
}

impl CrossValidation {
    /// Judges the selection among trials that are cut alike; [`Undefined::Misaligned`] if they are not.
    ///
    /// Time grows with trials times halves, and only half of the halves is computed: the complement swaps roles.
    pub fn judge<'a>(&self, trials: impl IntoIterator<Item = &'a BlockMoments>) -> Overfitting {
        let trials: Vec<&BlockMoments> = trials.into_iter().collect();
        let (sparse, dense): (Vec<_>, Vec<_>) =
            trials.into_iter().partition(|trial| trial.fewest_trades() < self.min_trades);
        let (varied, constant): (Vec<_>, Vec<_>) = dense.into_iter().partition(|trial| trial.varies_in_every_half());
        let bits = |trial: &&BlockMoments| -> Vec<_> {
            trial.spreads().map(|(mean, second)| (mean.to_bits(), second.to_bits())).collect()
        };
        let distinct = varied.iter().map(bits).collect::<BTreeSet<_>>().len();
        Overfitting {
            compared: varied.len(),
            distinct,
            sparse: sparse.len(),
            constant: constant.len(),
            estimate: self.estimate(&varied),
        }
    }

    fn estimate(&self, trials: &[&BlockMoments]) -> Result<OverfittingEstimate, Undefined> {
        // One trial cannot be selected, nor ranked.
        let needed = self.min_trials.max(2);
        let Some(first) = trials.first().filter(|_| trials.len() >= needed) else {
            return Err(Undefined::TooFewTrials { trials: trials.len(), needed });
        };
        let blocks = first.blocks();
        if trials.iter().any(|trial| trial.blocks() != blocks) {
            return Err(Undefined::Misaligned);
        }
        let outcomes = Table::new(blocks, trials).outcomes();
        if outcomes.iter().any(|outcome| !(outcome.inside.is_finite() && outcome.outside.is_finite())) {
            return Err(Undefined::OutOfRange);
        }
        let count = outcomes.len() as f64;
        let share =
            |holds: fn(&Outcome) -> bool| outcomes.iter().filter(|outcome| holds(outcome)).count() as f64 / count;
        let sharpes = outcomes.iter().map(|outcome| (outcome.inside, outcome.outside));
        Ok(OverfittingEstimate {
            // w <= 1/2 is the logit <= 0, without its rounding.
            probability: share(|outcome| outcome.rank <= 0.5),
            loss_probability: share(|outcome| outcome.outside < 0.0),
            degradation: line(sharpes),
            logits: outcomes.iter().map(|outcome| libm::log(outcome.rank / (1.0 - outcome.rank))).collect(),
        })
    }
}

/// One half's best trial.
#[derive(Debug, Clone, Copy, Default)]
struct Outcome {
    /// Its Sharpe ratio in the half that selected it.
    inside: f64,
    /// Its Sharpe ratio in the other half.
    outside: f64,
    /// Its rank there over trials + 1.
    rank: f64,
}

/// Means and sums of squared distances from them, one row a block, one column a trial.
struct Table {
    blocks: Blocks,
    means: Vec<Vec<f64>>,
    seconds: Vec<Vec<f64>>,
}

impl Table {
    fn new(blocks: Blocks, trials: &[&BlockMoments]) -> Self {
        let mut means = vec![Vec::with_capacity(trials.len()); blocks.count()];
        let mut seconds = means.clone();
        for trial in trials {
            for ((means, seconds), (mean, second)) in means.iter_mut().zip(&mut seconds).zip(trial.spreads()) {
                means.push(mean);
                seconds.push(second);
            }
        }
        Self { blocks, means, seconds }
    }

    /// The outcome of every half of the blocks, in lexicographic order.
    fn outcomes(&self) -> Vec<Outcome> {
        let count = self.blocks.count();
        // The complement of the half at place i is the half at place i from the end, so the first half of the halves is enough.
        let (mut front, mut back) = (Vec::new(), Vec::new());
        let [mut inside, mut outside] = [Sharpes::default(), Sharpes::default()];
        // Just the halves that hold block 0.
        for half in Combinations::new(count, count / 2).take_while(|half| half.first() == Some(&0)) {
            inside.merge(self, half.iter().copied());
            outside.merge(self, (0..count).filter(|block| half.binary_search(block).is_err()));
            front.push(outcome(&inside.ratios, &outside.ratios));
            back.push(outcome(&outside.ratios, &inside.ratios));
        }
        front.extend(back.into_iter().rev());
        front
    }
}

/// Sharpe ratios of all trials over some of the blocks.
#[derive(Default)]
struct Sharpes {
    means: Vec<f64>,
    seconds: Vec<f64>,
    ratios: Vec<f64>,
}

impl Sharpes {
    /// Merges blocks of equal length one by one. Chan, Golub and LeVeque 1979.
    fn merge(&mut self, table: &Table, members: impl Iterator<Item = usize>) {
        let length = table.blocks.length() as f64;
        let mut merged = 0.0;
        for block in members {
            let (Some(means), Some(seconds)) = (table.means.get(block), table.seconds.get(block)) else { continue };
            if merged == 0.0 {
                self.means.clone_from(means);
                self.seconds.clone_from(seconds);
            } else {
                let (share, weight) = (1.0 / (merged + 1.0), length * (merged / (merged + 1.0)));
                let sums = self.means.iter_mut().zip(&mut self.seconds);
                for ((mean, second), (other, spread)) in sums.zip(means.iter().zip(seconds)) {
                    let delta = other - *mean;
                    *mean += delta * share;
                    *second += spread + delta * delta * weight;
                }
            }
            merged += 1.0;
        }
        let degrees = merged * length - 1.0;
        self.ratios.clear();
        let sums = self.means.iter().zip(&self.seconds);
        self.ratios.extend(sums.map(|(mean, second)| mean / (second / degrees).sqrt()));
    }
}

/// The best trial inside, the first one of equals, and its place outside by the average rank of equals.
fn outcome(inside: &[f64], outside: &[f64]) -> Outcome {
    let mut best = Outcome { inside: f64::NEG_INFINITY, ..Outcome::default() };
    for (inside, outside) in inside.iter().zip(outside) {
        if *inside > best.inside {
            (best.inside, best.outside) = (*inside, *outside);
        }
    }
    let below = outside.iter().filter(|ratio| **ratio < best.outside).count() as f64;
    let equal = outside.iter().filter(|ratio| **ratio == best.outside).count() as f64;
    Outcome { rank: (below + (equal + 1.0) / 2.0) / (outside.len() as f64 + 1.0), ..best }
}

/// Ordinary least squares of y on x.
fn line(points: impl Iterator<Item = (f64, f64)> + Clone) -> Result<Degradation, Undefined> {
    let count = points.clone().count() as f64;
    let mean_x = points.clone().map(|(x, _)| x).sum::<f64>() / count;
    let mean_y = points.clone().map(|(_, y)| y).sum::<f64>() / count;
    let [mut xx, mut xy, mut yy] = [0.0; 3];
    let mut size = 0.0_f64;
    for (x, y) in points {
        let (dx, dy) = (x - mean_x, y - mean_y);
        (xx, xy, yy) = (xx + dx * dx, xy + dx * dy, yy + dy * dy);
        size = size.max(x.abs());
    }
    let rounding = 4.0 * f64::EPSILON * size;
    if xx <= count * rounding * rounding {
        return Err(Undefined::NoVariance);
    }
    let slope = xy / xx;
    let r2 = if yy > 0.0 { xy * xy / (xx * yy) } else { 0.0 };
    let finite = |value| match Ratio::of(value) {
        Ratio::Defined(value) => Ok(value),
        Ratio::Undefined(reason) => Err(reason),
    };
    Ok(Degradation { slope: finite(slope)?, intercept: finite(mean_y - slope * mean_x)?, r2: finite(r2)? })
}
