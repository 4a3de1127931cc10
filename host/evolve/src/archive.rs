use std::collections::BTreeMap;
use std::sync::Arc;

use crate::{Behaviour, Member};

/// The best of each way to trade (MAP-Elites, Mouret and Clune 2015): what a run knows besides its champion.
///
/// At most 9 x 7 x 5 cells, whatever the run.
#[derive(Debug, Default)]
pub struct Archive(BTreeMap<Cell, Arc<Member>>);

/// One way to trade. Each number counts the limits that the behaviour is at or above.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cell {
    /// Mean holding period against [`Cell::HOLDING_BARS`].
    pub holding: u8,
    /// Number of trades against [`Cell::TRADES`].
    pub trades: u8,
    /// Share of losing trades against [`Cell::LOSS_SHARE`].
    pub losses: u8,
}

impl Cell {
    /// Limits of the mean holding period, in bars.
    pub const HOLDING_BARS: [f64; 8] = [2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0];
    /// Limits of the number of trades.
    pub const TRADES: [u32; 6] = [1, 10, 30, 100, 300, 1_000];
    /// Limits of the share of losing trades.
    pub const LOSS_SHARE: [f64; 4] = [0.2, 0.4, 0.6, 0.8];

    /// The cell of a behaviour.
    #[must_use]
    pub fn of(behaviour: &Behaviour) -> Self {
        fn reached<T: PartialOrd>(limits: &[T], value: &T) -> u8 {
            limits.iter().map(|limit| u8::from(value >= limit)).sum()
        }
        Self {
            holding: reached(&Self::HOLDING_BARS, &behaviour.holding_bars),
            trades: reached(&Self::TRADES, &behaviour.trades),
            losses: reached(&Self::LOSS_SHARE, &behaviour.loss_share),
        }
    }
}

impl Archive {
    /// The cells that are taken, in their order, each with its best.
    pub fn iter(&self) -> impl Iterator<Item = (Cell, &Member)> {
        self.0.iter().map(|(cell, member)| (*cell, member.as_ref()))
    }

    /// The best of a cell.
    #[must_use]
    pub fn get(&self, cell: Cell) -> Option<&Member> {
        self.0.get(&cell).map(AsRef::as_ref)
    }

    /// Cells that are taken.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether no cell is taken.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn offer(&mut self, member: &Arc<Member>) {
        let Some(score) = member.score() else { return };
        let place = self.0.entry(Cell::of(&score.behaviour)).or_insert_with(|| member.clone());
        if member.by_rank(place).is_lt() {
            *place = member.clone();
        }
    }

    /// The best of its cells that are of one island.
    pub(crate) fn of_island(&self, island: usize) -> Vec<Arc<Member>> {
        self.0.values().filter(|member| member.island == island).cloned().collect()
    }
}
