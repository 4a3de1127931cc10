//! A component's bytes depend on what it is made of, not on where.

use std::error::Error;
use std::fs;
use std::path::Path;

use seedbed_guests::{GuestBuild, Target, Toolchain, build, seeds};

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
        // Shared with the other tests for the sake of the dependencies: what is compiled of the copy is older than its sources.
        let target_dir = &Path::new(env!("CARGO_TARGET_TMPDIR")).join("guests/target");
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
