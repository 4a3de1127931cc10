use seedbed_outcome::GuestText;
use serde::{Deserialize, Serialize};

use crate::bindings;

/// How much a guest's message matters, in the contract's own levels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names are the contract's own")]
pub enum Level {
    Debug,
    Info,
    Warn,
    Error,
}

impl From<bindings::Level> for Level {
    fn from(level: bindings::Level) -> Self {
        match level {
            bindings::Level::Debug => Self::Debug,
            bindings::Level::Info => Self::Info,
            bindings::Level::Warn => Self::Warn,
            bindings::Level::Error => Self::Error,
        }
    }
}

/// One message of a guest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// How much it matters to the guest.
    pub level: Level,
    /// The message.
    pub message: GuestText,
}

impl Said {
    /// Messages of one call that reach the log.
    pub const LOGGED: usize = 16;

    /// Writes it to the log. An error is logged for debugging only, since the failure that follows carries it.
    pub fn log(&self) {
        let message = &self.message;
        match self.level {
            Level::Debug => tracing::debug!(target: "seedbed::guest", "guest: {message}"),
            Level::Info => tracing::info!(target: "seedbed::guest", "guest: {message}"),
            Level::Warn => tracing::warn!(target: "seedbed::guest", "guest: {message}"),
            Level::Error => tracing::debug!(target: "seedbed::guest", "guest error: {message}"),
        }
    }
}
