//! The exit codes, a documented contract.

use std::process::ExitCode;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Exit {
    /// All is well.
    Success = 0,
    /// A plugin or a check failed; everything else was done.
    Findings = 1,
    /// The command line, the configuration or an input file is wrong; nothing was done.
    Usage = 2,
    /// The host itself failed.
    Host = 3,
    /// Stopped by Ctrl-C or SIGTERM; what was done until then is printed and kept.
    Interrupted = 130,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// An error that ends a command, with the exit code that it means.
#[derive(Debug)]
pub(crate) struct Stop {
    /// The code.
    pub(crate) exit: Exit,
    /// What, where and what to do next.
    pub(crate) error: anyhow::Error,
}

/// Attaches the exit code to an error.
pub(crate) trait OrStop<T> {
    /// The user can mend it: command line, configuration, input.
    fn or_usage(self) -> Result<T, Stop>;
    /// The host failed.
    fn or_host(self) -> Result<T, Stop>;
}

impl<T, E: Into<anyhow::Error>> OrStop<T> for Result<T, E> {
    fn or_usage(self) -> Result<T, Stop> {
        self.map_err(|error| Stop { exit: Exit::Usage, error: error.into() })
    }

    fn or_host(self) -> Result<T, Stop> {
        self.map_err(|error| Stop { exit: Exit::Host, error: error.into() })
    }
}
