//! What one refit learns, and what several of them decide together.

use std::collections::VecDeque;

use seedbed_sdk::learning::{Features, HORIZON, Scaler};

use crate::{
    Params,
    svc::{Classifier, INPUTS, Inputs, dot},
};

/// A decision that is linear in the features: the intercept first, then one weight a feature.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Decision(Inputs);

impl Decision {
    /// How far `row` is on the side of a rise.
    pub fn of(&self, row: &Features) -> f64 {
        dot(&inputs(row, INPUTS - 1), &self.0)
    }
}

/// What a refit learns, and how it does on rows that it was not fitted to.
#[derive(Debug, Clone)]
pub struct Training {
    /// The decision, on features as they are.
    pub decision: Decision,
    /// The share of rows whose label is found by a fit without their part of the window.
    pub accuracy: f64,
}

impl Training {
    /// Learns the labels of `rows`, +1 and -1, 0 for rows to pass over; `None` when one of the two is missing.
    pub fn new(rows: &[Features], labels: Vec<f64>, params: &Params) -> Option<Self> {
        if ![1.0, -1.0].iter().all(|label| labels.contains(label)) {
            return None;
        }
        let scaler = Scaler::fit(rows.iter());
        let scaled: Vec<Inputs> = rows.iter().map(|row| inputs(&scaler.apply(row), params.feature_count)).collect();
        let classifier = Classifier::fit(&scaled, params.feature_count + 1, labels.clone(), params.regularization);
        let accuracy = accuracy(&classifier, &scaled, &labels, params.cross_validation);
        let mut weights = *classifier.weights();
        let (intercept, slopes) = weights.split_at_mut(1);
        for ((slope, mean), factor) in slopes.iter_mut().zip(scaler.mean()).zip(scaler.factor()) {
            *slope *= factor;
            intercept[0] -= *slope * mean;
        }
        Some(Self { decision: Decision(weights), accuracy })
    }
}

/// Accuracy over `folds` runs of rows, each held out in turn. Rows whose label shares bars with a held-out one are left out
/// with it (purged).
fn accuracy(classifier: &Classifier<'_>, rows: &[Inputs], labels: &[f64], folds: usize) -> f64 {
    let count = rows.len();
    let mut right = 0;
    for fold in 0..folds {
        let held_out = fold * count / folds..(fold + 1) * count / folds;
        let purged = held_out.start.saturating_sub(HORIZON - 1)..(held_out.end + HORIZON - 1).min(count);
        let fitted = classifier.without(purged);
        let judged = held_out.map(|row| labels[row] * dot(&rows[row], fitted.weights()));
        right += judged.filter(|&margin| margin > 0.0).count();
    }
    let labelled = labels.iter().filter(|&&label| label != 0.0).count();
    right as f64 / labelled as f64
}

/// The intercept's 1 and the first `features` of a row.
fn inputs(row: &Features, features: usize) -> Inputs {
    let mut inputs = [0.0; INPUTS];
    inputs[0] = 1.0;
    inputs[1..=features].copy_from_slice(&row[..features]);
    inputs
}

/// The newest trainings, which vote by the mean of their decisions.
#[derive(Debug)]
pub struct Ensemble {
    members: VecDeque<Decision>,
    size: usize,
}

impl Ensemble {
    /// An ensemble of up to `size` members.
    pub fn new(size: usize) -> Self {
        Self { members: VecDeque::with_capacity(size), size }
    }

    /// Takes a member in, in place of the oldest when it is full, and gives the mean decision.
    pub fn push(&mut self, member: Decision) -> Decision {
        if self.members.len() == self.size {
            self.members.pop_front();
        }
        self.members.push_back(member);
        let mut mean = [0.0; INPUTS];
        for Decision(weights) in &self.members {
            mean.iter_mut().zip(weights).for_each(|(sum, weight)| *sum += weight);
        }
        Decision(mean.map(|sum| sum / self.members.len() as f64))
    }
}
