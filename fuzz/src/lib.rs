//! What the fuzz targets share: a bound on memory, the properties that hold of every message and of every price series, and the reader of
//! `seedbed.toml`.

/// `seedbed.toml`: by path, since the command line's crate builds the seeds and much else.
#[path = "../../host/cli/src/config/mod.rs"]
pub mod config;

mod message;
mod prices;

use std::alloc::System;
use std::fs::File;
use std::io::{Seek as _, Write as _};

use cap::Cap;

pub use message::{assert_places, assert_printable};
pub use prices::assert_series;

#[global_allocator]
static ALLOCATOR: Cap<System> = Cap::new(System, usize::MAX);

/// From here on the process may hold this many MiB; the allocation beyond ends it, whether or not the memory is ever touched.
pub fn limit_memory(mebibytes: usize) {
    let limited = ALLOCATOR.set_limit(mebibytes << 20);
    assert!(limited.is_ok(), "more than {mebibytes} MiB are in use already");
}

/// For a target whose library catches panics of its own: the fuzzer would end the process before they are caught. A panic that nobody
/// catches still ends it.
pub fn let_panics_be_caught() {
    drop(std::panic::take_hook());
    std::panic::set_hook(Box::new(|_| ()));
}

/// A file that holds `bytes`, without a name.
#[must_use]
pub fn file(bytes: &[u8]) -> File {
    let mut file = tempfile::tempfile().expect("a temporary file");
    file.write_all(bytes).and_then(|()| file.rewind()).expect("written");
    file
}
