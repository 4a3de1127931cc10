//! What an operator finds in the mutation log: every attempt, whole, in order, and repeatable.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking, helpers included"
)]

mod process;
mod reading;
mod records;
mod replay;
mod support;
mod writing;
