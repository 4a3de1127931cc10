//! A new plugin's folder, written from a built-in seed.

pub(crate) mod layout;
mod lock;
mod name;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process;

use crate::embedded::{self, EmbeddedSeed, PackedFile};
use layout::{Layout, Sdk};
use lock::Lock;

/// What plugin to write, and where.
#[derive(Debug, Clone, Copy)]
pub struct Scaffold<'a> {
    /// The plugin's name, which becomes the name of its folder and package: 1 to 48 of a-z, 0-9 and -, the first a letter.
    pub name: &'a str,
    /// The built-in seed that it starts as.
    pub template: &'a str,
    /// The folder in which the plugin gets a folder of its own.
    pub parent: &'a Path,
    /// The folder of the SDK to use. Without one the SDK is written into the plugin's folder, so that it needs nothing else.
    pub sdk: Option<&'a Path>,
}

/// Why no plugin was written. Whatever the reason, no file was changed and none left behind.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ScaffoldError {
    /// Cargo, the host or a file system would not take the name.
    #[error("{name:?} is no name for a plugin: {objection}")]
    Name {
        /// The name as it was given.
        name: String,
        /// What is wrong with it.
        objection: &'static str,
    },
    /// There is no such seed.
    #[error("there is no template {template:?}; there are {}", known.join(", "))]
    Template {
        /// The template as it was given.
        template: String,
        /// The names of all templates, sorted.
        known: Vec<&'static str>,
    },
    /// Something is there already.
    #[error("{} exists and is not empty; choose another name or another folder", path.display())]
    Occupied {
        /// The folder that would be the plugin's.
        path: PathBuf,
    },
    /// The folder given for the SDK does not hold it.
    #[error("{} does not hold the package seedbed-sdk", path.display())]
    Sdk {
        /// The folder as it was given.
        path: PathBuf,
    },
    /// A file or folder could not be written.
    #[error("{} cannot be written", path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// Writes a plugin that builds and passes its own tests at once, and gives its folder.
///
/// The folder is a workspace of its own with a lock file of the versions that the host was built with. It appears complete or not
/// at all; one that exists and holds anything is refused.
///
/// # Errors
///
/// [`ScaffoldError`].
pub fn scaffold(request: &Scaffold<'_>) -> Result<PathBuf, ScaffoldError> {
    let Scaffold { name, template, parent, sdk } = *request;
    let seeds = embedded::seeds();
    let seed = seeds.iter().find(|seed| seed.name == template).ok_or_else(|| ScaffoldError::Template {
        template: template.to_owned(),
        known: seeds.iter().map(|seed| seed.name).collect(),
    })?;
    let lock = Lock::parse(seed.lock);
    let dependencies = lock.names().filter(|dependency| *dependency != seed.name);
    if let Some(objection) = name::objection(name, dependencies) {
        return Err(ScaffoldError::Name { name: name.to_owned(), objection });
    }
    let sdk = sdk.map_or(Ok(Sdk::Vendored), sdk_at)?;
    let files = files(seed, &lock, &Layout { name, sdk });
    publish(&files, parent, name)
}

/// Every file of the plugin: its path within the folder and its text.
fn files(seed: &EmbeddedSeed, lock: &Lock<'_>, layout: &Layout<'_>) -> Vec<(String, String)> {
    let name = layout.name;
    let mut files = vec![
        ("Cargo.lock".to_owned(), lock.renamed(seed.name, name)),
        ("plugin.toml".to_owned(), format!("manifest = 1\nname = \"{name}\"\ncomponent = \"{name}.wasm\"\n")),
        ("README.md".to_owned(), readme(name, seed.name)),
        (".gitignore".to_owned(), format!("/target/\n/{name}.wasm\n")),
        ("rust-toolchain.toml".to_owned(), toolchain()),
    ];
    for file in seed.files {
        let text = match file.path {
            "Cargo.toml" => layout.manifest(seed.name, file.text),
            "README.md" => continue,
            _ => layout.rename(seed.name, file.text),
        };
        files.push((file.path.to_owned(), text));
    }
    if let Sdk::Vendored = layout.sdk {
        let under =
            |folder: &'static str| move |file: &PackedFile| (format!("{folder}/{}", file.path), file.text.to_owned());
        files.extend(embedded::sdk().iter().map(under(layout::SDK)));
        files.extend(embedded::wit().iter().map(under(layout::WIT)));
    }
    files
}

fn readme(name: &str, seed: &str) -> String {
    format!(
        "# {name}\n\n\
         A strategy for seedbed, started from the built-in seed `{seed}`.\n\n\
         ```sh\n\
         cargo test            # the signals, natively\n\
         seedbed build .       # the component, {name}.wasm\n\
         seedbed evaluate .    # its verdict on real prices\n\
         ```\n\n\
         The strategy is `src/lib.rs`, what the host reads about it is `plugin.toml`.\n"
    )
}

/// The compiler that this host is built with: the one with which the template was tested.
fn toolchain() -> String {
    let ours = include_str!("../../../rust-toolchain.toml");
    let channel = ours.lines().find(|line| line.starts_with("channel")).unwrap_or("channel = \"stable\"");
    format!("[toolchain]\n{channel}\nprofile = \"minimal\"\ntargets = [\"wasm32-unknown-unknown\"]\n")
}

fn sdk_at(path: &Path) -> Result<Sdk, ScaffoldError> {
    let holds_it = |folder: &PathBuf| {
        let manifest = fs::read_to_string(folder.join("Cargo.toml")).unwrap_or_default();
        manifest.lines().any(|line| line.trim() == "name = \"seedbed-sdk\"")
    };
    let found = path.canonicalize().ok().filter(holds_it);
    found.map(Sdk::At).ok_or_else(|| ScaffoldError::Sdk { path: path.to_owned() })
}

/// Writes the files into a folder beside the plugin's and gives it the plugin's name when it is complete.
fn publish(files: &[(String, String)], parent: &Path, name: &str) -> Result<PathBuf, ScaffoldError> {
    let folder = parent.join(name);
    let failed = |path: &Path| {
        let path = path.to_owned();
        |source| ScaffoldError::Write { path, source }
    };
    if folder.symlink_metadata().is_ok() {
        // Removes an empty folder and nothing else.
        fs::remove_dir(&folder).map_err(|_| ScaffoldError::Occupied { path: folder.clone() })?;
    }
    fs::create_dir_all(parent).map_err(failed(parent))?;
    let draft = parent.join(format!(".{name}.{}.draft", process::id()));
    fs::create_dir(&draft).map_err(failed(&draft))?;
    let written = files.iter().try_for_each(|(path, text)| {
        let path = draft.join(path);
        let parent = path.parent().unwrap_or(&draft);
        fs::create_dir_all(parent).and_then(|()| fs::write(&path, text)).map_err(failed(&path))
    });
    let published = written.and_then(|()| match fs::rename(&draft, &folder) {
        Err(_) if folder.exists() => Err(ScaffoldError::Occupied { path: folder.clone() }),
        renamed => renamed.map_err(failed(&folder)),
    });
    if published.is_err() {
        // The first error is the one to tell; what cannot be written can often not be removed either.
        let _ = fs::remove_dir_all(&draft);
    }
    published.map(|()| folder)
}
