//! All plugins of a directory, built to components beside their manifests.

use std::fs;
use std::path::{Path, PathBuf};

use crate::component::{self, MAX_COMPONENT_BYTES};
use crate::error::{BuildError, bounded};
use crate::file;
use crate::guest::{Built, GuestBuild, build};
use crate::toolchain::{Target, Toolchain, output};

const MANIFEST: &str = "plugin.toml";

/// What a plugin's manifest says about its build.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipe {
    /// Where the component belongs, relative to the plugin's folder.
    pub component: PathBuf,
    /// The program and arguments that make it, in place of cargo.
    pub command: Option<Vec<String>>,
}

/// A plugin whose component is in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuiltPlugin {
    /// The component's path.
    pub component: PathBuf,
    /// Its size.
    pub bytes: u64,
    /// What cargo or the command had to say, bounded; empty for a clean build.
    pub warnings: String,
}

/// Builds the plugin that `dir` is, or those in its direct subfolders, in the order of their names.
///
/// A plugin is a folder with a `plugin.toml`. Each is built when the iterator comes to it, into `dir/target`, and gives its folder
/// and how it ended: one that fails stops none of the others, and leaves an older component as it is. `recipe` reads the manifest of
/// a folder, or says what is wrong with it. A manifest's command runs with the rights of the caller; this is the only function that
/// ever runs one.
///
/// # Errors
///
/// [`BuildError::Io`], if `dir` cannot be read.
pub fn build_dir<R, E>(
    dir: &Path,
    recipe: R,
) -> Result<impl Iterator<Item = (PathBuf, Result<BuiltPlugin, BuildError>)>, BuildError>
where
    R: Fn(&Path) -> Result<Recipe, E>,
    E: ToString,
{
    // Cargo runs in each plugin's folder, where a relative path would name another place.
    let target_dir = std::path::absolute(dir).map_err(BuildError::io("read", dir))?.join("target");
    let built = move |folder: PathBuf| {
        let refused = |error: E| BuildError::Manifest { path: folder.join(MANIFEST), reason: error.to_string() };
        let result = recipe(&folder).map_err(refused).and_then(|recipe| plugin(&folder, &recipe, &target_dir));
        (folder, result)
    };
    Ok(plugins(dir)?.into_iter().map(built))
}

/// The plugins' folders, sorted.
fn plugins(dir: &Path) -> Result<Vec<PathBuf>, BuildError> {
    let is_plugin = |folder: &PathBuf| folder.join(MANIFEST).is_file();
    let dir = dir.canonicalize().map_err(BuildError::io("read", dir))?;
    if is_plugin(&dir) {
        return Ok(vec![dir]);
    }
    let entries = fs::read_dir(&dir).map_err(BuildError::io("read", &dir))?;
    let paths: Result<Vec<_>, _> = entries.map(|entry| entry.map(|entry| entry.path())).collect();
    let mut folders: Vec<PathBuf> =
        paths.map_err(BuildError::io("read", &dir))?.into_iter().filter(is_plugin).collect();
    folders.sort();
    Ok(folders)
}

fn plugin(folder: &Path, recipe: &Recipe, target_dir: &Path) -> Result<BuiltPlugin, BuildError> {
    let path = folder.join(&recipe.component);
    match recipe.command.as_deref() {
        Some([program, arguments @ ..]) => by_command(folder, program, arguments, path),
        Some([]) | None => by_cargo(folder, target_dir, path),
    }
}

fn by_cargo(folder: &Path, target_dir: &Path, path: PathBuf) -> Result<BuiltPlugin, BuildError> {
    let request = GuestBuild { package: folder, target_dir, toolchain: Toolchain::Folder, target: Target::Bare };
    let Built { component, warnings, .. } = build(&request)?;
    let parent = path.parent().unwrap_or(folder);
    fs::create_dir_all(parent).map_err(BuildError::io("created", parent))?;
    file::replace(&path, &component)?;
    Ok(BuiltPlugin { component: path, bytes: component.len() as u64, warnings })
}

fn by_command(folder: &Path, program: &str, arguments: &[String], path: PathBuf) -> Result<BuiltPlugin, BuildError> {
    let mut command = Toolchain::Folder.command(program, folder);
    command.args(arguments);
    let output = output(command, folder)?;
    let report = bounded(&[output.stdout, output.stderr].concat());
    let command = || [&[program.to_owned()], arguments].concat().join(" ");
    if !output.status.success() {
        let status = output.status.to_string();
        return Err(BuildError::Command { command: command(), dir: folder.to_owned(), status, report });
    }
    let Some(made) = fs::metadata(&path).ok().filter(fs::Metadata::is_file) else {
        return Err(BuildError::CommandMadeNothing { command: command(), component: path });
    };
    if made.len() > MAX_COMPONENT_BYTES as u64 {
        return Err(component::too_large(&path, made.len()));
    }
    Ok(BuiltPlugin { component: path, bytes: made.len(), warnings: report })
}
