use seedbed_genome::ExitError;
use seedbed_outcome::{Failure, GuestText, Status};
use seedbed_plugin::PluginError;
use seedbed_worker::LoadError;

use crate::Refusal;

/// Why a plugin has no score.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Rejection {
    /// Its files cannot be used.
    #[error(transparent)]
    Source(#[from] PluginError),
    /// Turned away by a gate that the operator put before the sandbox.
    #[error("{0}")]
    Refused(#[from] Refusal),
    /// Turned away before any of its code ran.
    #[error("{0}")]
    Load(#[from] LoadError),
    /// Another plugin of this directory has its name.
    #[error("describes itself as '{name}', a name that '{other}' has already; rename one of them")]
    NameTaken {
        /// The name.
        name: String,
        /// The plugin that keeps it.
        other: GuestText,
    },
    /// One of its functions gave no answer that counts.
    #[error("{function}: {failure}")]
    Call {
        /// The function's name in the contract.
        function: &'static str,
        /// How the call ended.
        failure: Failure,
    },
    /// Its exit declaration cannot be read.
    #[error("exit-parameters: {0}")]
    Exits(#[from] ExitError),
    /// The account it was to trade on cannot be booked.
    #[error("backtest: {0}")]
    Backtest(#[from] seedbed_backtest::Refused),
}

impl Rejection {
    pub(crate) fn call(function: &'static str) -> impl Fn(Failure) -> Self {
        move |failure| Self::Call { function, failure }
    }

    /// Refused, when the plugin declined or was turned away by a rule; failed, when it broke down or broke the contract.
    #[must_use]
    pub fn status(&self) -> Status {
        match self {
            Self::Call { failure: Failure::Refused(_), .. }
            | Self::Source(_)
            | Self::Refused(_)
            | Self::Load(_)
            | Self::NameTaken { .. } => Status::Refused,
            Self::Call { .. } | Self::Exits(_) | Self::Backtest(_) => Status::Failed,
        }
    }

    /// A stable word for JSON and metric labels.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Source(_) => "source",
            Self::Refused(_) => "review",
            Self::Load(_) => "load",
            Self::NameTaken { .. } => "name-taken",
            Self::Call { failure, .. } => failure.code(),
            Self::Exits(_) => "bad-output",
            Self::Backtest(_) => "backtest",
        }
    }
}
