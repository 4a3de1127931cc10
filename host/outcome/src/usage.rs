use serde::{Deserialize, Serialize};

use crate::Outcome;

/// What one guest call cost. Every figure is deterministic: the same component, input and engine give the same numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Usage {
    /// Fuel burnt by instantiation (start functions, initialisers).
    pub fuel_instantiate: u64,
    /// Fuel burnt by the call itself.
    pub fuel_call: u64,
    /// The most bytes that linear memories and tables held together.
    pub peak_memory: u64,
    /// Messages that it sent through `diagnostics`.
    pub messages: u64,
    /// Bytes of UTF-8 in these messages, as the guest sent them.
    pub message_bytes: u64,
}

/// A finished guest call: how it ended and what it cost.
#[derive(Debug, Clone, PartialEq)]
pub struct Call<T> {
    /// The answer or the failure.
    pub outcome: Outcome<T>,
    /// What it cost, up to the failure if there was one.
    pub usage: Usage,
}

impl<T> Call<T> {
    /// Maps the answer, keeping the cost; the closure may still find the answer bad.
    pub fn and_then<U>(self, f: impl FnOnce(T) -> Outcome<U>) -> Call<U> {
        Call { outcome: self.outcome.and_then(f), usage: self.usage }
    }
}
