//! Extremes of any range of bars, from windows computed once per price history.
//!
//! Two tables hold the extremes of the 4 and of the 16 bars from each bar on; above them, aligned blocks of 64 bars and of each
//! power of four further up. A range up to 64 bars is covered by a few overlapping windows, a longer one by blocks with such a
//! range at either end: a maximum does not mind what it sees twice. So a query reads a handful of places whatever its length,
//! and its answer is exact, a maximum being one of the numbers compared. About 64 bytes a bar.

use std::ops::Range;

use crate::prices::Prices;

/// Highest and lowest prices of a range of bars.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Extremes {
    /// Highest high, highest close, and the negatives of lowest low and lowest close: all four are maxima.
    maxima: [f64; 4],
}

impl Extremes {
    const NONE: Self = Self { maxima: [f64::NEG_INFINITY; 4] };

    fn with(mut self, other: &Self) -> Self {
        for (mine, theirs) in self.maxima.iter_mut().zip(other.maxima) {
            *mine = if theirs > *mine { theirs } else { *mine };
        }
        self
    }

    #[expect(clippy::indexing_slicing, reason = "the columns of prices have one length, and bar lies below it")]
    fn with_bar(self, prices: Prices<'_>, bar: usize) -> Self {
        let close = prices.close()[bar];
        self.with(&Self { maxima: [prices.high()[bar], close, -prices.low()[bar], -close] })
    }

    /// Highest high.
    pub(crate) fn high(&self) -> f64 {
        self.maxima[0]
    }

    /// Lowest low.
    pub(crate) fn low(&self) -> f64 {
        -self.maxima[2]
    }

    /// Highest close.
    pub(crate) fn highest_close(&self) -> f64 {
        self.maxima[1]
    }

    /// Lowest close.
    pub(crate) fn lowest_close(&self) -> f64 {
        -self.maxima[3]
    }
}

/// Extremes of all windows of one price history.
#[derive(Debug)]
pub(crate) struct Windows<'a> {
    prices: Prices<'a>,
    /// Extremes of each bar and the 3 after it.
    narrow: Vec<Extremes>,
    /// Extremes of each bar and the 15 after it.
    wide: Vec<Extremes>,
    /// Aligned blocks of 64 bars, then of four times as many on each level; only whole ones.
    blocks: Vec<Vec<Extremes>>,
}

const NARROW: usize = 4;
const WIDE: usize = 16;
const BLOCK: usize = 64;
const FANOUT: usize = 4;

impl<'a> Windows<'a> {
    pub(crate) fn new(prices: Prices<'a>) -> Self {
        let bars: Vec<Extremes> = (0..prices.len()).map(|bar| Extremes::NONE.with_bar(prices, bar)).collect();
        let merge = |part: &[Extremes]| part.iter().fold(Extremes::NONE, |found, each| found.with(each));
        let narrow: Vec<Extremes> = bars.windows(NARROW).map(merge).collect();
        let spread =
            |part: &[Extremes]| part.iter().step_by(NARROW).fold(Extremes::NONE, |found, each| found.with(each));
        let wide = narrow.windows(WIDE - NARROW + 1).map(spread).collect();
        let mut level: Vec<Extremes> = bars.chunks_exact(BLOCK).map(merge).collect();
        let mut blocks = Vec::new();
        while !level.is_empty() {
            let above = level.chunks_exact(FANOUT).map(merge).collect();
            blocks.push(std::mem::replace(&mut level, above));
        }
        Self { prices, narrow, wide, blocks }
    }

    /// Extremes of a range of bars within the history; of an empty one, infinities of the wrong sign.
    #[inline]
    pub(crate) fn over(&self, bars: Range<usize>) -> Extremes {
        if bars.len() <= BLOCK { self.short(bars) } else { self.long(bars) }
    }

    /// Extremes of at most 64 bars, by windows that may overlap at the end.
    #[inline]
    #[expect(clippy::indexing_slicing, reason = "a table has a window for each bar that it can start at")]
    fn short(&self, bars: Range<usize>) -> Extremes {
        let (table, width) = match bars.len() {
            WIDE.. => (&self.wide, WIDE),
            NARROW.. => (&self.narrow, NARROW),
            _ => return bars.fold(Extremes::NONE, |found, bar| found.with_bar(self.prices, bar)),
        };
        let last = bars.end - width;
        let mut found = table[last];
        let mut bar = bars.start;
        while bar < last {
            found = found.with(&table[bar]);
            bar += width;
        }
        found
    }

    /// Extremes of more than 64 bars: the whole blocks among them, climbing while there are many, and the bars at either end.
    #[expect(clippy::indexing_slicing, reason = "every level lists all whole blocks, and only those are read")]
    fn long(&self, bars: Range<usize>) -> Extremes {
        let (mut first, mut last) = (bars.start.div_ceil(BLOCK), bars.end / BLOCK);
        let mut found = self.short(bars.start..first * BLOCK).with(&self.short(last * BLOCK..bars.end));
        for level in &self.blocks {
            let (inner, outer) = (first.div_ceil(FANOUT), last / FANOUT);
            let (head, tail) = if inner < outer { (inner * FANOUT, outer * FANOUT) } else { (last, last) };
            for block in level[first..head].iter().chain(&level[tail..last]) {
                found = found.with(block);
            }
            if inner >= outer {
                break;
            }
            (first, last) = (inner, outer);
        }
        found
    }
}
