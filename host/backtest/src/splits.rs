//! Ranges of bars to train on and to test on: walk-forward windows, purged folds, combinations of folds.
//!
//! All ranges are half-open, zero-based and in time order. Nothing here looks at prices.

use thiserror::Error;

mod folds;
mod walk_forward;

pub use folds::{CombinatorialFolds, Fold, PurgedFolds};
pub use walk_forward::{Training, WalkForward, Window};

/// Why bars cannot be split.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SplitError {
    /// A length or a number is 0 that must not be.
    #[error("{what} is 0: give at least 1")]
    Zero {
        /// What is 0.
        what: &'static str,
    },
    /// Not enough bars for all parts.
    #[error("{what} needs {needed} bars, there are {bars}: give more bars or split them less")]
    TooFewBars {
        /// Name of the part.
        what: String,
        /// Number of bars there are.
        bars: usize,
        /// Number of bars needed.
        needed: usize,
    },
    /// Nothing would remain to train on.
    #[error("{what} keeps no bar to train on: shorten the purge, the embargo or the tests")]
    NothingToTrain {
        /// Name of the part.
        what: String,
    },
    /// The number of folds or of test folds makes no split.
    #[error("{test} test folds of {folds} cannot be split: at least 2 folds, and fewer for the test")]
    Folds {
        /// Number of folds.
        folds: usize,
        /// Number of folds of each test.
        test: usize,
    },
    /// More splits than can be listed.
    #[error("{test} test folds of {folds} make more than {most} splits: use fewer folds")]
    TooManySplits {
        /// Number of folds.
        folds: usize,
        /// Number of folds of each test.
        test: usize,
        /// The largest number of splits.
        most: usize,
    },
}
