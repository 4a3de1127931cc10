//! What every backend must do, as cases that a backend's own tests run.
//!
//! ```
//! use seedbed_store::{ObjectBackend, conformance};
//!
//! let store = ObjectBackend::in_memory();
//! conformance::check(|| Ok(Box::new(store.clone()))).unwrap();
//! ```

mod cases;
pub mod examples;

use crate::{Store, StoreError};

/// Runs every case against an empty store; `open` gives a handle to that same store each time, as another process would have it.
///
/// # Errors
/// The first case that the backend fails, and what it did.
pub fn check(open: impl Fn() -> Result<Box<dyn Store>, StoreError>) -> Result<(), Broken> {
    cases::ALL.iter().try_for_each(|(case, run)| run(&open).map_err(|what| Broken { case, what: what.0 }))
}

/// A promise that a backend does not keep.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{case}: {what}")]
pub struct Broken {
    /// The case.
    pub case: &'static str,
    /// What the backend did.
    pub what: String,
}

/// What went wrong in a case.
struct What(String);

impl From<StoreError> for What {
    fn from(error: StoreError) -> Self {
        Self(format!("failed: {error}"))
    }
}

type Open<'a> = &'a dyn Fn() -> Result<Box<dyn Store>, StoreError>;
type Case = fn(Open<'_>) -> Result<(), What>;
