//! Tells the crate which compiler it is built by, for `seedbed bench`.

use std::env;
use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let compiler = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let said = Command::new(compiler).arg("--version").output().map(|output| output.stdout).unwrap_or_default();
    let version = String::from_utf8_lossy(&said);
    println!("cargo::rustc-env=SEEDBED_RUSTC={}", version.trim().trim_start_matches("rustc "));
}
