//! Builds the built-in seeds to components and packs what `seedbed new` writes into a plugin's folder.
//!
//! The nested cargo works in a folder of its own below `OUT_DIR`: in the outer one it would wait for a lock that is held until this
//! script ends.

#![expect(dead_code, unreachable_pub, reason = "modules of the library, of which a build script needs a part")]

#[path = "src/cargo.rs"]
mod cargo;
#[path = "src/component.rs"]
mod component;
#[path = "src/dep_info.rs"]
mod dep_info;
#[path = "src/error.rs"]
mod error;
#[path = "src/guest.rs"]
mod guest;
#[path = "src/scaffold/layout.rs"]
mod layout;
#[path = "src/toolchain.rs"]
mod toolchain;

use std::collections::BTreeSet;
use std::env;
use std::error::Error;
use std::ffi::OsStr;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use guest::{Built, GuestBuild};
use layout::{Layout, Sdk};
use toolchain::{Target, Toolchain};

type Failure = Box<dyn Error>;

fn main() {
    if let Err(error) = run() {
        let causes = std::iter::successors(error.source(), |cause| (*cause).source());
        let text = causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"));
        for line in text.lines() {
            println!("cargo::error={line}");
        }
    }
}

fn run() -> Result<(), Failure> {
    let folder = |variable: &str| env::var_os(variable).map(PathBuf::from).ok_or(format!("{variable} is not set"));
    let (out, here) = (folder("OUT_DIR")?, folder("CARGO_MANIFEST_DIR")?);
    let root = here.ancestors().nth(2).ok_or("the package is not below host/ of the repository")?;
    let mut inputs: BTreeSet<PathBuf> =
        ["../../seeds", "../../guest-sdk", "../../wit/strategy-0.1", "../../rust-toolchain.toml"]
            .map(|path| here.join(path))
            .into();

    let mut embedded = String::new();
    for seed in folders(&root.join("seeds"))? {
        let name = seed.file_name().and_then(OsStr::to_str).ok_or("a seed's name is not UTF-8")?;
        let request = GuestBuild {
            package: &seed,
            target_dir: &out.join("target"),
            toolchain: Toolchain::Caller,
            target: Target::Bare,
        };
        let Built { component, inputs: read, warnings } = guest::build(&request)?;
        if !warnings.is_empty() {
            println!(
                "cargo::warning={name} builds with warnings; `cargo check --target wasm32-unknown-unknown -p {name}` shows them"
            );
        }
        inputs.extend(read);
        let component_file = out.join(format!("{name}.wasm"));
        fs::write(&component_file, component)?;
        let lock_file = out.join(format!("{name}.lock"));
        fs::write(&lock_file, lock(root, &seed, name, &out)?)?;
        write!(
            embedded,
            "EmbeddedSeed {{ name: {name:?}, component: include_bytes!({component_file:?}), lock: include_str!({lock_file:?}), files: &[{}] }}, ",
            packed(&seed, &["Cargo.toml", "src", "tests/contract.rs"])?
        )?;
    }
    let packages = [("SDK", "guest-sdk", &["Cargo.toml", "src"][..]), ("WIT", "wit/strategy-0.1", &[""])];
    let mut text = format!("static SEEDS: &[EmbeddedSeed] = &[{embedded}];\n");
    for (constant, folder, parts) in packages {
        writeln!(text, "static {constant}: &[PackedFile] = &[{}];", packed(&root.join(folder), parts)?)?;
    }
    fs::write(out.join("embedded.rs"), text)?;
    for input in inputs {
        println!("cargo::rerun-if-changed={}", input.display());
    }
    Ok(())
}

/// The lock file of a plugin made from `seed`: the part of ours that it needs, which cargo itself cuts out.
fn lock(root: &Path, seed: &Path, name: &str, out: &Path) -> Result<String, Failure> {
    let plugin = out.join("lock").join(name);
    let layout = Layout { name, sdk: Sdk::Vendored };
    let manifest = layout.manifest(name, &fs::read_to_string(seed.join("Cargo.toml"))?);
    let sdk = plugin.join(layout::SDK);
    for (folder, manifest) in [(&plugin, manifest), (&sdk, fs::read_to_string(root.join("guest-sdk/Cargo.toml"))?)] {
        fs::create_dir_all(folder.join("src"))?;
        fs::write(folder.join("Cargo.toml"), manifest)?;
        fs::write(folder.join("src/lib.rs"), "")?;
    }
    let file = plugin.join("Cargo.lock");
    fs::copy(root.join("Cargo.lock"), &file)?;
    // Run at the root, where a configuration for vendored crates would be. The offline flag: everything is locked, nothing to ask for.
    let mut cargo = Toolchain::Caller.cargo(root);
    cargo.args(["update", "--workspace", "--offline", "--quiet", "--manifest-path"]).arg(plugin.join("Cargo.toml"));
    toolchain::answer(cargo, root)?;
    Ok(fs::read_to_string(&file)?)
}

/// Elements of an array of `PackedFile` with the files that `parts` of a folder are or hold, sorted by path.
fn packed(folder: &Path, parts: &[&str]) -> Result<String, Failure> {
    let mut files = Vec::new();
    let mut pending: Vec<PathBuf> = parts.iter().map(|part| folder.join(part)).collect();
    while let Some(path) = pending.pop() {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if path.is_dir() {
            for entry in fs::read_dir(&path)? {
                pending.push(entry?.path());
            }
        } else if !name.starts_with('.') {
            files.push(path);
        }
    }
    files.sort();
    let mut text = String::new();
    for file in files {
        let path = file.strip_prefix(folder)?.to_string_lossy().replace('\\', "/");
        write!(text, "PackedFile {{ path: {path:?}, text: include_str!({file:?}) }}, ")?;
    }
    Ok(text)
}

/// The packages in a folder, sorted.
fn folders(parent: &Path) -> Result<Vec<PathBuf>, Failure> {
    let entries = fs::read_dir(parent)?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>, std::io::Error>>()?;
    let mut folders: Vec<PathBuf> = entries.into_iter().filter(|path| path.join("Cargo.toml").is_file()).collect();
    folders.sort();
    Ok(folders)
}
