//! Breaks out of the jail on purpose: every attempt that an attacker would make after breaking WebAssembly runs in a jailed process of its own
//! and must fail. What a worker needs must go on working.
//!
//! If a line of this table fails, a stranger's component that finds a hole in the compiler can do on the user's machine what the line says.

#![cfg_attr(
    target_os = "linux",
    expect(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        clippy::print_stdout,
        reason = "a test, though without the harness by which lints know one: it starts itself as its own inmate"
    )
)]

#[cfg(target_os = "linux")]
mod attempt;
#[cfg(target_os = "linux")]
mod attempts;
#[cfg(target_os = "linux")]
mod inmate;
#[cfg(target_os = "linux")]
mod raw;
#[cfg(target_os = "linux")]
mod target;
#[cfg(target_os = "linux")]
mod warden;

#[cfg(target_os = "linux")]
fn main() -> std::process::ExitCode {
    match std::env::args().nth(1).as_deref() {
        Some("inmate") => inmate::main(),
        _ => warden::main(),
    }
}

#[cfg(not(target_os = "linux"))]
fn main() {}
