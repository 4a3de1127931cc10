use std::fmt;
use std::io;

use crate::target::Target;

/// One thing that broken-out code tries.
pub(crate) struct Attempt {
    pub(crate) name: &'static str,
    /// `Ok` if it succeeded, which is a hole; the text says what was got.
    pub(crate) run: fn(&Target) -> Result<String, Failure>,
    pub(crate) expected: Outcome,
}

/// How an attempt failed as seen from inside.
pub(crate) enum Failure {
    System(io::Error),
    /// It ran and there was nothing to get.
    Nothing,
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::System(error)
    }
}

/// What came of an attempt as seen from outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    Errno(i32),
    Signal(i32),
    Nothing,
    /// The jail has a hole.
    Succeeded(String),
    /// The attempt itself went wrong, and so proves nothing.
    Broken(String),
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Errno(errno) => write!(f, "{}", io::Error::from_raw_os_error(*errno)),
            Self::Signal(libc::SIGSYS) => f.write_str("killed by SIGSYS"),
            Self::Signal(libc::SIGKILL) => f.write_str("killed by SIGKILL"),
            Self::Signal(libc::SIGXFSZ) => f.write_str("killed by SIGXFSZ"),
            Self::Signal(libc::SIGABRT) => f.write_str("killed by SIGABRT, no core"),
            Self::Signal(signal) => write!(f, "killed by signal {signal}"),
            Self::Nothing => f.write_str("nothing there"),
            Self::Succeeded(what) => write!(f, "SUCCEEDED: {what}"),
            Self::Broken(what) => write!(f, "BROKEN: {what}"),
        }
    }
}

/// How the inmate reports to the warden, one line on standard output.
impl Outcome {
    pub(crate) fn line(&self) -> String {
        match self {
            Self::Errno(errno) => format!("errno {errno}"),
            Self::Nothing => "nothing".into(),
            other => format!("other {other}"),
        }
    }

    pub(crate) fn from_line(line: &str) -> Self {
        match line.split_once(' ') {
            Some(("errno", errno)) => errno.parse().map_or_else(|_| Self::Broken(line.into()), Self::Errno),
            Some(("other", what)) => Self::Succeeded(what.into()),
            _ if line == "nothing" => Self::Nothing,
            _ => Self::Broken(format!("reported {line:?}")),
        }
    }
}
