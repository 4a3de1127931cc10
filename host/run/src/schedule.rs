use std::ops::Range;

use seedbed_backtest::splits::{SplitError, Training, WalkForward};

/// How the history is divided into what is searched and what is only looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Division {
    /// Walk-forward windows, 0 for none.
    pub windows: usize,
    /// Length of the first training, in tests.
    pub train_tests: usize,
    /// Where the training of later windows begins.
    pub training: Training,
    /// Bars before a test that are not trained on because their outcome reaches into the test.
    pub purge: usize,
    /// Further bars before a test that are not trained on.
    pub embargo: usize,
}

impl Default for Division {
    fn default() -> Self {
        Self { windows: 4, train_tests: 3, training: Training::Anchored, purge: 0, embargo: 0 }
    }
}

/// The phases of a run, over the bars of the common time line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    /// Walk-forward windows in order of time.
    pub windows: Vec<Phase>,
    /// The final evolution, on all data before an untouched last window.
    pub last: Phase,
}

/// One evolution, and the one look at what it has not seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phase {
    /// `window-1` and so on, or `final`.
    pub name: String,
    /// Bars that candidates are scored on.
    pub train: Range<usize>,
    /// Bars that only the champion is scored on.
    pub test: Range<usize>,
}

impl Phase {
    const FINAL: &str = "final";

    /// Whether the champion comes from it.
    #[must_use]
    pub fn is_final(&self) -> bool {
        self.name == Self::FINAL
    }
}

/// Why a history cannot be divided.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScheduleError {
    /// The windows do not fit.
    #[error("walk-forward: {0}")]
    Split(#[from] SplitError),
    /// A part is too short to be judged.
    #[error(
        "the {part} of {phase} has {bars} bars and needs {needed}{why}: give more history, fewer windows, or a shorter purge and embargo"
    )]
    TooFewBars {
        /// `training` or `test`.
        part: &'static str,
        /// Name of the phase.
        phase: String,
        /// Its bars.
        bars: usize,
        /// Bars that it needs.
        needed: usize,
        /// Who needs them.
        why: String,
    },
}

impl Schedule {
    /// Fewest bars of any test: a Sharpe ratio of less is noise.
    pub const MIN_TEST: usize = 20;
    /// Fewest bars of any training beyond what a plugin needs to warm up.
    pub const MIN_TRAIN: usize = 30;

    /// Divides `bars` bars. `warm_up` is the most that any plugin needs before its first signal, with its name.
    ///
    /// The untouched last window is as long as a test. Bars that do not divide lengthen the first training.
    ///
    /// # Errors
    /// [`ScheduleError`] names the part that would have too few bars.
    pub fn new(division: &Division, bars: usize, warm_up: (usize, &str)) -> Result<Self, ScheduleError> {
        let Division { windows, train_tests, training, purge, embargo } = *division;
        let whole = WalkForward { purge, embargo, ..WalkForward::over(bars, windows + 1, train_tests, training)? };
        let untouched = whole.test;
        let before = bars - untouched;
        let split = whole.windows(bars)?;
        let windows = split.iter().take(windows).zip(1..).map(|(window, number)| Phase {
            name: format!("window-{number}"),
            train: window.train.clone(),
            test: window.test.clone(),
        });
        // The final training is all there is before the last window, whatever the windows rolled over.
        let last = Phase { name: Phase::FINAL.to_owned(), train: 0..before - purge - embargo, test: before..bars };
        let schedule = Self { windows: windows.collect(), last };
        schedule.phases().try_for_each(|phase| phase.check(warm_up))?;
        Ok(schedule)
    }

    /// Every phase, the final one last.
    pub fn phases(&self) -> impl Iterator<Item = &Phase> {
        self.windows.iter().chain([&self.last])
    }
}

impl Phase {
    fn check(&self, (warm_up, plugin): (usize, &str)) -> Result<(), ScheduleError> {
        let short = |part, bars: usize, needed: usize, why: String| {
            let phase = self.name.clone();
            if bars < needed { Err(ScheduleError::TooFewBars { part, phase, bars, needed, why }) } else { Ok(()) }
        };
        let why = if warm_up > 0 {
            format!(" ({plugin} alone needs {warm_up} before its first signal)")
        } else {
            String::new()
        };
        short("training", self.train.len(), warm_up.saturating_add(Schedule::MIN_TRAIN), why)?;
        short("test", self.test.len(), Schedule::MIN_TEST, String::new())
    }
}

#[cfg(test)]
mod tests {
    use seedbed_backtest::splits::Training;

    use super::{Division, Schedule, ScheduleError};

    /// The last window is seen by no evolution, and the tests join up to it.
    #[test]
    fn tests_follow_each_other_and_the_last_window_is_untouched() {
        let schedule = Schedule::new(&Division::default(), 805, (0, "")).unwrap();
        let ranges: Vec<_> = schedule.phases().map(|phase| (phase.train.clone(), phase.test.clone())).collect();
        assert_eq!(
            ranges,
            [(0..305, 305..405), (0..405, 405..505), (0..505, 505..605), (0..605, 605..705), (0..705, 705..805)]
        );
        let rolling = Division { training: Training::Rolling, purge: 3, embargo: 2, ..Division::default() };
        let schedule = Schedule::new(&rolling, 805, (0, "")).unwrap();
        let ranges: Vec<_> = schedule.phases().map(|phase| (phase.train.clone(), phase.test.clone())).collect();
        assert_eq!(
            ranges,
            [(0..300, 305..405), (100..400, 405..505), (200..500, 505..605), (300..600, 605..705), (0..700, 705..805)]
        );
        let none = Division { windows: 0, ..Division::default() };
        let schedule = Schedule::new(&none, 400, (0, "")).unwrap();
        assert_eq!((schedule.windows.len(), schedule.last.train, schedule.last.test), (0, 0..300, 300..400));
    }

    #[test]
    fn a_part_that_is_too_short_is_named() {
        let short = |bars, warm_up| Schedule::new(&Division::default(), bars, (warm_up, "slow-one")).unwrap_err();
        assert!(matches!(short(80, 0), ScheduleError::TooFewBars { part: "test", bars: 10, needed: 20, .. }));
        let error = short(200, 100).to_string();
        assert!(
            error.starts_with("the training of window-1 has 75 bars and needs 130 (slow-one alone needs 100"),
            "{error}"
        );
        assert!(matches!(short(5, 0), ScheduleError::Split(_)));
    }
}
