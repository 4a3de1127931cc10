//! Why a strategy declines to answer.

use std::fmt;

use crate::Column;

/// Why a strategy declines to answer: a typed value for the host, where a panic would be a trap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// Too few bars; at least this many are needed.
    TooFewBars(usize),
    /// Parameters that are outside their domain, or do not fit each other.
    BadParameters(String),
    /// A column that the strategy reads was not given.
    MissingColumn(Column),
    /// Anything else, in the author's words.
    Other(String),
}

impl Refusal {
    /// Parameters that are outside their domain, or do not fit each other.
    pub fn bad_parameters(reason: impl Into<String>) -> Self {
        Self::BadParameters(reason.into())
    }

    /// Any other reason, in the author's words.
    pub fn other(reason: impl Into<String>) -> Self {
        Self::Other(reason.into())
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooFewBars(needed) => write!(f, "too few bars: at least {needed} are needed"),
            Self::BadParameters(reason) => write!(f, "bad parameters: {reason}"),
            Self::MissingColumn(column) => write!(f, "missing column: {column}"),
            Self::Other(reason) => f.write_str(reason),
        }
    }
}

impl std::error::Error for Refusal {}
