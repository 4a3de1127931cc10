use std::io;
use std::path::{Path, PathBuf};

/// Why a guest could not be built, with what to do about it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// The toolchain has no standard library for the guest's target.
    #[error("the {target} target is not installed; run `rustup target add {target}`")]
    TargetMissing {
        /// The target triple.
        target: &'static str,
    },
    /// A program of the toolchain, or a plugin's build command, could not be started.
    #[error("`{program}` cannot be started in {}; is it installed and on the PATH?", dir.display())]
    Start {
        /// The program as it was looked up.
        program: String,
        /// The folder that it was to run in.
        dir: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The toolchain answered a question with a failure, or with something that is not an answer.
    #[error("`{question}` failed in {}: {answer}", dir.display())]
    Toolchain {
        /// The command line.
        question: String,
        /// The folder that it ran in.
        dir: PathBuf,
        /// What it said, bounded.
        answer: String,
    },
    /// There is no lock file, so two builds need not use the same dependencies.
    #[error("there is no Cargo.lock in {}; run `cargo generate-lockfile` there and keep the file", dir.display())]
    LockMissing {
        /// The root of the package's workspace.
        dir: PathBuf,
    },
    /// Cargo could not build the package.
    #[error("cargo cannot build {}; correct what it reports and build again:\n{report}", dir.display())]
    Cargo {
        /// The package's folder.
        dir: PathBuf,
        /// What cargo wrote to its standard error, bounded.
        report: String,
    },
    /// Cargo succeeded, but there is no WebAssembly file among what it made.
    #[error("{} made no WebAssembly library; a plugin's code belongs in src/lib.rs", dir.display())]
    NoModule {
        /// The package's folder.
        dir: PathBuf,
    },
    /// The module is not one that a component can be made of.
    #[error("{} is no component: {reason}; does its lib.rs call `seedbed_sdk::export!`?", module.display())]
    Component {
        /// The core module that cargo made.
        module: PathBuf,
        /// What the encoder said.
        reason: String,
    },
    /// The component is larger than any host would load.
    #[error("{} comes to {bytes} bytes as a component, more than the {limit} allowed; use fewer or smaller dependencies", module.display())]
    TooLarge {
        /// The core module that cargo made.
        module: PathBuf,
        /// Size of the component.
        bytes: u64,
        /// The most allowed.
        limit: u64,
    },
    /// A plugin's own `[build] command` ended with a failure.
    #[error("`{command}` failed in {} ({status}); correct what it reports and build again:\n{report}", dir.display())]
    Command {
        /// The command line.
        command: String,
        /// The plugin's folder.
        dir: PathBuf,
        /// How it ended.
        status: String,
        /// What it wrote, bounded.
        report: String,
    },
    /// A plugin's own `[build] command` succeeded without making the component that the manifest names.
    #[error("`{command}` succeeded but left no {}; the manifest's `component` and the command must name the same file", component.display())]
    CommandMadeNothing {
        /// The command line.
        command: String,
        /// The component's path.
        component: PathBuf,
    },
    /// The plugin's manifest cannot be read.
    #[error("{}: {reason}", path.display())]
    Manifest {
        /// The manifest.
        path: PathBuf,
        /// What its reader said.
        reason: String,
    },
    /// A file or folder could not be read or written.
    #[error("{} cannot be {action}", path.display())]
    Io {
        /// "read", "written", ...
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl BuildError {
    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { action, path, source }
    }
}

/// At most 24 KiB of what a program said: its first error and its last words are what an author needs.
pub(crate) fn bounded(report: &[u8]) -> String {
    const HEAD: usize = 16 * 1024;
    const TAIL: usize = 8 * 1024;
    let whole = || String::from_utf8_lossy(report).trim_end().to_owned();
    if report.len() <= HEAD + TAIL {
        return whole();
    }
    let (Some(head), Some(tail)) = (report.get(..HEAD), report.get(report.len() - TAIL..)) else { return whole() };
    let left_out = report.len() - HEAD - TAIL;
    format!(
        "{}\n[{left_out} bytes left out]\n{}",
        String::from_utf8_lossy(head),
        String::from_utf8_lossy(tail).trim_end()
    )
}
