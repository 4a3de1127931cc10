//! Runs components where the operator wants them: in this process, or in worker processes that are shut in.
//!
//! ```text
//! bytes -> intake (here) -> cache, or a compile worker -> Component
//! Component -> Calls frame -> worker -> Answers frame -> the contract's rules once more (here) -> Call { outcome, usage }
//! ```
//!
//! Under [`Isolation::Process`] no compiled code is ever run or even linked in this process. A worker is this executable once more, with an
//! empty environment, one socket, memory for its answers, and no way out; what it answers is believed no more than a component is. One that dies, hangs or babbles is
//! killed and replaced, its calls are made once more elsewhere, and then they are charged with it ([`Failure::WorkerLost`]).
//!
//! [`Failure::WorkerLost`]: seedbed_outcome::Failure::WorkerLost

mod board;
mod bulk;
mod component;
pub mod frame;
mod holds;
mod lost;
mod nursery;
mod pool;
mod process;
mod program;
pub mod protocol;
mod server;
mod workers;

pub use component::Component;
pub use program::Program;
pub use seedbed_jail::{Layer, Layers, State, Wall};
pub use seedbed_sandbox::{
    CacheConfig, CompileBound, ComponentHash, DataNeed, Description, EngineFingerprint, Limits, LoadError, Observer,
    Reads, SandboxConfig, SizeLimits, WasiPolicy,
};
pub use server::serve;
pub use workers::{CompileLimits, Isolation, Workers, WorkersConfig, WorkersError};
