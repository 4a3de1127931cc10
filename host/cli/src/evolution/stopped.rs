use anyhow::anyhow;
use seedbed_run::RunError;

use super::is_usage;
use crate::exit::{Exit, Stop};

/// A run's error with the exit code that it means.
pub(crate) fn stop(error: RunError) -> Stop {
    let exit = match &error {
        RunError::Schedule(_) | RunError::Setup(_) | RunError::OtherRun { .. } => Exit::Usage,
        RunError::Examine(_) | RunError::Changed { .. } => Exit::Findings,
        RunError::Store(error) if is_usage(error) => Exit::Usage,
        RunError::Store(_) | RunError::Genome(_) | RunError::Tell(_) | RunError::NoIsland(_) => Exit::Host,
    };
    Stop { exit, error: anyhow!(error) }
}
