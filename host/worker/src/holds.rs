use std::collections::BTreeMap;

use seedbed_market::BarsHash;

use crate::protocol::{ComponentKey, Order};

/// What a worker holds, as its host keeps the books: least recently used is forgotten first.
#[derive(Debug, Default)]
pub(crate) struct Holds {
    turn: u64,
    components: BTreeMap<ComponentKey, u64>,
    bars: BTreeMap<BarsHash, HeldBars>,
    bytes: usize,
}

#[derive(Debug)]
struct HeldBars {
    turn: u64,
    bytes: usize,
}

impl Holds {
    /// Components that one worker holds at most.
    pub(crate) const COMPONENTS: usize = 64;
    /// Bytes of bars that one worker holds at most, unless one call alone needs more.
    pub(crate) const BARS: usize = 128 << 20;
    /// Bytes of one bar.
    pub(crate) const BAR: usize = 6 * size_of::<f64>();

    /// Begins a turn: what is wanted from now on is not forgotten before the next one.
    pub(crate) fn turn(&mut self) {
        self.turn += 1;
    }

    /// Books a component; `true` where it has to be sent.
    pub(crate) fn component(&mut self, key: ComponentKey) -> bool {
        self.components.insert(key, self.turn).is_none()
    }

    /// Books bars; `true` where they have to be sent.
    pub(crate) fn bars(&mut self, hash: BarsHash, rows: usize) -> bool {
        let bytes = rows.saturating_mul(Self::BAR);
        let is_new = self.bars.insert(hash, HeldBars { turn: self.turn, bytes }).is_none();
        if is_new {
            self.bytes = self.bytes.saturating_add(bytes);
        }
        is_new
    }

    /// What the worker is to forget, so that it holds no more than it may.
    pub(crate) fn surplus(&mut self) -> Option<Order<'static>> {
        let (mut components, mut bars) = (Vec::new(), Vec::new());
        while self.components.len() > Self::COMPONENTS
            && let Some((key, _)) =
                self.components.iter().filter(|(_, turn)| **turn < self.turn).min_by_key(|(_, turn)| **turn)
        {
            components.push(*key);
            self.components.remove(components.last()?);
        }
        while self.bytes > Self::BARS
            && let Some((hash, _)) =
                self.bars.iter().filter(|(_, held)| held.turn < self.turn).min_by_key(|(_, held)| held.turn)
        {
            let hash = *hash;
            self.bytes -= self.bars.remove(&hash).map_or(0, |held| held.bytes);
            bars.push(hash);
        }
        let nothing = components.is_empty() && bars.is_empty();
        (!nothing).then_some(Order::Forget { components, bars })
    }
}
