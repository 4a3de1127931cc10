//! What `seedbed new` writes: a plugin that an author far from this repository can test and build at once.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use seedbed_guests::{BuildError, Recipe, Scaffold, ScaffoldError, build_dir, scaffold, seeds};
use wit_component::DecodedWasm;

type Outcome = Result<(), Box<dyn Error>>;

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Every file below a folder, by its path from there.
fn tree(folder: &Path) -> Result<BTreeMap<PathBuf, Vec<u8>>, Box<dyn Error>> {
    let (mut files, mut pending) = (BTreeMap::new(), vec![folder.to_owned()]);
    while let Some(next) = pending.pop() {
        for entry in fs::read_dir(next)? {
            let path = entry?.path();
            if path.is_dir() {
                pending.push(path);
            } else {
                files.insert(path.strip_prefix(folder)?.to_owned(), fs::read(&path)?);
            }
        }
    }
    Ok(files)
}

/// Everything at once, since compiling takes its time: the tests of every template pass under `--locked`, and the plugins become
/// components. One of them sorts behind the SDK in its lock file, one is built by a command and one does not compile.
#[test]
fn a_new_plugin_passes_its_tests_and_builds() -> Outcome {
    let parent = tempfile::tempdir()?;
    // Kept between runs and shared with the hostile guests: what they all depend on is compiled once.
    let target_dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("guests/target");
    fs::create_dir_all(&target_dir)?;
    std::os::unix::fs::symlink(&target_dir, parent.path().join("target"))?;
    for (seed, name) in seeds().iter().zip(["zz-last", "a-first", "mine"]) {
        let folder = scaffold(&Scaffold { name, template: seed.name, parent: parent.path(), sdk: None })?;
        let tested = Command::new("cargo")
            .args(["test", "--quiet", "--locked", "--release", "--target-dir"])
            .arg(&target_dir)
            .current_dir(&folder)
            .env_remove("RUSTUP_TOOLCHAIN")
            .output()?;
        let said = [tested.stdout, tested.stderr].concat();
        let said = String::from_utf8_lossy(&said);
        assert!(tested.status.success(), "{name}: {said}");
        assert!(said.contains("test result: ok. ") && !said.contains("warning"), "{name}: {said}");
        assert!(
            !fs::read_to_string(folder.join("src/lib.rs"))?.contains(&seed.name.replace('-', "_")),
            "{name} is not renamed"
        );
    }

    let broken = scaffold(&Scaffold { name: "broken", template: seeds()[0].name, parent: parent.path(), sdk: None })?;
    fs::write(broken.join("src/lib.rs"), "fn unfinished(")?;
    fs::write(broken.join("broken.wasm"), "as it was")?;
    let other = parent.path().join("other");
    fs::create_dir(&other)?;
    fs::write(other.join("plugin.toml"), "")?;

    let recipe = |folder: &Path| {
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let command = (name == "other").then(|| ["cp", "plugin.toml", "made.wasm"].map(str::to_owned).to_vec());
        let component = if name == "other" { "made.wasm".into() } else { format!("{name}.wasm").into() };
        if name == "mine" { Err("unknown key `nmae`") } else { Ok(Recipe { component, command }) }
    };
    let built: Vec<_> = build_dir(parent.path(), recipe)?.collect();
    let rows: Vec<_> = built
        .iter()
        .map(|(folder, result)| {
            (
                folder.file_name().and_then(|name| name.to_str()).unwrap_or_default(),
                result.as_ref().map_err(ToString::to_string),
            )
        })
        .collect();
    let [("a-first", Ok(_)), ("broken", Err(error)), ("mine", Err(refused)), ("other", Ok(_)), ("zz-last", Ok(_))] =
        &rows[..]
    else {
        panic!("{rows:#?}");
    };
    assert!(error.contains("unfinished"), "{error}");
    assert!(refused.ends_with("mine/plugin.toml: unknown key `nmae`"), "{refused}");
    assert_eq!(fs::read(broken.join("broken.wasm"))?, b"as it was");
    for plugin in ["a-first", "zz-last"] {
        let component = fs::read(parent.path().join(plugin).join(format!("{plugin}.wasm")))?;
        let DecodedWasm::Component(resolve, world) = wit_component::decode(&component)? else {
            panic!("{plugin} is no component");
        };
        let imports: Vec<_> = resolve.worlds[world].imports.keys().map(|key| resolve.name_world_key(key)).collect();
        assert_eq!(imports, ["seedbed:strategy/diagnostics@0.1.0"], "{plugin} can reach more than it should");
    }
    Ok(())
}

