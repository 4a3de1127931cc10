//! Hostile guests for tests: those of `tests/guests`, built from source, and those that no compiler would make.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use crate::cargo::{Call, Code, Made, Profile};
use crate::component;
use crate::error::BuildError;
use crate::file;
use crate::toolchain::{Target, Toolchain};

pub use crate::bomb::Bomb;
pub use crate::cheats::{Cheat, ShownBy};
pub use crate::crafted::Crafted;

/// Builds the guests of `tests/guests` below `target_dir` and gives the path of each component by the guest's name.
///
/// Tests pass `Path::new(env!("CARGO_TARGET_TMPDIR"))`, which all test programs of a build share: whoever comes first builds, the
/// others wait and find everything up to date. `wasi` is a component for `wasm32-wasip2`; the others import `diagnostics` at most,
/// but for `unknown-import`.
///
/// # Errors
///
/// [`BuildError`], as for any build, or when `target_dir` cannot be written.
pub fn hostile(target_dir: &Path) -> Result<BTreeMap<String, PathBuf>, BuildError> {
    let package = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/guests");
    let guests = target_dir.join("guests");
    let components = guests.join("hostile");
    fs::create_dir_all(&components).map_err(BuildError::io("created", &components))?;
    let lock = guests.join("lock");
    let lock_file = File::create(&lock).map_err(BuildError::io("created", &lock))?;
    lock_file.lock().map_err(BuildError::io("locked", &lock))?;

    let make = |target, code| {
        let target_dir = &guests.join("target");
        Call { package: &package, target_dir, toolchain: Toolchain::Caller, target, profile: Profile::Quick, code }
            .make()
    };
    let mut guests = BTreeMap::new();
    for (target, code) in [(Target::Bare, Code::Examples), (Target::Wasi, Code::Example("wasi"))] {
        let Made { modules, .. } = make(target, code)?;
        for (name, module) in modules {
            let component = components.join(format!("{name}.wasm"));
            if !newer(&component, &module) {
                let bytes = fs::read(&module).map_err(BuildError::io("read", &module))?;
                let bytes = if target == Target::Wasi { bytes } else { component::from_module(&module, &bytes)? };
                file::replace(&component, &bytes)?;
            }
            guests.insert(name, component);
        }
    }
    Ok(guests)
}

/// Whether `made` exists and is not older than `source`.
fn newer(made: &Path, source: &Path) -> bool {
    let changed = |path: &Path| fs::metadata(path).and_then(|metadata| metadata.modified());
    matches!((changed(made), changed(source)), (Ok(made), Ok(source)) if made >= source)
}
