use seedbed_outcome::GuestText;
use wasmtime::ResourceLimiter;

use crate::bindings::Level;
use crate::wasi::Inert;

/// What the store of one call holds.
pub(crate) struct State {
    pub(crate) limiter: Limiter,
    pub(crate) diagnostics: Diagnostics,
    pub(crate) wasi: Inert,
}

impl State {
    pub(crate) fn new(memory: u64) -> Self {
        Self {
            limiter: Limiter { allowed: memory, held: 0, peak: 0 },
            diagnostics: Diagnostics::default(),
            wasi: Inert::default(),
        }
    }
}

/// Counts linear memories and tables together, and stops a guest that asks for more than it may have.
pub(crate) struct Limiter {
    allowed: u64,
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
    fn grow(&mut self, current: usize, desired: usize, unit: u64) -> wasmtime::Result<bool> {
        let bytes = |count: usize| u64::try_from(count).unwrap_or(u64::MAX).saturating_mul(unit);
        let requested = self.held.saturating_sub(bytes(current)).saturating_add(bytes(desired));
        if requested > self.allowed {
            return Err(OverMemory { requested, allowed: self.allowed }.into());
        }
        self.held = requested;
        self.peak = self.peak.max(requested);
        Ok(true)
    }
}

impl ResourceLimiter for Limiter {
    fn memory_growing(&mut self, current: usize, desired: usize, _maximum: Option<usize>) -> wasmtime::Result<bool> {
        self.grow(current, desired, 1)
    }

    fn table_growing(&mut self, current: usize, desired: usize, _maximum: Option<usize>) -> wasmtime::Result<bool> {
        self.grow(current, desired, size_of::<usize>() as u64)
    }

    fn memory_grow_failed(&mut self, error: wasmtime::Error) -> wasmtime::Result<()> {
        Err(error)
    }

    fn table_grow_failed(&mut self, error: wasmtime::Error) -> wasmtime::Result<()> {
        Err(error)
    }
}

/// What a guest said: the first messages are logged, the last error is kept as its last words, the rest is counted.
#[derive(Default)]
pub(crate) struct Diagnostics {
    messages: u64,
    pub(crate) last_words: Option<GuestText>,
}

impl Diagnostics {
    /// Messages of one call that reach the log.
    const LOGGED: u64 = 16;

    pub(crate) fn report(&mut self, level: Level, message: &str) {
        self.messages += 1;
        if self.messages > Self::LOGGED && level != Level::Error {
            return;
        }
        let message = GuestText::new(message);
        match (level, self.messages <= Self::LOGGED) {
            (Level::Debug, true) => tracing::debug!(target: "seedbed::guest", "{message}"),
            (Level::Info, true) => tracing::info!(target: "seedbed::guest", "{message}"),
            (Level::Warn, true) => tracing::warn!(target: "seedbed::guest", "{message}"),
            // The failure that follows carries it.
            (Level::Error, true) => tracing::debug!(target: "seedbed::guest", "error: {message}"),
            (_, false) => {}
        }
        if self.messages == Self::LOGGED {
            tracing::debug!(target: "seedbed::guest", "further messages of this call are counted only");
        }
        if level == Level::Error && !message.is_empty() {
            self.last_words = Some(message);
        }
    }
}
