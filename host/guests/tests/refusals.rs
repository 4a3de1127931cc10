//! What an author gets wrong, or lacks, ends in a sentence that says what to do.

use std::error::Error;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use seedbed_guests::{BuildError, Built, GuestBuild, Target, Toolchain, build};

type Outcome = Result<(), Box<dyn Error>>;

/// A package that compiles, and is no plugin.
fn package() -> Result<tempfile::TempDir, std::io::Error> {
    let folder = tempfile::tempdir()?;
    fs::create_dir(folder.path().join("src"))?;
    fs::write(folder.path().join("src/lib.rs"), "")?;
    fs::write(folder.path().join("Cargo.toml"), "[package]\nname = \"mine\"\nedition = \"2024\"\n\n[workspace]\n")?;
    fs::write(folder.path().join("Cargo.lock"), "version = 4\n\n[[package]]\nname = \"mine\"\nversion = \"0.0.0\"\n")?;
    Ok(folder)
}

fn build_with(toolchain: Toolchain, package: &Path) -> Result<Built, BuildError> {
    build(&GuestBuild { package, target_dir: &package.join("target"), toolchain, target: Target::Bare })
}

/// The compiler's own words would be E0463, "can't find crate for `core`".
#[test]
fn a_missing_target_ends_in_one_sentence() -> Outcome {
    let package = package()?;
    let bin = package.path().join("toolchain/bin");
    fs::create_dir_all(&bin)?;
    let rustc = bin.join("rustc");
    fs::write(&rustc, "#!/bin/sh\necho /nowhere\necho /nowhere/lib/rustlib/wasm32-unknown-unknown/lib\n")?;
    fs::set_permissions(&rustc, fs::Permissions::from_mode(0o755))?;
    let pinned = format!("[toolchain]\npath = '{}'\n", package.path().join("toolchain").display());
    fs::write(package.path().join("rust-toolchain.toml"), pinned)?;
    let error = build_with(Toolchain::Folder, package.path()).err().map(|error| error.to_string());
    let sentence = "the wasm32-unknown-unknown target is not installed; run `rustup target add wasm32-unknown-unknown`";
    assert_eq!(error.as_deref(), Some(sentence));
    Ok(())
}

/// Without the refusal, two machines would build with different dependencies, silently.
#[test]
fn a_package_without_a_lock_file_is_refused() -> Outcome {
    let package = package()?;
    fs::remove_file(package.path().join("Cargo.lock"))?;
    let refused = build_with(Toolchain::Caller, package.path());
    assert!(matches!(refused, Err(BuildError::LockMissing { .. })), "{refused:?}");
    Ok(())
}

/// A component of nothing is valid, and the author would hear of it only from the host.
#[test]
fn a_library_that_exports_no_strategy_is_refused() -> Outcome {
    let package = package()?;
    let refused = build_with(Toolchain::Caller, package.path());
    let error = refused.err().map(|error| error.to_string()).unwrap_or_default();
    assert!(
        error.ends_with("mine.wasm is no component: it exports nothing; does its lib.rs call `seedbed_sdk::export!`?"),
        "{error}"
    );
    Ok(())
}

#[test]
fn a_compiler_error_reaches_the_author() -> Outcome {
    let package = package()?;
    fs::write(package.path().join("src/lib.rs"), "pub fn half() -> u8 { 2.5 }\n")?;
    let refused = build_with(Toolchain::Caller, package.path());
    let Err(BuildError::Cargo { report, .. }) = &refused else { return Err(format!("{refused:?}").into()) };
    assert!(report.contains("error[E0308]: mismatched types") && report.contains("src/lib.rs:1:23"), "{report}");
    Ok(())
}
