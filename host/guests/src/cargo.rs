//! One call of cargo that compiles the code of one package to WebAssembly, the same bytes wherever the folders are.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::error::{BuildError, bounded};
use crate::toolchain::{Compiler, Target, Toolchain, answer, output};

/// What to compile, and how.
pub(crate) struct Call<'a> {
    /// The package's folder.
    pub(crate) package: &'a Path,
    pub(crate) target_dir: &'a Path,
    pub(crate) toolchain: Toolchain,
    pub(crate) target: Target,
    pub(crate) profile: Profile,
    pub(crate) code: Code<'a>,
}

/// How much a build spends on the code.
#[derive(Clone, Copy)]
pub(crate) enum Profile {
    /// For code that runs millions of times.
    Fast,
    /// For code that runs once, in a test.
    Quick,
}

/// Which of a package's crates.
#[derive(Clone, Copy)]
pub(crate) enum Code<'a> {
    /// The library, as a cdylib whatever the manifest says.
    Library,
    /// All examples that need no feature.
    Examples,
    /// One example, with the feature of its name.
    Example(&'a str),
}

/// What a call made.
pub(crate) struct Made {
    /// The WebAssembly files, by the names of their crates.
    pub(crate) modules: Vec<(String, PathBuf)>,
    pub(crate) package: Package,
    /// What cargo had to say, bounded.
    pub(crate) report: String,
}

/// What cargo knows of a package without resolving its dependencies.
pub(crate) struct Package {
    pub(crate) workspace: PathBuf,
    /// Folders of the packages that it depends on by path.
    pub(crate) neighbours: Vec<PathBuf>,
}

impl Call<'_> {
    pub(crate) fn make(&self) -> Result<Made, BuildError> {
        let compiler = self.toolchain.compiler(self.package, self.target)?;
        let package = Package::read(self.package, self.toolchain)?;
        if !package.workspace.join("Cargo.lock").is_file() {
            return Err(BuildError::LockMissing { dir: package.workspace });
        }
        let mut cargo = self.toolchain.cargo(self.package);
        cargo
            .args(match self.code {
                Code::Library => vec!["rustc", "--lib", "--crate-type", "cdylib"],
                Code::Examples => vec!["build", "--examples"],
                Code::Example(name) => vec!["build", "--example", name, "--features", name],
            })
            .args(["--release", "--locked", "--quiet", "--message-format", "json-render-diagnostics"])
            .args(["--target", self.target.triple(), "--target-dir"])
            .arg(self.target_dir)
            .args(self.profile.settings().iter().flat_map(|setting| ["--config", setting]))
            // A user's configuration may keep intermediate files of all builds in one place, where the outer cargo holds the lock.
            .env("CARGO_BUILD_BUILD_DIR", self.target_dir)
            .env("CARGO_ENCODED_RUSTFLAGS", self.flags(&compiler, &package));
        let output = output(cargo, self.package)?;
        let report = bounded(&output.stderr);
        if !output.status.success() {
            return Err(BuildError::Cargo { dir: self.package.to_owned(), report });
        }
        let modules = self.modules(&String::from_utf8_lossy(&output.stdout));
        if modules.is_empty() {
            return Err(BuildError::NoModule { dir: self.package.to_owned() });
        }
        Ok(Made { modules, package, report })
    }

    /// Flags by which no folder of this machine reaches the bytes: panics carry the paths of the sources they are in. And a stack
    /// of a quarter of the linker's default: every fresh instance pays for each page of its memory, whether it is touched or not. And
    /// vector instructions, which the host's engine always has: two averages side by side cost little more than one.
    ///
    /// Cargo leaves the remappings out of the hashes that become part of symbol names. Of two flags that match, rustc takes the later.
    fn flags(&self, compiler: &Compiler, package: &Package) -> OsString {
        let mut remaps = vec![
            (package.workspace.clone(), "/workspace".to_owned()),
            (self.target_dir.to_owned(), "/target".to_owned()),
        ];
        remaps.extend(package.neighbours.iter().filter(|dir| !dir.starts_with(&package.workspace)).map(|dir| {
            let name = dir.file_name().unwrap_or_default().to_string_lossy();
            (dir.clone(), format!("/{name}"))
        }));
        if let Some(home) = cargo_home() {
            remaps.push((home.clone(), "/cargo".to_owned()));
            // Below this, each registry has a folder named for its address.
            let registries = fs::read_dir(home.join("registry/src")).into_iter().flatten().flatten();
            remaps.extend(registries.map(|registry| (registry.path(), "/crates".to_owned())));
        }
        // Where the standard library says its sources are, unless the component rust-src is installed.
        let sources = format!("/rustc/{}", compiler.commit.as_deref().unwrap_or("unknown"));
        remaps.push((compiler.sysroot.join("lib/rustlib/src/rust"), sources));
        const CODE: &str = "-Clink-arg=-zstack-size=262144\u{1f}-Ctarget-feature=+simd128";
        let mut flags = OsString::from(CODE);
        for (from, to) in remaps {
            flags.push("\u{1f}--remap-path-prefix=");
            flags.push(from);
            flags.push("=");
            flags.push(to);
        }
        flags
    }

    /// The WebAssembly files among the artifacts that cargo reports, a JSON document a line.
    fn modules(&self, messages: &str) -> Vec<(String, PathBuf)> {
        let manifest = canonical(&self.package.join("Cargo.toml"));
        let artifacts = messages.lines().filter_map(|line| serde_json::from_str::<Artifact>(line).ok());
        let ours = artifacts.filter(|artifact| canonical(&artifact.manifest_path) == manifest);
        let module = |artifact: Artifact| {
            let mut files = artifact.filenames.into_iter();
            let module = files.rfind(|file| file.extension().is_some_and(|ending| ending == "wasm"))?;
            Some((artifact.target.name, module))
        };
        ours.filter_map(module).collect()
    }
}

