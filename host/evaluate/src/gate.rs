use std::fmt::Debug;

use seedbed_outcome::GuestText;

use crate::Code;

/// Decides on a component before any of it is compiled or run.
pub trait Gate: Debug + Send + Sync {
    /// Lets a component in. May be called on any thread, for several components at once.
    ///
    /// # Errors
    /// [`Refusal`] says why it is turned away.
    fn admit(&self, code: &Code) -> Result<(), Refusal>;
}

/// Why a component was turned away.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Refusal(pub GuestText);
