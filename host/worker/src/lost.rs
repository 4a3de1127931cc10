use std::io;
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::time::Duration;

use seedbed_outcome::GuestText;

use crate::frame::FrameError;
use crate::protocol::DecodeError;

/// How a worker was lost.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Lost {
    /// It could not be started.
    #[error("it cannot be started: {0}")]
    Start(io::Error),
    /// It ended.
    #[error("it died ({status}){}", words(.said))]
    Died { status: ExitStatus, said: GuestText },
    /// It did not answer in time.
    #[error("it gave no answer within {0:?}")]
    Hung(Duration),
    /// It sent what is no frame.
    #[error("it sent {0}")]
    Frame(FrameError),
    /// It sent what is no message.
    #[error("what it sent {0}")]
    Babbled(#[from] DecodeError),
    /// It answered something else than it was asked.
    #[error("it answered {0}")]
    BesidesThePoint(&'static str),
    /// It runs another engine than its siblings.
    #[error("it runs another engine than the first worker did")]
    OtherEngine,
    /// It says itself that it cannot go on.
    #[error("it gave up: {0}")]
    GaveUp(GuestText),
    /// What it needs cannot be put up for it.
    #[error("the memory shared with it cannot be written: {0}")]
    Board(io::Error),
    /// The order cannot be sent.
    #[error("it cannot be told what to do: {0}")]
    Order(#[from] postcard::Error),
}

/// A bound that ended a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bound {
    Processor,
    Memory,
    Clock,
}

impl Lost {
    /// The bound by which a worker was lost that had nothing to do but compile.
    pub(crate) fn bound(&self) -> Option<Bound> {
        // The numbers are those of Linux on every platform that it runs on.
        const SIGABRT: i32 = 6;
        const SIGKILL: i32 = 9;
        const SIGXCPU: i32 = 24;
        match self {
            Self::Hung(_) => Some(Bound::Clock),
            Self::Died { status, .. } => match status.signal() {
                Some(SIGXCPU | SIGKILL) => Some(Bound::Processor),
                Some(SIGABRT) => Some(Bound::Memory),
                _ => None,
            },
            _ => None,
        }
    }
}

fn words(said: &GuestText) -> String {
    if said.is_empty() { String::new() } else { format!(", saying: {said}") }
}
