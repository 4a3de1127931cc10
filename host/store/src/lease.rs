use std::{
    fmt, process,
    sync::atomic::{AtomicU64, Ordering},
};

use seedbed_outcome::GuestText;
use serde_json::{Value, json};

use crate::{RunId, lock::RunLock};

/// The right to write to a run, until somebody claims the run anew.
///
/// Dropping it gives up the advisory lock, if the backend has one. What was written stays.
#[derive(Debug)]
pub struct Lease {
    run: RunId,
    epoch: u64,
    /// The segment that comes next.
    next: AtomicU64,
    /// Held for as long as the lease lives.
    _lock: Option<RunLock>,
}

impl Lease {
    /// A lease for a backend to give out: `epoch` counts the owners from 1, `next` is the number of the segment that comes next.
    #[must_use]
    pub fn new(run: RunId, epoch: u64, next: u64) -> Self {
        Self { run, epoch, next: AtomicU64::new(next), _lock: None }
    }

    pub(crate) fn with_lock(mut self, lock: Option<RunLock>) -> Self {
        self._lock = lock;
        self
    }

    /// The run.
    #[must_use]
    pub fn run(&self) -> &RunId {
        &self.run
    }

    /// Which owner of the run this is, from 1.
    #[must_use]
    pub fn epoch(&self) -> u64 {
        self.epoch
    }

    /// The number of the segment that comes next.
    #[must_use]
    pub fn next_segment(&self) -> u64 {
        self.next.load(Ordering::Acquire)
    }

    /// Notes that a segment is written.
    pub fn wrote(&self, segment: u64) {
        self.next.fetch_max(segment + 1, Ordering::AcqRel);
    }
}

/// Who holds a run, as far as it is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// The process.
    pub process: Option<u32>,
    /// The machine.
    pub host: Option<GuestText>,
}

impl Owner {
    /// This process.
    pub(crate) fn current() -> Self {
        Self { process: Some(process::id()), host: host() }
    }

    pub(crate) fn to_value(&self) -> Value {
        json!({ "process": self.process, "host": self.host.as_ref().map(GuestText::as_str) })
    }

    /// Reads what [`Owner::to_value`] wrote; what is not there is not known.
    pub(crate) fn from_value(value: &Value) -> Self {
        let process = value.get("process").and_then(Value::as_u64).and_then(|process| u32::try_from(process).ok());
        let host = value.get("host").and_then(Value::as_str).map(|host| GuestText::bounded(host, 255));
        Self { process, host }
    }
}

impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.process {
            Some(process) => write!(f, "process {process}")?,
            None => f.write_str("another process")?,
        }
        self.host.as_ref().map_or(Ok(()), |host| write!(f, " on {host}"))
    }
}

#[cfg(unix)]
fn host() -> Option<GuestText> {
    Some(GuestText::bounded(&rustix::system::uname().nodename().to_string_lossy(), 255))
}

#[cfg(not(unix))]
fn host() -> Option<GuestText> {
    None
}
