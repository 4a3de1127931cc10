//! Windows that train on the past and test on what follows.

use std::ops::Range;

use super::SplitError;

/// Where the training of later windows begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Training {
    /// At the first bar: it grows from window to window.
    Anchored,
    /// As long before the test as in the first window: it moves along.
    Rolling,
}

/// One training range and the unseen one after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    /// Bars to train on.
    pub train: Range<usize>,
    /// Bars to test on.
    pub test: Range<usize>,
}

/// How windows move forward over the bars. Pardo 2008, "The Evaluation and Optimization of Trading Strategies", chapter 11.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WalkForward {
    /// Bars before the first test, the gap included.
    pub train: usize,
    /// Bars of each test.
    pub test: usize,
    /// Bars from one test to the next; as long as the test for tests that join without overlap.
    pub step: usize,
    /// Where the training of later windows begins.
    pub training: Training,
    /// Last bars before a test that are not trained on because their outcome reaches into the test: the longest holding period.
    pub purge: usize,
    /// Further bars before a test that are not trained on, so that what the last ones learnt has faded.
    pub embargo: usize,
}

impl WalkForward {
    /// The walk that makes `windows` joining tests out of `bars` bars, to the last one, the first training `train_tests` times
    /// as long as a test; bars that do not divide lengthen the first training.
    ///
    /// # Errors
    /// A number that is 0, or fewer bars than parts.
    pub fn over(bars: usize, windows: usize, train_tests: usize, training: Training) -> Result<Self, SplitError> {
        not_zero("the number of windows", windows)?;
        not_zero("the length of the training", train_tests)?;
        let parts = windows.saturating_add(train_tests);
        let test = bars / parts;
        if test == 0 {
            return Err(SplitError::TooFewBars { what: format!("a walk of {windows} windows"), bars, needed: parts });
        }
        Ok(Self { train: bars - windows * test, test, step: test, training, purge: 0, embargo: 0 })
    }

    /// All windows that fit into `bars` bars.
    ///
    /// # Errors
    /// A length that is 0, no bar to train on besides purge and embargo, or too few bars for one window.
    pub fn windows(&self, bars: usize) -> Result<Vec<Window>, SplitError> {
        not_zero("the length of the training", self.train)?;
        not_zero("the length of the tests", self.test)?;
        not_zero("the step", self.step)?;
        let gap = self.purge.saturating_add(self.embargo);
        if gap >= self.train {
            return Err(SplitError::NothingToTrain { what: "window 1".to_owned() });
        }
        let needed = self.train.saturating_add(self.test);
        let Some(last) = bars.checked_sub(needed) else {
            return Err(SplitError::TooFewBars { what: "window 1".to_owned(), bars, needed });
        };
        let window = |start: usize| {
            let test = start + self.train;
            let first = match self.training {
                Training::Anchored => 0,
                Training::Rolling => start,
            };
            Window { train: first..test - gap, test: test..test + self.test }
        };
        Ok((0..=last).step_by(self.step).map(window).collect())
    }
}

pub(super) fn not_zero(what: &'static str, value: usize) -> Result<(), SplitError> {
    if value == 0 { Err(SplitError::Zero { what }) } else { Ok(()) }
}
