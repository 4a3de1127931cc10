//! What the fast engine knows of a price history before any run: computed once, shared over runs and threads.
//!
//! Runs jump from entry to exit and back again, candidate after candidate, and mostly wait for memory. So all that is asked of a
//! bar stands together, and the extremes of a range are found in the records of its ends: each bar knows the extremes from the
//! beginning of its block to itself, and from itself to the block's end. Of the blocks between, [`Blocks`] tells.

use std::ops::Range;
use std::sync::Arc;

use crate::extremes::{BLOCK, Blocks, Extremes};
use crate::growth::Sums;
use crate::prices::Prices;

/// Prices, sums of returns and extremes for any range of bars, in about 163 bytes a bar.
#[derive(Debug)]
pub(crate) struct History<'a> {
    prices: Prices<'a>,
    pub(crate) bars: Vec<Bar>,
    /// Extremes of each bar.
    own: Vec<Extremes>,
    blocks: Blocks,
    /// Tells this history from any other.
    pub(crate) identity: Arc<()>,
}

/// All that is asked of one bar, in two neighbouring lines of the cache.
#[derive(Debug, Clone, Copy)]
#[repr(align(128))]
pub(crate) struct Bar {
    pub(crate) open: f64,
    pub(crate) close: f64,
    /// Sums over the returns of the closes of bars 1 to this one.
    growth: Sums,
    /// Extremes of the bars of its block up to this one.
    before: Extremes,
    /// Extremes of the bars of its block from this one on.
    after: Extremes,
}

impl<'a> History<'a> {
    /// None for prices whose returns are too wild to be summed up exactly.
    pub(crate) fn new(prices: Prices<'a>) -> Option<Self> {
        let mut growth = Sums::default();
        let mut own = Vec::with_capacity(prices.len());
        let mut bars = Vec::with_capacity(prices.len());
        let mut last = prices.close().first().copied().unwrap_or_default();
        let blocks = prices.open().chunks(BLOCK).zip(prices.close().chunks(BLOCK));
        for (block, (open, close)) in blocks.enumerate() {
            let start = block * BLOCK;
            let mut each = [Extremes::NONE; BLOCK];
            for (bar, extremes) in each.iter_mut().take(open.len()).enumerate() {
                *extremes = Extremes::of_bar(prices, start + bar);
            }
            let mut after = each;
            let mut found = Extremes::NONE;
            for extremes in after.iter_mut().rev() {
                found = found.with(extremes);
                *extremes = found;
            }
            let mut before = Extremes::NONE;
            for ((&open, &close), (own, &after)) in open.iter().zip(close).zip(each.iter().zip(&after)) {
                growth.add(close / last - 1.0);
                last = close;
                before = before.with(own);
                bars.push(Bar { open, close, growth, before, after });
            }
            own.extend(each.into_iter().take(open.len()));
        }
        growth.is_exact().then(|| Self { prices, bars, blocks: Blocks::new(&own), own, identity: Arc::default() })
    }

    /// The closes of a range of bars.
    #[inline]
    pub(crate) fn closes(&self, bars: Range<usize>) -> &[f64] {
        self.prices.close().get(bars).unwrap_or_default()
    }

    /// Sums over the returns of closes of a range of bars: the first of them is where the returns start from and has none.
    #[inline]
    #[expect(clippy::indexing_slicing, reason = "callers ask for a range of at least one bar of the history")]
    pub(crate) fn growth(&self, bars: Range<usize>) -> Sums {
        self.bars[bars.end - 1].growth.since(&self.bars[bars.start].growth)
    }

    /// Extremes of a range of at least one bar of the history.
    #[inline]
    #[expect(clippy::indexing_slicing, reason = "callers ask for a range of at least one bar of the history")]
    pub(crate) fn extremes(&self, bars: Range<usize>) -> Extremes {
        let (first, last) = (bars.start / BLOCK, (bars.end - 1) / BLOCK);
        if first == last {
            return Extremes::of(&self.own[bars]);
        }
        let between = self.blocks.over(first + 1..last);
        self.bars[bars.start].after.with(&self.bars[bars.end - 1].before).with(&between)
    }
}