/// An author would lose what is in the folder.
#[test]
fn a_folder_with_anything_in_it_is_refused_and_left_alone() -> Outcome {
    let parent = tempfile::tempdir()?;
    let template = seeds()[0].name;
    let mine = parent.path().join("mine");
    fs::create_dir(&mine)?;
    fs::write(mine.join("notes.txt"), "years of work")?;
    fs::write(parent.path().join("file"), "more work")?;
    let before = tree(parent.path())?;
    for name in ["mine", "file"] {
        let refused = scaffold(&Scaffold { name, template, parent: parent.path(), sdk: None });
        assert!(matches!(refused, Err(ScaffoldError::Occupied { .. })), "{refused:?}");
    }
    assert_eq!(tree(parent.path())?, before);

    fs::remove_file(mine.join("notes.txt"))?;
    assert_eq!(scaffold(&Scaffold { name: "mine", template, parent: parent.path(), sdk: None })?, mine);
    assert!(mine.join("vendor/guest-sdk/src/lib.rs").is_file());
    Ok(())
}

#[test]
fn what_cannot_be_a_plugin_is_refused_with_a_reason() -> Outcome {
    let parent = tempfile::tempdir()?;
    let new = |name, template, sdk| {
        let refused = scaffold(&Scaffold { name, template, parent: parent.path(), sdk });
        refused.map_err(|error| error.to_string()).unwrap_err()
    };
    let template = seeds()[0].name;
    assert_eq!(new("Mine", template, None), "\"Mine\" is no name for a plugin: only a-z, 0-9 and - are allowed");
    assert_eq!(
        new("seedbed-sdk", template, None),
        "\"seedbed-sdk\" is no name for a plugin: a package that plugins depend on is called so"
    );
    let known: Vec<_> = seeds().iter().map(|seed| seed.name).collect();
    assert_eq!(
        new("mine", "crystal-ball", None),
        format!("there is no template \"crystal-ball\"; there are {}", known.join(", "))
    );
    assert_eq!(new("mine", template, Some(Path::new("/nowhere"))), "/nowhere does not hold the package seedbed-sdk");
    assert!(tree(parent.path())?.is_empty());
    Ok(())
}

/// An author who works on the SDK itself tests against a checkout.
#[test]
fn a_plugin_can_use_an_sdk_elsewhere() -> Outcome {
    let parent = tempfile::tempdir()?;
    let sdk = repository().join("guest-sdk");
    let folder =
        scaffold(&Scaffold { name: "mine", template: seeds()[0].name, parent: parent.path(), sdk: Some(&sdk) })?;
    assert!(!folder.join("vendor").exists());
    let metadata = Command::new("cargo")
        .args(["metadata", "--locked", "--offline", "--format-version", "1"])
        .current_dir(&folder)
        .env_remove("RUSTUP_TOOLCHAIN")
        .output()?;
    assert!(metadata.status.success(), "{}", String::from_utf8_lossy(&metadata.stderr));
    let manifest = format!("{}/Cargo.toml", sdk.canonicalize()?.display());
    assert!(String::from_utf8_lossy(&metadata.stdout).contains(&manifest));
    Ok(())
}

#[test]
fn a_directory_that_is_not_there_is_named() {
    let refused = build_dir(Path::new("/nowhere"), |_: &Path| Err::<Recipe, _>("")).err();
    assert!(matches!(&refused, Some(BuildError::Io { path, .. }) if path == Path::new("/nowhere")), "{refused:?}");
}
