use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::GuestText;

/// How a guest call ended: its answer, or one of the closed list of failures.
pub type Outcome<T> = Result<T, Failure>;

/// Why a guest call gave no answer that counts.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Failure {
    /// The component declined in its own words; nothing is wrong with it.
    #[error("refused: {0}")]
    Refused(Refusal),
    /// The component broke down.
    #[error("{}", trapped(*kind, message.as_ref()))]
    Trapped {
        /// What stopped it.
        kind: TrapKind,
        /// The guest's last words: the panic message and location that its SDK reported before the trap.
        message: Option<GuestText>,
        /// Guest frames, innermost first; empty where the component carries no names.
        backtrace: Vec<GuestText>,
    },
    /// Used up its fuel: a property of the component, the same on every machine.
    #[error("out of fuel after {budget} units, the most that fuel_base and fuel_per_bar of [limits] allow")]
    OutOfFuel {
        /// Units of fuel that the call had.
        budget: u64,
    },
    /// Ran past the wall-clock backstop: a fact about this machine and moment, not a property of the component.
    #[error("past its deadline of {deadline:?}, the most that [limits] allow")]
    PastDeadline {
        /// The deadline in force.
        deadline: Duration,
    },
    /// Asked for more memory (linear memories and tables together) than it may have.
    #[error("out of memory: asked for {requested} bytes, allowed {allowed}")]
    OutOfMemory {
        /// Bytes it would have held.
        requested: u64,
        /// Bytes it may hold.
        allowed: u64,
    },
    /// Answered something that the contract does not allow.
    #[error("bad output: {0}")]
    BadOutput(GuestText),
    /// The process that ran it died, hung or babbled, twice: a fact about this machine and moment as much as about the component.
    #[error("its worker process was lost, twice: {how}")]
    WorkerLost {
        /// How it was lost the second time.
        how: GuestText,
    },
}

impl Failure {
    /// A stable word for tables, JSON and metric labels.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Refused(_) => "refused",
            Self::Trapped { .. } => "trapped",
            Self::OutOfFuel { .. } => "out-of-fuel",
            Self::PastDeadline { .. } => "past-deadline",
            Self::OutOfMemory { .. } => "out-of-memory",
            Self::BadOutput(_) => "bad-output",
            Self::WorkerLost { .. } => "worker-lost",
        }
    }

    /// Whether the machine and the moment had a part in it, so that the same call could end otherwise.
    #[must_use]
    pub fn is_by_clock(&self) -> bool {
        matches!(self, Self::PastDeadline { .. } | Self::WorkerLost { .. })
    }

    /// A [`Failure::BadOutput`] with a message of the host's, in which guest texts may stand.
    #[must_use]
    pub fn bad_output(what: impl AsRef<str>) -> Self {
        Self::BadOutput(GuestText::new(what.as_ref()))
    }
}

/// The last words of a panic say all; any other trap is named before them.
fn trapped(kind: TrapKind, message: Option<&GuestText>) -> String {
    match (kind, message.map(GuestText::as_str)) {
        (TrapKind::Unreachable, Some(words)) if words.starts_with("panicked") => words.to_owned(),
        (TrapKind::Unreachable, Some(words)) => format!("aborted: {words}"),
        (kind, Some(words)) => format!("{kind}: {words}"),
        (kind, None) => kind.to_string(),
    }
}

/// Why a component declines, in the contract's terms.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum Refusal {
    /// Needs at least this many bars.
    #[error("too few bars: needs at least {0}")]
    TooFewBars(u32),
    /// Cannot work with these parameters.
    #[error("bad parameters: {0}")]
    BadParameters(GuestText),
    /// A column that it reads is missing.
    #[error("missing column: {0}")]
    MissingColumn(GuestText),
    /// Anything else.
    #[error("{0}")]
    Other(GuestText),
}

/// What stopped a guest that broke down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum TrapKind {
    /// A panic reported through `diagnostics`, or a bare `unreachable`.
    Unreachable,
    /// Recursion past the stack limit.
    StackOverflow,
    /// A load or store outside its memory.
    MemoryOutOfBounds,
    /// A table access or indirect call that cannot be.
    Table,
    /// Integer division by zero or overflow, or a float that fits no integer.
    Arithmetic,
    /// Broke the canonical ABI: a pointer outside memory, text that is not UTF-8, a value outside its type.
    Abi,
    /// More host work (lifting and lowering) than a call may cost.
    HostCallBudget,
    /// Called a WASI function that no policy grants.
    Denied,
    /// Any other trap of the engine.
    Other,
}

impl fmt::Display for TrapKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unreachable => "aborted without a word",
            Self::StackOverflow => "stack overflow",
            Self::MemoryOutOfBounds => "memory access out of bounds (a stray index, or recursion beyond its stack)",
            Self::Table => "invalid table access",
            Self::Arithmetic => "integer arithmetic trap",
            Self::Abi => "broke the canonical ABI",
            Self::HostCallBudget => "handed the host more data than one call may",
            Self::Denied => "called a denied function",
            Self::Other => "trapped",
        })
    }
}
