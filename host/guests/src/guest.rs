use std::fs;
use std::path::{Path, PathBuf};

use crate::cargo::{Call, Code, Profile};
use crate::component;
use crate::dep_info;
use crate::error::BuildError;
use crate::toolchain::{Target, Toolchain};

/// A package whose library is to become a component.
#[derive(Debug, Clone, Copy)]
pub struct GuestBuild<'a> {
    /// The folder of its `Cargo.toml`.
    pub package: &'a Path,
    /// Where cargo keeps what it compiles. Not the folder of a cargo that waits for this build: each would wait for the other's lock.
    pub target_dir: &'a Path,
    /// Whose cargo compiles it.
    pub toolchain: Toolchain,
    /// What it is compiled for.
    pub target: Target,
}

/// A component, and what it was made of.
#[derive(Debug, Clone)]
pub struct Built {
    /// The component's bytes.
    pub component: Vec<u8>,
    /// Every file whose change can change the component: sources, WIT, manifests, the lock file.
    pub inputs: Vec<PathBuf>,
    /// Cargo's warnings, bounded; empty for a clean build.
    pub warnings: String,
}

/// Compiles the library of one package and makes a component of it.
///
/// The bytes depend on the sources, the lock file and the compiler only: the environment of an outer cargo is cleared, one profile
/// serves all guests, and the paths of workspace, cargo home and sysroot are mapped to fixed ones. A package that depends by path on
/// something outside its workspace is the exception: cargo hashes that path into the names of symbols.
///
/// # Errors
///
/// [`BuildError`], when the toolchain lacks the target, the package has no lock file or does not compile, or its module is no
/// component of at most [`crate::MAX_COMPONENT_BYTES`].
pub fn build(request: &GuestBuild<'_>) -> Result<Built, BuildError> {
    let GuestBuild { package, target_dir, toolchain, target } = *request;
    let call = Call { package, target_dir, toolchain, target, profile: Profile::Fast, code: Code::Library };
    let made = call.make()?;
    let Some((_, module)) = made.modules.last() else { return Err(BuildError::NoModule { dir: package.to_owned() }) };
    let bytes = fs::read(module).map_err(BuildError::io("read", module))?;
    let component = match target {
        Target::Bare => component::from_module(module, &bytes)?,
        Target::Wasi => component::bounded(module, bytes)?,
    };
    let listed = module.with_extension("d");
    let mut inputs = dep_info::prerequisites(&fs::read_to_string(&listed).map_err(BuildError::io("read", &listed))?);
    inputs.extend(made.package.neighbours.iter().map(|dir| dir.join("Cargo.toml")));
    inputs.push(package.join("Cargo.toml"));
    inputs.extend(["Cargo.toml", "Cargo.lock"].map(|file| made.package.workspace.join(file)));
    inputs.sort();
    inputs.dedup();
    Ok(Built { component, inputs, warnings: made.report })
}
