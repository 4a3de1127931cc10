//! What a guest call and a plugin can end in, and the one door that every guest text passes.
//!
//! A leaf: sandbox, evaluation, store and telemetry share these types, so that a failure keeps its type from the trap to the table.

mod failure;
mod function;
mod status;
mod text;
mod usage;

pub use failure::{Failure, Outcome, Refusal, TrapKind};
pub use function::Function;
pub use status::Status;
pub use text::GuestText;
pub use usage::{Call, Usage};
