//! Highest and lowest prices of ranges of bars. A maximum does not mind what it sees twice, and is exact: it is one of the numbers
//! compared.

use std::ops::Range;

use crate::prices::Prices;

/// Highest and lowest prices of a range of bars.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Extremes {
    /// Highest high, highest close, and the negatives of lowest low and lowest close: all four are maxima.
    maxima: [f64; 4],
}

impl Extremes {
    pub(crate) const NONE: Self = Self { maxima: [f64::NEG_INFINITY; 4] };

    #[inline]
    pub(crate) fn with(mut self, other: &Self) -> Self {
        for (mine, theirs) in self.maxima.iter_mut().zip(other.maxima) {
            *mine = if theirs > *mine { theirs } else { *mine };
        }
        self
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

impl Extremes {
    /// Extremes of one bar.
    #[expect(clippy::indexing_slicing, reason = "the columns of prices have one length, and bar lies below it")]
    pub(crate) fn of_bar(prices: Prices<'_>, bar: usize) -> Self {
        let close = prices.close()[bar];
        Self { maxima: [prices.high()[bar], close, -prices.low()[bar], -close] }
    }

    /// Extremes of some bars together.
    pub(crate) fn of(bars: &[Self]) -> Self {
        bars.iter().fold(Self::NONE, |found, each| found.with(each))
    }
}

/// Bars of a block.
pub(crate) const BLOCK: usize = 16;
/// Blocks of one level in a block of the next.
const FANOUT: usize = 4;

/// Extremes of aligned blocks of bars, and of ever larger blocks of blocks.
#[derive(Debug)]
pub(crate) struct Blocks {
    /// Only whole blocks; at the end of each level one of no bars.
    levels: Vec<Vec<Extremes>>,
}

impl Blocks {
    pub(crate) fn new(bars: &[Extremes]) -> Self {
        let mut level: Vec<Extremes> = bars.chunks_exact(BLOCK).map(Extremes::of).collect();
        let mut levels = Vec::new();
        while !level.is_empty() {
            let above = level.chunks_exact(FANOUT).map(Extremes::of).collect();
            level.push(Extremes::NONE);
            levels.push(std::mem::replace(&mut level, above));
        }
        Self { levels }
    }

    /// Extremes of a range of whole blocks.
    #[inline]
    #[expect(
        clippy::indexing_slicing,
        reason = "callers ask for whole blocks of the history, and a level ends with one more"
    )]
    pub(crate) fn over(&self, blocks: Range<usize>) -> Extremes {
        if blocks.len() > FEW {
            return self.climb(blocks);
        }
        let Some(level) = self.levels.first() else { return Extremes::NONE };
        // Always as many, the one of no bars if need be: cheaper than a loop whose length nobody can predict.
        let none = level.len() - 1;
        let block = |number: usize| {
            let block = blocks.start + number;
            &level[if block < blocks.end { block } else { none }]
        };
        block(0).with(block(1)).with(block(2))
    }

    /// As [`Self::over`], climbing to larger blocks while there are many.
    #[expect(clippy::indexing_slicing, reason = "every level lists all whole blocks, and only those are read")]
    fn climb(&self, blocks: Range<usize>) -> Extremes {
        let Range { start: mut first, end: mut last } = blocks;
        let mut found = Extremes::NONE;
        for level in &self.levels {
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

/// Blocks that are merged without a loop.
const FEW: usize = 3;
