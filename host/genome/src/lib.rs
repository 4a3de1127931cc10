//! What a candidate is made of: the parameters of a seed, and the exit mechanisms with their bounds.
//!
//! Bounds live here; the backtest takes unbounded rules. Definitions: the exit genome of the mutation reference.

mod exits;
mod interval;
mod mechanism;
mod parameter;

pub use exits::{Declared, DeclaredExit, Exit, ExitBounds, ExitError, ExitGenome, ExitNotice};
pub use interval::Interval;
pub use mechanism::{Mechanism, ParameterSpec, Scale, Slot};
pub use parameter::{Domain, DomainError, Family, MAX_PARAMETERS, Parameter, ParameterError, is_name};
