//! Columns on one scale.

use super::features::{FEATURES, Features};

/// Brings each feature to mean 0 and sd 1 over the rows that it was fitted on (scikit-learn's `StandardScaler`). A feature
/// without spread stays where it is, less its mean.
#[derive(Debug, Clone, PartialEq)]
pub struct Scaler {
    mean: Features,
    /// 1 / sd, or 1 without spread.
    factor: Features,
}

impl Scaler {
    /// Fits the scale of `rows`.
    pub fn fit<'a>(rows: impl ExactSizeIterator<Item = &'a Features> + Clone) -> Self {
        let count = rows.len().max(1) as f64;
        let mut mean = [0.0; FEATURES];
        for row in rows.clone() {
            mean.iter_mut().zip(row).for_each(|(sum, value)| *sum += value);
        }
        mean.iter_mut().for_each(|sum| *sum /= count);
        let mut squares = [0.0; FEATURES];
        for row in rows {
            for ((square, value), mean) in squares.iter_mut().zip(row).zip(&mean) {
                *square += (value - mean) * (value - mean);
            }
        }
        let mut factor = [1.0; FEATURES];
        for ((factor, square), mean) in factor.iter_mut().zip(squares).zip(&mean) {
            let sd = (square / count).sqrt();
            // Less is rounding of a constant.
            if sd > count * f64::EPSILON * mean.abs() {
                *factor = 1.0 / sd;
            }
        }
        Self { mean, factor }
    }

    /// The mean of each feature.
    pub fn mean(&self) -> &Features {
        &self.mean
    }

    /// 1 / sd of each feature, or 1 without spread.
    pub fn factor(&self) -> &Features {
        &self.factor
    }

    /// `row` on the fitted scale.
    #[inline]
    pub fn apply(&self, row: &Features) -> Features {
        let mut scaled = *row;
        for ((value, mean), factor) in scaled.iter_mut().zip(&self.mean).zip(&self.factor) {
            *value = (*value - mean) * factor;
        }
        scaled
    }
}
