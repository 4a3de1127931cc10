//! A linear support vector classifier.

use std::ops::Range;

/// Inputs of a row: the constant 1 of the intercept, then up to 15 features; unused ones are 0.
pub const INPUTS: usize = 16;

/// The inputs of one row.
pub type Inputs = [f64; INPUTS];

/// Newton steps after which a fit is as good as it gets; some five are usual.
const MOST_STEPS: usize = 50;

/// Weights w that minimise ½ w·w + C Σ max(0, 1 - y w·x)² over rows x with labels y: the L2-regularised L2-loss classifier of
/// liblinear and scikit-learn's `LinearSVC`, which regularises the intercept too.
///
/// Found by the finite Newton method (Keerthi and DeCoste 2005). The loss is quadratic as long as the same rows are active,
/// which is to say inside the margin, so each step solves the normal equations of the active rows, and the minimum is reached
/// when a whole step leaves them as they were. The equations are kept from step to step: only rows that become active or cease to
/// be are added or subtracted.
#[derive(Debug, Clone)]
pub struct Classifier<'a> {
    rows: &'a [Inputs],
    /// Inputs in use, from the first.
    used: usize,
    /// +1, -1, or 0 for a row that is not learnt from.
    labels: Vec<f64>,
    penalty: f64,
    weights: Inputs,
    /// What the weights say of each row.
    margins: Vec<f64>,
    /// The label of each active row, 0 for the others.
    active: Vec<f64>,
    /// Σ x xᵀ over active rows, lower triangle.
    products: [Inputs; INPUTS],
    /// Σ y x over active rows.
    moments: Inputs,
}

impl<'a> Classifier<'a> {
    /// Fits the first `used` inputs of `rows` to `labels`, one of +1 and -1 a row, or 0 for a row to pass over, with `penalty` C on errors.
    pub fn fit(rows: &'a [Inputs], used: usize, labels: Vec<f64>, penalty: f64) -> Self {
        let (zeros, weights) = (vec![0.0; labels.len()], [0.0; INPUTS]);
        let (margins, active, products) = (zeros.clone(), zeros, [[0.0; INPUTS]; INPUTS]);
        let mut classifier = Self { rows, used, labels, penalty, weights, margins, active, products, moments: weights };
        classifier.minimise();
        classifier
    }

    /// The fit to the same rows but those `left_out`, found from this one.
    pub fn without(&self, left_out: Range<usize>) -> Self {
        let mut classifier = self.clone();
        classifier.labels[left_out].fill(0.0);
        classifier.minimise();
        classifier
    }

    /// One weight an input.
    pub fn weights(&self) -> &Inputs {
        &self.weights
    }

    fn minimise(&mut self) {
        let mut loss = self.loss(&self.weights, &self.margins);
        let mut whole_step = true;
        for _ in 0..MOST_STEPS {
            if !self.activate() && whole_step {
                return;
            }
            let target = self.solve();
            let reached: Vec<f64> = self.rows.iter().map(|row| dot(row, &target)).collect();
            let step = (0..20).map(|halvings| 1.0 / f64::from(1 << halvings)).find_map(|share| {
                let between = |(from, to): (&f64, &f64)| if share == 1.0 { *to } else { from + share * (to - from) };
                let weights = std::array::from_fn(|input| between((&self.weights[input], &target[input])));
                let margins: Vec<f64> = self.margins.iter().zip(&reached).map(between).collect();
                let lower = self.loss(&weights, &margins);
                (lower < loss).then_some((share, weights, margins, lower))
            });
            // Without a step that goes down, what is left is rounding.
            let Some((share, weights, margins, lower)) = step else { return };
            (self.weights, self.margins, loss, whole_step) = (weights, margins, lower, share == 1.0);
        }
    }

    fn loss(&self, weights: &Inputs, margins: &[f64]) -> f64 {
        let errors = margins.iter().zip(&self.labels).map(|(margin, label)| {
            let error = label.abs() - label * margin;
            if error > 0.0 { error * error } else { 0.0 }
        });
        0.5 * dot(weights, weights) + self.penalty * errors.sum::<f64>()
    }

    /// Brings the equations to the rows that are inside their margin, and says whether any row changed.
    fn activate(&mut self) -> bool {
        let mut changed = false;
        for index in 0..self.rows.len() {
            let label = self.labels[index];
            let now = if label * self.margins[index] < 1.0 { label } else { 0.0 };
            let before = std::mem::replace(&mut self.active[index], now);
            if now != before {
                changed = true;
                self.count(index, now.abs() - before.abs(), now - before);
            }
        }
        changed
    }

    /// Adds `times` x xᵀ and `label` x to the equations.
    fn count(&mut self, index: usize, times: f64, label: f64) {
        let row = &self.rows[index];
        for (line, &input) in row[..self.used].iter().enumerate() {
            let factor = times * input;
            let (products, _) = self.products[line].as_chunks_mut::<4>();
            let (inputs, _) = row.as_chunks::<4>();
            for (products, inputs) in products[..=line / 4].iter_mut().zip(inputs) {
                for (product, other) in products.iter_mut().zip(inputs) {
                    *product += factor * other;
                }
            }
            self.moments[line] += label * input;
        }
    }

    /// Solves (I + 2C Σ x xᵀ) w = 2C Σ y x by Cholesky's decomposition; the matrix is positive definite by its unit part.
    fn solve(&self) -> Inputs {
        let double = 2.0 * self.penalty;
        let mut factor = self.products;
        let mut weights = self.moments.map(|moment| double * moment);
        for line in 0..self.used {
            let (above, rest) = factor.split_at_mut(line);
            let current = &mut rest[0];
            for column in 0..line {
                let product = double * current[column];
                current[column] =
                    (product - dot_of(&current[..column], &above[column][..column])) / above[column][column];
            }
            let square = 1.0 + double * current[line] - dot_of(&current[..line], &current[..line]);
            current[line] = square.sqrt();
            weights[line] = (weights[line] - dot_of(&current[..line], &weights[..line])) / current[line];
        }
        for line in (0..self.used).rev() {
            weights[line] /= factor[line][line];
            let weight = weights[line];
            for (other, share) in weights[..line].iter_mut().zip(&factor[line][..line]) {
                *other -= weight * share;
            }
        }
        weights
    }
}

/// How far `row` is on the side of +1.
#[inline]
pub fn dot(row: &Inputs, weights: &Inputs) -> f64 {
    let mut sum = 0.0;
    for input in 0..INPUTS {
        sum += row[input] * weights[input];
    }
    sum
}

fn dot_of(left: &[f64], right: &[f64]) -> f64 {
    left.iter().zip(right).map(|(left, right)| left * right).sum()
}
