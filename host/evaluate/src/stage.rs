use std::ops::Range;

use rayon::prelude::*;
use seedbed_backtest::{Indicators, Prices, Settings};
use seedbed_market::{Bars, BarsHash};

/// One symbol's part of a window: what a component may see, and from where on it is traded and scored.
#[derive(Debug, Clone)]
pub struct Excerpt {
    /// Name of the symbol.
    pub symbol: String,
    /// History up to the end of the window.
    pub bars: Bars,
    /// First bar of the window; the ones before it are warm-up.
    pub start: usize,
    /// Fills, costs and bars a year.
    pub settings: Settings,
}

/// Where candidates are scored: the parts of all symbols, with what all candidates share.
#[derive(Debug)]
pub struct Stage<'a> {
    pub(crate) scenes: Vec<Scene<'a>>,
    /// Bars of the window, all symbols together on one time line.
    pub(crate) length: usize,
    pub(crate) settings: Settings,
}

#[derive(Debug)]
pub(crate) struct Scene<'a> {
    pub(crate) excerpt: &'a Excerpt,
    pub(crate) indicators: Indicators<'a>,
    pub(crate) hash: BarsHash,
    /// The place of each bar of the window on the common time line.
    pub(crate) places: Vec<usize>,
}

/// The moments at which any of several symbols has a bar, rising.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timeline {
    times: Vec<i64>,
}

impl Timeline {
    /// The time line of these series.
    #[must_use]
    pub fn of<'b>(series: impl IntoIterator<Item = &'b [i64]>) -> Self {
        let mut times: Vec<i64> = series.into_iter().flatten().copied().collect();
        times.sort_unstable();
        times.dedup();
        Self { times }
    }

    /// Number of moments.
    #[must_use]
    pub fn len(&self) -> usize {
        self.times.len()
    }

    /// Whether there is no moment.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.times.is_empty()
    }

    /// The moments, milliseconds since 1970-01-01 UTC.
    #[must_use]
    pub fn times(&self) -> &[i64] {
        &self.times
    }

    /// The rows of a series whose moments lie in this range of the time line.
    #[must_use]
    pub fn rows(&self, moments: &Range<usize>, times: &[i64]) -> Range<usize> {
        let row = |moment: usize| match self.times.get(moment) {
            Some(&first) => times.partition_point(|&time| time < first),
            None => times.len(),
        };
        row(moments.start)..row(moments.end)
    }
}

impl<'a> Stage<'a> {
    /// The stage of these parts; a window that has no bar of a symbol is a stage without it.
    #[must_use]
    pub fn new(excerpts: &'a [Excerpt]) -> Self {
        let window = |excerpt: &'a Excerpt| excerpt.bars.time().get(excerpt.start..).unwrap_or_default();
        let timeline = Timeline::of(excerpts.iter().map(window));
        let place = |time: &i64| timeline.times.partition_point(|moment| moment < time);
        let scenes = excerpts.par_iter().map(|excerpt| Scene {
            excerpt,
            indicators: Indicators::new(Prices::from(&excerpt.bars)),
            hash: excerpt.bars.hash(),
            places: window(excerpt).iter().map(place).collect(),
        });
        let scenes: Vec<_> = scenes.collect();
        let settings = excerpts.iter().map(|excerpt| excerpt.settings);
        let settings = settings.max_by(|a, b| a.bars_per_year.total_cmp(&b.bars_per_year)).unwrap_or_default();
        Self { scenes, length: timeline.len(), settings }
    }

    /// Number of symbols.
    #[must_use]
    pub fn symbols(&self) -> usize {
        self.scenes.len()
    }

    /// Bars of the window: moments at which any symbol has one.
    #[must_use]
    pub fn len(&self) -> usize {
        self.length
    }

    /// Whether the window is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// Bars a year of the common time line: the most of any symbol.
    #[must_use]
    pub fn bars_per_year(&self) -> f64 {
        self.settings.bars_per_year
    }
}

#[cfg(test)]
mod tests {
    use super::Timeline;

    #[test]
    fn a_time_line_has_every_moment_once_and_finds_each_symbols_rows() {
        let (a, b) = ([1, 3, 5, 7], [3, 4, 7, 9]);
        let timeline = Timeline::of([a.as_slice(), &b]);
        assert_eq!(timeline.times(), [1, 3, 4, 5, 7, 9]);
        assert_eq!(timeline.rows(&(1..4), &a), 1..3);
        assert_eq!(timeline.rows(&(1..4), &b), 0..2);
        assert_eq!(timeline.rows(&(4..6), &a), 3..4);
        assert_eq!(timeline.rows(&(6..6), &a), 4..4);
    }
}
