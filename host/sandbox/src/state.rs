use std::sync::Arc;

use seedbed_outcome::GuestText;
use wasmtime::ResourceLimiter;

use crate::observer::Observer;
use crate::said::{Level, Said};
use crate::wasi::Inert;

/// What the store of one call holds.
pub(crate) struct State {
    pub(crate) limiter: Limiter,
    pub(crate) diagnostics: Diagnostics,
    pub(crate) wasi: Inert,
}

impl State {
    /// For a call that may hold so many bytes, and so many elements in any one table; `observer` is told what it says.
    pub(crate) fn new(memory: u64, table_elements: u64, observer: Option<Arc<dyn Observer>>) -> Self {
        Self {
            limiter: Limiter { allowed: memory, table_elements, held: 0, peak: 0 },
            diagnostics: Diagnostics::new(observer),
            wasi: Inert::default(),
        }
    }
}

/// Counts linear memories and tables together, and stops a guest that asks for more than it may have.
pub(crate) struct Limiter {
    allowed: u64,
    table_elements: u64,
    held: u64,
    pub(crate) peak: u64,
}

/// The error by which [`Limiter`] stops a guest.
#[derive(Debug, thiserror::Error)]
#[error("asked for {requested} bytes, allowed {allowed}")]
pub(crate) struct OverMemory {
    pub(crate) requested: u64,
    pub(crate) allowed: u64,
}

impl Limiter {
    const TABLE_ELEMENT: u64 = size_of::<usize>() as u64;

    fn grow(&mut self, current: u64, desired: u64) -> wasmtime::Result<bool> {
        let requested = self.held.saturating_sub(current).saturating_add(desired);
        if requested > self.allowed {
            return Err(OverMemory { requested, allowed: self.allowed }.into());
        }
        self.held = requested;
        self.peak = self.peak.max(requested);
        Ok(true)
    }
}

fn count(units: usize) -> u64 {
    u64::try_from(units).unwrap_or(u64::MAX)
}

impl ResourceLimiter for Limiter {
    fn memory_growing(&mut self, current: usize, desired: usize, _maximum: Option<usize>) -> wasmtime::Result<bool> {
        self.grow(count(current), count(desired))
    }

    fn table_growing(&mut self, current: usize, desired: usize, _maximum: Option<usize>) -> wasmtime::Result<bool> {
        let bytes = |elements: usize| count(elements).saturating_mul(Self::TABLE_ELEMENT);
        // The slots of the pool are this large; without this the engine would refuse in words of its own.
        let allowed = self.table_elements.saturating_mul(Self::TABLE_ELEMENT);
        if bytes(desired) > allowed {
            return Err(OverMemory { requested: bytes(desired), allowed }.into());
        }
        self.grow(bytes(current), bytes(desired))
    }

    fn memory_grow_failed(&mut self, error: wasmtime::Error) -> wasmtime::Result<()> {
        Err(error)
    }

    fn table_grow_failed(&mut self, error: wasmtime::Error) -> wasmtime::Result<()> {
        Err(error)
    }
}

/// What a guest said: the first messages are logged, the last error is kept as its last words, the rest is counted.
pub(crate) struct Diagnostics {
    pub(crate) messages: u64,
    pub(crate) bytes: u64,
    pub(crate) last_words: Option<GuestText>,
    observer: Option<Arc<dyn Observer>>,
}

impl Diagnostics {
    const LOGGED: u64 = Said::LOGGED as u64;

    /// Of a call that has not begun; `observer` is told what reaches the log.
    pub(crate) fn new(observer: Option<Arc<dyn Observer>>) -> Self {
        Self { messages: 0, bytes: 0, last_words: None, observer }
    }

    pub(crate) fn report(&mut self, level: Level, message: &str) {
        self.messages += 1;
        self.bytes = self.bytes.saturating_add(count(message.len()));
        let logged = self.messages <= Self::LOGGED;
        if !logged && level != Level::Error {
            return;
        }
        let said = Said { level, message: GuestText::new(message) };
        if logged {
            said.log();
            if let Some(observer) = &self.observer {
                observer.said(&said);
            }
        }
        if self.messages == Self::LOGGED {
            tracing::debug!(target: "seedbed::guest", "further messages of this call are counted only");
        }
        if level == Level::Error && !said.message.is_empty() {
            self.last_words = Some(said.message);
        }
    }
}
