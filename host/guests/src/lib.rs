//! Guests: strategy crates compiled to WebAssembly components.

mod cargo;
mod component;
mod crafted;
mod dep_info;
mod error;
mod file;
mod guest;
pub mod hostile;
mod toolchain;

pub use component::MAX_COMPONENT_BYTES;
pub use error::BuildError;
pub use guest::{Built, GuestBuild, build};
pub use toolchain::{Target, Toolchain};
