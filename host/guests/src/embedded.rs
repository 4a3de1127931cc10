//! What the build script left: the seeds as components and as sources, the SDK and the WIT.

/// A built-in seed.
#[derive(Debug)]
pub struct EmbeddedSeed {
    /// The name of its package, which is the name of the template, too.
    pub name: &'static str,
    /// The component's bytes.
    pub component: &'static [u8],
    /// The lock file of a plugin that is the seed under its own name.
    pub(crate) lock: &'static str,
    pub(crate) files: &'static [PackedFile],
}

/// A text file that is part of this crate's code.
#[derive(Debug)]
pub(crate) struct PackedFile {
    /// Relative to the folder that it was packed from, with `/`.
    pub(crate) path: &'static str,
    pub(crate) text: &'static str,
}

include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

/// The built-in seeds, sorted by name.
#[must_use]
pub fn seeds() -> &'static [EmbeddedSeed] {
    SEEDS
}

/// The SDK's sources.
pub(crate) fn sdk() -> &'static [PackedFile] {
    SDK
}

/// The contract that the SDK is generated from.
pub(crate) fn wit() -> &'static [PackedFile] {
    WIT
}
