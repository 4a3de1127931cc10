//! Runs strategy components that nobody here wrote, and answers with typed outcomes only.
//!
//! This crate is the only user of wasmtime. The way of a component through it:
//!
//! ```text
//! bytes -> prescan (bounds, imports, versions) -> compile, or the compiled cache -> link -> Component
//! Component -> fresh store and instance for every call -> Call { outcome, usage }
//! ```
//!
//! Every call whose result counts is the first and only call of its instance, so state that a guest keeps is never seen again. Fuel
//! decides verdicts, since it is deterministic; the deadline is a wall-clock backstop behind it.

mod bindings;
mod cache;
mod call;
mod compile;
mod component;
mod convert;
mod engine;
mod gate;
mod identity;
mod intake;
mod limits;
mod load;
mod observer;
mod prescan;
pub mod rules;
mod said;
mod state;
mod ticker;
mod trap;
mod wasi;

pub use cache::{CacheConfig, Origin};
pub use compile::Code;
pub use component::{Component, DataNeed, Description, Reads};
pub use engine::{Sandbox, SandboxConfig, SandboxError, prepare};
pub use gate::{Clock, Gate, Place};
pub use identity::{ComponentHash, EngineFingerprint};
pub use intake::Intake;
pub use limits::{Limits, SizeLimits};
pub use load::{CompileBound, LoadError};
pub use observer::Observer;
pub use prescan::{Bound, Prescan, PrescanError};
pub use said::{Level, Said};
pub use wasi::WasiPolicy;

/// The version of `seedbed:strategy` that this host speaks.
pub const CONTRACT_VERSION: &str = "0.1.0";
