use std::path::Path;

use anyhow::anyhow;
use seedbed_guests::{BuildError, BuiltPlugin, Recipe, build_dir};
use seedbed_plugin::{Manifest, ManifestError};

use crate::args::{Build, Global};
use crate::exit::{Exit, OrStop, Stop};
use crate::{output, setup};

/// Builds what it can: a plugin that does not build costs the exit code only.
pub(crate) fn run(global: &Global, args: &Build) -> Result<Exit, Stop> {
    let _session = setup::configure(global, [])?;
    let dir = &args.dir;
    let mut exit = None;
    for (folder, built) in build_dir(dir, recipe).or_usage()? {
        match built {
            Ok(BuiltPlugin { component, bytes, warnings }) => {
                if !warnings.is_empty() {
                    output::note("warning", format_args!("{}: {warnings}", folder.display()));
                }
                output::result(&format!("{}: {bytes} bytes\n", component.display()))?;
                exit.get_or_insert(Exit::Success);
            }
            Err(error) => {
                output::note("error", told(error));
                exit = Some(Exit::Findings);
            }
        }
    }
    exit.ok_or_else(|| {
        anyhow!(
            "{}: no plugin crate found; one is a folder with a plugin.toml (start with `seedbed new NAME`)",
            dir.display()
        )
    })
    .or_usage()
}

/// Every build error names its place; a manifest's problems do so themselves.
fn told(error: BuildError) -> String {
    match error {
        BuildError::Manifest { reason, .. } => reason,
        error => format!("{:#}", anyhow!(error)),
    }
}

fn recipe(folder: &Path) -> Result<Recipe, ManifestError> {
    let manifest = Manifest::read(folder)?;
    Ok(Recipe { component: manifest.component, command: manifest.build })
}
