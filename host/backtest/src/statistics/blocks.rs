//! One trial's returns, kept as moments of a few blocks of time: what the overfitting statistics need, without the returns.

use thiserror::Error;

use super::ratio::Undefined;
use super::returns::{Moments, NotFinite, Returns};
use super::significance::SharpeEstimate;
use super::sums::CentralSums;

/// How a series of bars is cut into an even number of blocks of equal length, in time order. The oldest bars, which do not fill
/// a block each, are left out of the blocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Blocks {
    skipped: usize,
    length: usize,
    count: usize,
}

/// Why bars cannot be cut into blocks.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum BlocksError {
    /// The number of blocks is odd, or out of range.
    #[error(
        "{count} blocks cannot be halved in every way: use an even number from 2 to {}, 16 by default",
        Blocks::MOST
    )]
    Count {
        /// Number of blocks asked for.
        count: usize,
    },
    /// Fewer than two bars for a block.
    #[error("{bars} bars are too few for {count} blocks: at least {} are needed", 2 * count)]
    TooFewBars {
        /// Number of bars.
        bars: usize,
        /// Number of blocks asked for.
        count: usize,
    },
}

impl Blocks {
    /// The usual number of blocks, which has 12,870 halves.
    pub const USUAL: usize = 16;
    /// The largest number of blocks, which has 184,756 halves.
    pub const MOST: usize = 20;

    /// Cuts `bars` bars into `count` blocks.
    ///
    /// # Errors
    /// A number of blocks that is odd, 0 or above [`Blocks::MOST`], or fewer than two bars a block.
    pub fn new(bars: usize, count: usize) -> Result<Self, BlocksError> {
        if count == 0 || count % 2 == 1 || count > Self::MOST {
            return Err(BlocksError::Count { count });
        }
        let length = bars / count;
        if length < 2 {
            return Err(BlocksError::TooFewBars { bars, count });
        }
        Ok(Self { skipped: bars % count, length, count })
    }

    /// Number of bars that were cut, those left out included.
    pub fn bars(&self) -> usize {
        self.skipped + self.length * self.count
    }

    /// Number of blocks.
    pub fn count(&self) -> usize {
        self.count
    }

    /// Number of bars of each block.
    pub fn length(&self) -> usize {
        self.length
    }

    /// Number of oldest bars that are in no block.
    pub fn skipped(&self) -> usize {
        self.skipped
    }
}

/// One trial: the moments of its returns and the number of its trades, block by block.
#[derive(Debug, Clone, PartialEq)]
pub struct BlockMoments {
    blocks: Blocks,
    skipped: CentralSums,
    sums: Vec<CentralSums>,
    trades: Vec<u32>,
}

/// Why a trial cannot be kept.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TrialError {
    /// Another number of returns than of bars.
    #[error("{returns} returns for {bars} bars: give one a bar")]
    Length {
        /// Number of returns.
        returns: usize,
        /// Number of bars.
        bars: usize,
    },
    /// A trade that was entered after the last bar.
    #[error("a trade is entered at bar {bar} of {bars}: count from the first bar of the returns")]
    Entry {
        /// Zero-based bar of the entry.
        bar: usize,
        /// Number of bars.
        bars: usize,
    },
    /// A return that is NaN or infinite.
    #[error(transparent)]
    NotFinite(#[from] NotFinite),
}

impl BlockMoments {
    /// Takes the moments of one return a bar; `entries` are the zero-based bars at which the trades were entered.
    ///
    /// # Errors
    /// Another number of returns than of bars, a return that is not finite, an entry beyond the bars.
    pub fn new(blocks: Blocks, returns: &[f64], entries: impl IntoIterator<Item = usize>) -> Result<Self, TrialError> {
        let bars = blocks.bars();
        if returns.len() != bars {
            return Err(TrialError::Length { returns: returns.len(), bars });
        }
        Returns::new(returns)?;
        let mut trades = vec![0_u32; blocks.count];
        for bar in entries {
            if bar >= bars {
                return Err(TrialError::Entry { bar, bars });
            }
            let block = bar.checked_sub(blocks.skipped).map(|bar| bar / blocks.length);
            if let Some(trades) = block.and_then(|block| trades.get_mut(block)) {
                *trades = trades.saturating_add(1);
            }
        }
        let (skipped, kept) = returns.split_at(blocks.skipped);
        let sums = |part| Returns::with_flat_bars(part, 0).central_sums();
        Ok(Self { blocks, skipped: sums(skipped), sums: kept.chunks(blocks.length).map(sums).collect(), trades })
    }

    /// How the bars are cut.
    pub fn blocks(&self) -> Blocks {
        self.blocks
    }

    /// Moments of all returns, those of the bars in no block included.
    ///
    /// # Errors
    /// The reason why the series has no Sharpe ratio.
    pub fn moments(&self) -> Result<Moments, Undefined> {
        self.sums.iter().fold(self.skipped, |all, block| all.merge(*block)).moments()
    }

    /// The Sharpe ratio of all returns with the moments that its standard error needs.
    ///
    /// # Errors
    /// The reason why the series has no Sharpe ratio.
    pub fn sharpe(&self) -> Result<SharpeEstimate, Undefined> {
        self.moments().map(SharpeEstimate::from)
    }

    /// Smallest number of trades that were entered in one block.
    pub(super) fn fewest_trades(&self) -> u32 {
        self.trades.iter().copied().min().unwrap_or(0)
    }

    /// Whether every half of the blocks has a Sharpe ratio, for sure: too few blocks are constant to make a half of them.
    pub(super) fn varies_in_every_half(&self) -> bool {
        let constant = self.sums.iter().filter(|sums| sums.range.varied().is_err() || !sums.second.is_normal());
        constant.count() < self.blocks.count / 2
    }

    /// Mean and sum of squared distances from it, block by block.
    pub(super) fn spreads(&self) -> impl Iterator<Item = (f64, f64)> {
        self.sums.iter().map(|sums| (sums.range.mean, sums.second))
    }
}
