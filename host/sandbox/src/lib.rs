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
mod limits;
mod load;
mod observer;
mod prescan;
mod state;
mod ticker;
mod trap;
mod wasi;

pub use cache::CacheConfig;
pub use component::{Component, DataNeed, Description, Reads};
pub use engine::{Sandbox, SandboxConfig, SandboxError};
pub use identity::{ComponentHash, EngineFingerprint};
pub use limits::{Limits, SizeLimits};
pub use load::LoadError;
pub use observer::Observer;
pub use prescan::{Bound, Prescan, PrescanError};
pub use wasi::WasiPolicy;

/// The version of `seedbed:strategy` that this host speaks.
pub const CONTRACT_VERSION: &str = "0.1.0";
