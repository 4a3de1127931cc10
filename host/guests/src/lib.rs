//! Guests: strategy crates compiled to WebAssembly components.
//!
//! [`build`] makes a component of one package, the same bytes wherever it lies; [`build_dir`] does so for a directory of plugins;
//! [`scaffold`] writes the package of a new plugin. The built-in [`seeds`] were built when this crate was. [`hostile`] is for tests.

mod bomb;
mod cargo;
mod cheats;
mod component;
mod crafted;
mod dep_info;
mod directory;
mod embedded;
mod error;
mod file;
mod guest;
pub mod hostile;
mod scaffold;
mod toolchain;

pub use component::MAX_COMPONENT_BYTES;
pub use directory::{BuiltPlugin, Recipe, build_dir};
pub use embedded::{EmbeddedSeed, seeds};
pub use error::BuildError;
pub use guest::{Built, GuestBuild, build};
pub use scaffold::{Scaffold, ScaffoldError, scaffold};
pub use toolchain::{Target, Toolchain};
