use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::error::{BuildError, bounded};

/// Whose cargo and rustc build a guest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Toolchain {
    /// The one that a call by hand in the package's folder would use: its `rust-toolchain.toml`, else the user's default.
    Folder,
    /// The one that runs the caller, for build scripts and tests: what compiles the host compiles its guests.
    Caller,
}

/// What a guest is compiled for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Target {
    /// `wasm32-unknown-unknown`: a core module that can reach nothing, made into a component afterwards.
    #[default]
    Bare,
    /// `wasm32-wasip2`: a component that imports WASI.
    Wasi,
}

impl Target {
    /// The triple that rustc knows it by.
    #[must_use]
    pub const fn triple(self) -> &'static str {
        match self {
            Self::Bare => "wasm32-unknown-unknown",
            Self::Wasi => "wasm32-wasip2",
        }
    }
}

/// What a build has to know of the compiler.
pub(crate) struct Compiler {
    pub(crate) sysroot: PathBuf,
    /// `None` for a compiler that was not built from a commit.
    pub(crate) commit: Option<String>,
}

impl Toolchain {
    /// A cargo that runs in `dir`, knowing nothing of the cargo that runs us.
    pub(crate) fn cargo(self, dir: &Path) -> Command {
        self.command(self.program("CARGO", "cargo"), dir)
    }

    /// Any program in `dir`, with the environment of [`Toolchain::cargo`].
    pub(crate) fn command(self, program: impl AsRef<OsStr>, dir: &Path) -> Command {
        let below_cargo = env::var_os("CARGO").is_some();
        let mut command = Command::new(program);
        command.current_dir(dir).stdin(Stdio::null());
        for (name, _) in env::vars_os() {
            if name.to_str().is_some_and(|name| !self.passes_on(name, below_cargo)) {
                command.env_remove(name);
            }
        }
        command
    }

    /// Asks rustc about itself and refuses if it cannot compile for `target`.
    ///
    /// Without the question the answer would be E0463, "can't find crate for `core`".
    pub(crate) fn compiler(self, dir: &Path, target: Target) -> Result<Compiler, BuildError> {
        let rustc = self.program("RUSTC", "rustc");
        let printed = {
            let mut command = self.command(&rustc, dir);
            command.args(["--print", "sysroot", "--print", "target-libdir", "--target", target.triple()]);
            answer(command, dir)?
        };
        let mut lines = printed.lines().map(PathBuf::from);
        let (sysroot, libraries) = (lines.next().unwrap_or_default(), lines.next().unwrap_or_default());
        if !libraries.is_dir() {
            return Err(BuildError::TargetMissing { target: target.triple() });
        }
        let version = {
            let mut command = self.command(&rustc, dir);
            command.arg("-vV");
            answer(command, dir)?
        };
        let commit = version.lines().find_map(|line| line.strip_prefix("commit-hash: "));
        Ok(Compiler { sysroot, commit: commit.filter(|hash| *hash != "unknown").map(str::to_owned) })
    }

    fn program(self, variable: &str, name: &str) -> std::ffi::OsString {
        match self {
            Self::Folder => name.into(),
            Self::Caller => env::var_os(variable).unwrap_or_else(|| name.into()),
        }
    }

    /// Whether a variable of our environment means the same to the cargo that builds a guest.
    ///
    /// Where to find crates and how to reach them does; so does the jobserver, by which both cargos share the processors. Flags,
    /// wrappers (clippy is one), profiles and target folders are the outer build's own.
    fn passes_on(self, name: &str, below_cargo: bool) -> bool {
        const KEPT: [&str; 7] = [
            "CARGO_HOME",
            "CARGO_MAKEFLAGS",
            "CARGO_HTTP_",
            "CARGO_NET_",
            "CARGO_REGISTRIES_",
            "CARGO_REGISTRY_",
            "CARGO_SOURCE_",
        ];
        const DROPPED: [&str; 7] = ["CARGO_", "RUSTC_", "RUSTFLAGS", "RUSTDOC", "MAKEFLAGS", "MFLAGS", "RUST_LOG"];
        match name {
            "CARGO" | "RUSTC" => self == Self::Caller,
            // Set by rustup for whatever its cargo starts; without a cargo above us it is the user's own wish.
            "RUSTUP_TOOLCHAIN" => self == Self::Caller || !below_cargo,
            _ => {
                KEPT.iter().any(|kept| name.starts_with(kept))
                    || !DROPPED.iter().any(|dropped| name.starts_with(dropped))
            }
        }
    }
}

/// Runs `command` and gives what it wrote and how it ended; an error only if it could not be started.
pub(crate) fn output(mut command: Command, dir: &Path) -> Result<Output, BuildError> {
    let program = command.get_program().to_string_lossy().into_owned();
    command.output().map_err(|source| BuildError::Start { program, dir: dir.to_owned(), source })
}

/// The standard output of a `command` that succeeds.
pub(crate) fn answer(command: Command, dir: &Path) -> Result<String, BuildError> {
    let question = command_line(&command);
    let output = output(command, dir)?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    Err(BuildError::Toolchain { question, dir: dir.to_owned(), answer: bounded(&output.stderr) })
}

fn command_line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Flags or a clippy wrapper that leak into a guest's build change its bytes, or make it compile nothing.
    #[test]
    fn the_outer_build_stays_outside() {
        let outer = [
            "CARGO",
            "CARGO_ENCODED_RUSTFLAGS",
            "CARGO_BUILD_TARGET",
            "CARGO_TARGET_DIR",
            "CARGO_PROFILE_RELEASE_LTO",
            "CARGO_INCREMENTAL",
            "CARGO_MANIFEST_DIR",
            "RUSTC",
            "RUSTC_WRAPPER",
            "RUSTC_WORKSPACE_WRAPPER",
            "RUSTC_BOOTSTRAP",
            "RUSTFLAGS",
            "RUSTDOCFLAGS",
            "RUSTUP_TOOLCHAIN",
            "MAKEFLAGS",
        ];
        let passed = outer.map(|name| (name, Toolchain::Folder.passes_on(name, true)));
        assert_eq!(passed, outer.map(|name| (name, false)));
        assert!(!Toolchain::Caller.passes_on("RUSTC_WORKSPACE_WRAPPER", true));
    }

    /// An author behind a proxy or a mirror cannot fetch crates without these.
    #[test]
    fn the_way_to_the_registry_is_kept() {
        let kept = [
            "PATH",
            "HOME",
            "CARGO_HOME",
            "RUSTUP_HOME",
            "https_proxy",
            "HTTPS_PROXY",
            "SSL_CERT_FILE",
            "CARGO_HTTP_CAINFO",
            "CARGO_NET_OFFLINE",
            "CARGO_REGISTRIES_MIRROR_INDEX",
            "CARGO_REGISTRIES_CRATES_IO_PROTOCOL",
        ];
        let passed = kept.map(|name| (name, Toolchain::Folder.passes_on(name, true)));
        assert_eq!(passed, kept.map(|name| (name, true)));
    }

    /// `RUSTUP_TOOLCHAIN=nightly seedbed build` is the author's wish; below `cargo run` it is rustup's.
    #[test]
    fn a_toolchain_wished_by_hand_is_kept() {
        assert!(Toolchain::Folder.passes_on("RUSTUP_TOOLCHAIN", false));
        assert!(Toolchain::Caller.passes_on("RUSTUP_TOOLCHAIN", true));
    }
}
