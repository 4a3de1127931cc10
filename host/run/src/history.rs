use std::ops::Range;

use seedbed_backtest::Settings;
use seedbed_evaluate::{Excerpt, Timeline};
use seedbed_market::Bars;
use seedbed_report::report::Span;

/// One symbol of a run.
#[derive(Debug, Clone)]
pub struct Symbol {
    /// Its name, unique in the run.
    pub name: String,
    /// Its prices.
    pub bars: Bars,
    /// Fills, costs and bars a year.
    pub settings: Settings,
}

/// The prices of a run on one time line.
#[derive(Debug)]
pub struct History<'a> {
    symbols: &'a [Symbol],
    timeline: Timeline,
}

impl<'a> History<'a> {
    /// Lays the symbols side by side.
    #[must_use]
    pub fn new(symbols: &'a [Symbol]) -> Self {
        let timeline = Timeline::of(symbols.iter().map(|symbol| symbol.bars.time()));
        Self { symbols, timeline }
    }

    /// The symbols.
    #[must_use]
    pub fn symbols(&self) -> &'a [Symbol] {
        self.symbols
    }

    /// The common time line.
    #[must_use]
    pub fn timeline(&self) -> &Timeline {
        &self.timeline
    }

    /// What may be seen when this range of the time line is scored: nothing after its end. A symbol without a bar in the range is left
    /// out.
    #[must_use]
    pub fn excerpts(&self, window: &Range<usize>) -> Vec<Excerpt> {
        let excerpt = |symbol: &Symbol| {
            let rows = self.timeline.rows(window, symbol.bars.time());
            let seen = symbol.bars.slice(0..rows.end)?;
            (!rows.is_empty()).then(|| Excerpt {
                symbol: symbol.name.clone(),
                bars: seen,
                start: rows.start,
                settings: symbol.settings,
            })
        };
        self.symbols.iter().filter_map(excerpt).collect()
    }

    /// A range of the time line as moments.
    #[must_use]
    pub fn span(&self, range: &Range<usize>) -> Span {
        let times = self.timeline.times();
        let after = || times.last().map_or(0, |last| last.saturating_add(1));
        let moment = |place: usize| times.get(place).copied().unwrap_or_else(after);
        Span { start: moment(range.start), end: moment(range.end) }
    }
}
