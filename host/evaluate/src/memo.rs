use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use lru::LruCache;
use seedbed_backtest::{Decisions, Metrics};

use crate::{EvaluationKey, SignalsKey};

/// Results that need not be computed twice, least recently used out first. Sound because components are pure.
///
/// It costs memory and saves time; no result depends on it.
#[derive(Debug)]
pub struct Memo {
    bytes: usize,
    signals: Mutex<Signals>,
    scores: Mutex<LruCache<EvaluationKey, Metrics>>,
    counts: [AtomicU64; 4],
}

#[derive(Debug)]
struct Signals {
    known: LruCache<(SignalsKey, Reading), Arc<Decided>>,
    bytes: usize,
}

/// How convictions were read: first bar, threshold, entry mode, sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Reading {
    pub(crate) start: usize,
    pub(crate) threshold: u64,
    pub(crate) level: bool,
    pub(crate) sides: u8,
}

/// A component's answer as the backtest takes it.
#[derive(Debug)]
pub(crate) struct Decided {
    pub(crate) decisions: Decisions,
    /// BLAKE3 over the convictions' bits.
    pub(crate) digest: [u8; 32],
    pub(crate) bytes: usize,
}

/// What a memo came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct MemoUse {
    /// Signals that were known.
    pub signal_hits: u64,
    /// Signals that a component was asked for.
    pub signal_misses: u64,
    /// Scores that were known.
    pub score_hits: u64,
    /// Scores that were computed.
    pub score_misses: u64,
    /// Bytes of the signals that are kept.
    pub signal_bytes: usize,
    /// Scores that are kept.
    pub scores: usize,
}

impl Memo {
    /// Scores that are kept at most; each takes about 300 bytes.
    pub const SCORES: NonZeroUsize = NonZeroUsize::MIN.saturating_add(99_999);

    /// A memo of at most so many bytes of signals and of [`Memo::SCORES`] scores.
    #[must_use]
    pub fn new(bytes: usize) -> Self {
        Self {
            bytes,
            signals: Mutex::new(Signals { known: LruCache::unbounded(), bytes: 0 }),
            scores: Mutex::new(LruCache::new(Self::SCORES)),
            counts: Default::default(),
        }
    }

    /// What it came to so far.
    #[must_use]
    pub fn usage(&self) -> MemoUse {
        let [signal_hits, signal_misses, score_hits, score_misses] =
            self.counts.each_ref().map(|count| count.load(Ordering::Relaxed));
        MemoUse {
            signal_hits,
            signal_misses,
            score_hits,
            score_misses,
            signal_bytes: lock(&self.signals).bytes,
            scores: lock(&self.scores).len(),
        }
    }

    pub(crate) fn signals(&self, key: SignalsKey, reading: Reading) -> Option<Arc<Decided>> {
        let known = lock(&self.signals).known.get(&(key, reading)).cloned();
        self.count(0, known.is_some());
        known
    }

    /// Whether these signals are kept; looking counts for nothing.
    pub(crate) fn knows_signals(&self, key: SignalsKey, reading: Reading) -> bool {
        lock(&self.signals).known.contains(&(key, reading))
    }

    /// Whether this score is kept; looking counts for nothing.
    pub(crate) fn knows_score(&self, key: EvaluationKey) -> bool {
        lock(&self.scores).contains(&key)
    }

    pub(crate) fn keep_signals(&self, key: SignalsKey, reading: Reading, decided: Arc<Decided>) {
        if decided.bytes > self.bytes {
            return;
        }
        let mut signals = lock(&self.signals);
        signals.bytes += decided.bytes;
        if let Some(replaced) = signals.known.put((key, reading), decided) {
            signals.bytes -= replaced.bytes;
        }
        while signals.bytes > self.bytes
            && let Some((_, oldest)) = signals.known.pop_lru()
        {
            signals.bytes -= oldest.bytes;
        }
    }

    pub(crate) fn score(&self, key: EvaluationKey) -> Option<Metrics> {
        let known = lock(&self.scores).get(&key).copied();
        self.count(2, known.is_some());
        known
    }

    pub(crate) fn keep_score(&self, key: EvaluationKey, metrics: Metrics) {
        lock(&self.scores).put(key, metrics);
    }

    fn count(&self, first: usize, hit: bool) {
        if let Some(count) = self.counts.get(first + usize::from(!hit)) {
            count.fetch_add(1, Ordering::Relaxed);
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
