//! Principal component analysis.

use seedbed_sdk::learning::{FEATURES, Features};

use crate::{
    symmetric::{Matrix, eigen},
    tree::{MOST_COLUMNS, Row},
};

/// The directions in which rows vary most.
#[derive(Debug, Clone)]
pub struct Pca {
    /// Orthonormal directions, the one of most variance first; in each the loading of greatest magnitude is positive.
    pub components: Vec<Features>,
    /// The variance of the rows along each (divisor rows - 1).
    pub variances: Vec<f64>,
}

impl Pca {
    /// The first `count` directions of `rows`, whose columns have mean 0.
    pub fn fit(rows: &[Features], count: usize) -> Self {
        let mut pairs: Vec<(f64, Features)> = eigen(covariance(rows)).collect();
        pairs.sort_by(|left, right| right.0.total_cmp(&left.0));
        pairs.truncate(count);
        for (_, direction) in &mut pairs {
            let greatest = direction
                .iter()
                .fold(0.0_f64, |greatest, &loading| if loading.abs() > greatest.abs() { loading } else { greatest });
            if greatest < 0.0 {
                *direction = direction.map(|loading| -loading);
            }
        }
        let (variances, components) = pairs.into_iter().unzip();
        Self { components, variances }
    }

    /// Where `row` lies along each direction, and 0 along those that are not in use.
    pub fn project(&self, row: &Features) -> Row {
        let mut place = [0.0; MOST_COLUMNS];
        for (coordinate, component) in place.iter_mut().zip(&self.components) {
            for feature in 0..FEATURES {
                *coordinate += component[feature] * row[feature];
            }
        }
        place
    }
}

fn covariance(rows: &[Features]) -> Matrix {
    let columns: [Vec<f64>; FEATURES] = std::array::from_fn(|feature| rows.iter().map(|row| row[feature]).collect());
    let divisor = (rows.len() as f64 - 1.0).max(1.0);
    let mut matrix = [[0.0; FEATURES]; FEATURES];
    for line in 0..FEATURES {
        for column in 0..=line {
            let covariance = product(&columns[line], &columns[column]) / divisor;
            matrix[line][column] = covariance;
            matrix[column][line] = covariance;
        }
    }
    matrix
}

/// The sum of products, in steps of eight: a sandbox counts each turn of a loop.
fn product(left: &[f64], right: &[f64]) -> f64 {
    let ((left, left_rest), (right, right_rest)) = (left.as_chunks::<8>(), right.as_chunks::<8>());
    let mut sum = 0.0;
    for (left, right) in left.iter().zip(right) {
        for place in 0..8 {
            sum += left[place] * right[place];
        }
    }
    left_rest.iter().zip(right_rest).fold(sum, |sum, (left, right)| sum + left * right)
}
