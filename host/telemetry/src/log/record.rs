use std::borrow::Cow;
use std::collections::BTreeMap;
use std::time::Duration;

use seedbed_genome::{GenomeHash, Parameter, Step};

use super::Timestamp;
use super::line::Line;
use crate::metrics::Reason;

/// The version of the line format, field `v`. A field that is new does not change it; one that changes its meaning or goes does.
pub const VERSION: u32 = 1;

/// One attempt at a mutation.
#[derive(Debug, Clone, PartialEq)]
pub struct Record<'a> {
    /// When the attempt was over; written with microseconds.
    pub timestamp: Timestamp,
    /// The run that it belongs to.
    pub run_id: Cow<'a, str>,
    /// Position of the mutation in the run; all attempts at one mutation share it. Written as `exit_mut_000042`.
    pub mutation: u64,
    /// The plugin whose genome was mutated.
    pub plugin: Cow<'a, str>,
    /// The child's generation, from 1.
    pub generation: u32,
    /// The lineage.
    pub slot: u32,
    /// The parent.
    pub parent: GenomeHash,
    /// What was tried; none where nothing could be.
    pub step: Option<Cow<'a, Step>>,
    /// How the own parameters are called that the step moves.
    pub names: Names<'a>,
    /// What it came to.
    pub ending: Ending<'a>,
    /// Which attempt at the mutation this is, from 1.
    pub attempt: u32,
    /// How many attempts the mutation may have.
    pub attempts: u32,
    /// Wall clock of the attempt.
    pub duration: Duration,
    /// The seed of the attempt's randomness.
    pub seed: u64,
}

/// What an attempt came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending<'a> {
    /// A child that passed validation.
    Child(GenomeHash),
    /// A child that did not pass validation.
    Rejected(GenomeHash, Failed<'a>),
    /// No child that could have been validated.
    NoChild(Failed<'a>),
}

/// Why an attempt failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failed<'a> {
    /// The reason by which metrics and statistics count it.
    pub reason: Reason,
    /// The whole message. What a guest said in it must have passed [`GuestText`](seedbed_outcome::GuestText).
    pub text: Cow<'a, str>,
}

/// How own parameters are called.
#[derive(Debug, Clone, PartialEq)]
pub enum Names<'a> {
    /// As the component declares them, in their order.
    Declared(&'a [Parameter]),
    /// As a log says, by their places.
    Recorded(BTreeMap<usize, Cow<'a, str>>),
}

/// Two ways to write a record. A [`Reader`](super::Reader) reads both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Dialect {
    /// `clamped` is none, low or high; `error` is an object of code and text.
    #[default]
    Current,
    /// The nine historic fields have their historic types: `clamped` is true or false, `error` a text.
    Compat,
}

impl Record<'_> {
    /// Appends the record as one line of JSON with its end.
    #[expect(clippy::expect_used, reason = "a Vec takes every byte, and no map has a key that is not text")]
    pub fn encode(&self, dialect: Dialect, out: &mut Vec<u8>) {
        serde_json::to_writer(&mut *out, &Line::of(self, dialect)).expect("a line is always JSON");
        out.push(b'\n');
    }

    /// Whether no other attempt at the mutation follows.
    #[must_use]
    pub fn is_last(&self) -> bool {
        self.ending.succeeded() || self.attempt >= self.attempts
    }
}

impl<'a> Record<'a> {
    /// Reads one line, with or without its end.
    ///
    /// # Errors
    /// [`RecordError`] says what is wrong with it.
    pub fn decode(line: &'a [u8]) -> Result<Self, RecordError> {
        serde_json::from_slice::<Line<'a>>(line)?.record()
    }
}

/// Why a line is no record.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// Not JSON, or a field that is missing or of another type.
    #[error("{0}")]
    Json(#[from] serde_json::Error),
    /// Of another version.
    #[error(
        "version {0} of the format, where this seedbed reads version {VERSION}; read it with the seedbed that wrote it"
    )]
    Version(u32),
    /// Fields that contradict each other.
    #[error("{0}")]
    Contradiction(&'static str),
}

impl<'a> Ending<'a> {
    /// Whether there is a child that passed validation.
    #[must_use]
    pub fn succeeded(&self) -> bool {
        matches!(self, Self::Child(_))
    }

    /// The child, whatever validation said to it.
    #[must_use]
    pub fn child(&self) -> Option<GenomeHash> {
        match self {
            Self::Child(child) | Self::Rejected(child, _) => Some(*child),
            Self::NoChild(_) => None,
        }
    }

    /// Why it failed.
    #[must_use]
    pub fn failed(&self) -> Option<&Failed<'a>> {
        match self {
            Self::Child(_) => None,
            Self::Rejected(_, failed) | Self::NoChild(failed) => Some(failed),
        }
    }
}

impl Names<'_> {
    /// The name of the own parameter at a place.
    pub(super) fn name(&self, index: usize) -> &str {
        match self {
            Self::Declared(parameters) => parameters.get(index).map_or("?", |parameter| &parameter.name),
            Self::Recorded(names) => names.get(&index).map_or("?", |name| name),
        }
    }
}