impl Profile {
    /// The whole release profile, so that a package's own profile does not matter.
    const fn settings(self) -> &'static [&'static str] {
        match self {
            Self::Fast => &[
                "profile.release.opt-level=3",
                "profile.release.lto='fat'",
                "profile.release.codegen-units=1",
                "profile.release.panic='abort'",
                "profile.release.incremental=false",
                "profile.release.debug-assertions=false",
                "profile.release.overflow-checks=false",
                "profile.release.debug=false",
                // Leaves the names of functions: without them a trap's backtrace is a list of numbers.
                "profile.release.strip='debuginfo'",
            ],
            Self::Quick => &[
                "profile.release.opt-level=1",
                "profile.release.lto=false",
                "profile.release.codegen-units=1",
                "profile.release.panic='abort'",
                "profile.release.incremental=false",
                "profile.release.debug-assertions=false",
                "profile.release.overflow-checks=false",
                "profile.release.debug=false",
                "profile.release.strip='debuginfo'",
            ],
        }
    }
}

impl Package {
    fn read(dir: &Path, toolchain: Toolchain) -> Result<Self, BuildError> {
        let mut cargo = toolchain.cargo(dir);
        cargo.args(["metadata", "--no-deps", "--format-version", "1"]);
        let text = answer(cargo, dir)?;
        let metadata: Metadata = serde_json::from_str(&text).map_err(|error| BuildError::Toolchain {
            question: "cargo metadata --no-deps".to_owned(),
            dir: dir.to_owned(),
            answer: error.to_string(),
        })?;
        let manifest = canonical(&dir.join("Cargo.toml"));
        let ours = metadata.packages.into_iter().filter(|package| canonical(&package.manifest_path) == manifest);
        let neighbours =
            ours.flat_map(|package| package.dependencies).filter_map(|dependency| dependency.path).collect();
        Ok(Self { workspace: metadata.workspace_root, neighbours })
    }
}

/// Cargo's message about something that it made; its other messages do not parse as one.
#[derive(Deserialize)]
struct Artifact {
    manifest_path: PathBuf,
    target: CrateName,
    filenames: Vec<PathBuf>,
}

#[derive(Deserialize)]
struct CrateName {
    name: String,
}

/// What we read of `cargo metadata`.
#[derive(Deserialize)]
struct Metadata {
    workspace_root: PathBuf,
    packages: Vec<Member>,
}

#[derive(Deserialize)]
struct Member {
    manifest_path: PathBuf,
    dependencies: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    path: Option<PathBuf>,
}

fn cargo_home() -> Option<PathBuf> {
    env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| Some(env::home_dir()?.join(".cargo")))
}

/// `path` without symbolic links, or as it is if it cannot be followed.
fn canonical(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}
