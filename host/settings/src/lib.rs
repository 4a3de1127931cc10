//! Strict TOML: every key is known, every value has a range, and every problem is told at once.
//!
//! A [`Catalogue`] defines each key once: path, kind, range, default and one line of documentation. From it fall out
//!
//! - the check of a document ([`Catalogue::check`]): all problems with file, line, column, allowed range and a suggestion;
//! - the merge of defaults, file, environment and flags, each value with its [`Origin`] ([`Layers`]);
//! - the commented defaults file ([`Catalogue::template`]).
//!
//! Whatever a file, a variable or a flag says reaches a message only through [`seedbed_outcome::GuestText`], and a [`SecretUrl`] only masked.

mod catalogue;
mod default;
mod document;
pub mod file;
mod kind;
mod layers;
mod origin;
mod problem;
mod quantity;
mod settings;
mod suggest;
mod template;
mod url;
mod value;

pub use catalogue::{Catalogue, Key};
pub use default::DefaultValue;
pub use document::{Document, Entry};
pub use kind::Kind;
pub use layers::{Layers, Merged};
pub use origin::Origin;
pub use problem::{Notice, Problem, Problems};
pub use quantity::{ByteSize, QuantityError, Span};
pub use settings::{Setting, Settings};
pub use suggest::nearest;
pub use url::{SecretUrl, masked};
pub use value::{FromValue, Value};
