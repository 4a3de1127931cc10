//! Messages for the author and the operator, which no result depends on.
//!
//! In a component they go through the contract's `diagnostics`, which the host bounds and may drop; natively they go to
//! standard error, where `cargo test` shows them for a failing test.

/// How much a message matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each variant is the whole of its meaning")]
pub enum Level {
    Debug,
    Info,
    Warn,
    Error,
}

/// Reports detail for the author.
pub fn debug(message: &str) {
    report(Level::Debug, message);
}

/// Reports what an operator may want to know.
pub fn info(message: &str) {
    report(Level::Info, message);
}

/// Reports something doubtful.
pub fn warn(message: &str) {
    report(Level::Warn, message);
}

/// Reports something wrong.
pub fn error(message: &str) {
    report(Level::Error, message);
}

/// Reports a message at `level`.
#[cfg(target_arch = "wasm32")]
pub fn report(level: Level, message: &str) {
    use crate::component::bindings::seedbed::strategy::diagnostics;

    let level = match level {
        Level::Debug => diagnostics::Level::Debug,
        Level::Info => diagnostics::Level::Info,
        Level::Warn => diagnostics::Level::Warn,
        Level::Error => diagnostics::Level::Error,
    };
    diagnostics::report(level, message);
}

/// Reports a message at `level`.
#[cfg(not(target_arch = "wasm32"))]
#[expect(
    clippy::print_stderr,
    reason = "a native run has no host to report to, and cargo test captures standard error"
)]
pub fn report(level: Level, message: &str) {
    eprintln!("{level:?}: {message}");
}
