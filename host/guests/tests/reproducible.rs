//! A component's bytes depend on what it is made of, not on where.

use std::error::Error;
use std::fs;
use std::path::Path;

use seedbed_guests::{BuildError, GuestBuild, Target, Toolchain, build, seeds};

type Outcome = Result<(), Box<dyn Error>>;

/// Copies a folder without what builds and version control leave in it.
fn copy(from: &Path, to: &Path) -> Outcome {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (path, name) = (entry.path(), entry.file_name());
        if path.is_file() {
            fs::copy(&path, to.join(name))?;
        } else if path.is_dir() && name != "target" && name != ".git" {
            copy(&path, &to.join(name))?;
        }
    }
    Ok(())
}

/// Nobody could check a published component against its source, and every clone would have caches and results of its own.
#[test]
fn the_repository_in_another_folder_builds_the_same_seeds() -> Outcome {
    let elsewhere = tempfile::tempdir()?;
    let root = elsewhere.path().join("a folder/with a longer name");
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."), &root)?;
    for seed in seeds() {
        let package = &root.join("seeds").join(seed.name);
        let target_dir = &root.join("built");
        let built = build(&GuestBuild { package, target_dir, toolchain: Toolchain::Caller, target: Target::Bare })?;
        assert!(built.component == seed.component, "{} differs between two folders", seed.name);
        assert!(
            built.inputs.contains(&root.canonicalize()?.join("wit/strategy-0.1/strategy.wit")),
            "{:?}",
            built.inputs
        );
    }
    Ok(())
}

/// Without the check, two machines would build with different dependencies, silently.
#[test]
fn a_package_without_a_lock_file_is_refused() -> Outcome {
    let folder = tempfile::tempdir()?;
    fs::create_dir(folder.path().join("src"))?;
    fs::write(folder.path().join("src/lib.rs"), "")?;
    fs::write(folder.path().join("Cargo.toml"), "[package]\nname = \"mine\"\nedition = \"2024\"\n\n[workspace]\n")?;
    let request = GuestBuild {
        package: folder.path(),
        target_dir: &folder.path().join("target"),
        toolchain: Toolchain::Caller,
        target: Target::Bare,
    };
    assert!(matches!(build(&request), Err(BuildError::LockMissing { .. })));

    fs::write(folder.path().join("Cargo.lock"), "version = 4\n\n[[package]]\nname = \"mine\"\nversion = \"0.0.0\"\n")?;
    let error = build(&request).err().map(|error| error.to_string()).unwrap_or_default();
    assert!(error.contains("mine.wasm is no component: ") && error.contains("`seedbed_sdk::export!`"), "{error}");
    Ok(())
}
