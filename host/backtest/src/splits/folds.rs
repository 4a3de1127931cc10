//! Folds of which some test and the others train, without the bars whose outcome both would share.

use std::ops::Range;

use super::SplitError;
use crate::combinations::Combinations;

/// One split: ranges to test on and ranges to train on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fold {
    /// Bars to test on; neighbouring folds are joined.
    pub test: Vec<Range<usize>>,
    /// Bars to train on.
    pub train: Vec<Range<usize>>,
}

/// Purged k-fold cross-validation. Lopez de Prado 2018, "Advances in Financial Machine Learning", chapter 7.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PurgedFolds {
    /// Number of folds, at least 2.
    pub folds: usize,
    /// Bars after its own that the outcome of a bar depends on.
    pub horizon: usize,
    /// Further bars after a test that are not trained on.
    pub embargo: usize,
}

/// Combinatorial purged cross-validation. Lopez de Prado 2018, chapter 12.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CombinatorialFolds {
    /// The folds, and what is left out between them.
    pub purged: PurgedFolds,
    /// Number of folds that test in each split, below the number of folds.
    pub test: usize,
}

impl PurgedFolds {
    /// One split for each fold as the test. Of T bars the first T mod k folds have one bar more than the others. Bar i is
    /// trained on if i + horizon is before the test, or i after the test's last bar + horizon + embargo.
    ///
    /// # Errors
    /// Fewer than two folds, fewer bars than folds, or a fold that leaves nothing to train on.
    pub fn split(&self, bars: usize) -> Result<Vec<Fold>, SplitError> {
        CombinatorialFolds { purged: *self, test: 1 }.split(bars)
    }

    /// The folds themselves.
    fn ranges(&self, bars: usize) -> Result<Vec<Range<usize>>, SplitError> {
        if bars < self.folds {
            let what = format!("a split into {} folds", self.folds);
            return Err(SplitError::TooFewBars { what, bars, needed: self.folds });
        }
        let (length, longer) = (bars / self.folds, bars % self.folds);
        let start = |fold: usize| fold * length + fold.min(longer);
        Ok((0..self.folds).map(|fold| start(fold)..start(fold + 1)).collect())
    }
}

impl CombinatorialFolds {
    /// The largest number of splits.
    pub const MOST: usize = 200_000;

    /// Number of splits: the test folds out of all folds.
    ///
    /// # Errors
    /// Numbers of folds that make no split or more than [`CombinatorialFolds::MOST`].
    pub fn count(&self) -> Result<usize, SplitError> {
        let (folds, test, most) = (self.purged.folds, self.test, Self::MOST);
        if test == 0 || test >= folds {
            return Err(SplitError::Folds { folds, test });
        }
        let count = Combinations::count(folds, test).filter(|count| *count <= most);
        count.ok_or(SplitError::TooManySplits { folds, test, most })
    }

    /// All splits, in lexicographic order of their test folds.
    ///
    /// # Errors
    /// Those of [`CombinatorialFolds::count`], fewer bars than folds, or a split that leaves nothing to train on.
    pub fn split(&self, bars: usize) -> Result<Vec<Fold>, SplitError> {
        self.count()?;
        let folds = self.purged.ranges(bars)?;
        Combinations::new(folds.len(), self.test)
            .map(|chosen| {
                let test = joined(chosen.iter().filter_map(|fold| folds.get(*fold).cloned()));
                let train = self.purged.training(bars, &test);
                if train.is_empty() {
                    let names: Vec<_> = chosen.iter().map(|fold| (fold + 1).to_string()).collect();
                    return Err(SplitError::NothingToTrain { what: format!("the test of fold {}", names.join(", ")) });
                }
                Ok(Fold { test, train })
            })
            .collect()
    }

    /// Paths over all bars that the tests make: for each path, and on it for each fold, the split that tests the fold. Every
    /// split's every test fold is on one path.
    ///
    /// # Errors
    /// Those of [`CombinatorialFolds::count`].
    pub fn paths(&self) -> Result<Vec<Vec<usize>>, SplitError> {
        let folds = self.purged.folds;
        let count = self.count()? * self.test / folds;
        let mut paths = vec![Vec::with_capacity(folds); count];
        for fold in 0..folds {
            let splits = Combinations::new(folds, self.test).enumerate();
            let testing = splits.filter(|(_, chosen)| chosen.contains(&fold)).map(|(split, _)| split);
            paths.iter_mut().zip(testing).for_each(|(path, split)| path.push(split));
        }
        Ok(paths)
    }
}

impl PurgedFolds {
    /// What is left of all bars to train on.
    fn training(&self, bars: usize, test: &[Range<usize>]) -> Vec<Range<usize>> {
        let (before, after) = (self.horizon, self.horizon.saturating_add(self.embargo));
        let mut start = 0;
        let mut train = Vec::new();
        for test in test {
            let end = test.start.saturating_sub(before);
            if start < end {
                train.push(start..end);
            }
            start = test.end.saturating_add(after);
        }
        if start < bars {
            train.push(start..bars);
        }
        train
    }
}

/// Ranges in time order, those that touch made one.
fn joined(ranges: impl Iterator<Item = Range<usize>>) -> Vec<Range<usize>> {
    let mut joined: Vec<Range<usize>> = Vec::new();
    for range in ranges {
        match joined.last_mut() {
            Some(last) if last.end == range.start => last.end = range.end,
            _ => joined.push(range),
        }
    }
    joined
}
