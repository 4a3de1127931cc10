//! Which plugins may run: what they are judged by, and the gate before the sandbox.

mod doorkeeper;
mod proving;
mod standards;

pub(crate) use doorkeeper::Doorkeeper;
pub(crate) use proving::{ProvingGround, Subject, review};
pub(crate) use standards::{Standards, shown};
