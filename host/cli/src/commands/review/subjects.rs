//! What is reviewed, and what its files are called.

use std::path::{Path, PathBuf};

use seedbed_evaluate::{Code, Source};

use crate::config::Config;
use crate::exit::Stop;
use crate::inputs;

/// What these name: plugins, directories of them, or built-in seeds; nothing names all seeds. A path goes before a seed of its name.
pub(super) fn sources(named: &[PathBuf], config: &Config) -> Result<Vec<Source>, Stop> {
    if named.is_empty() {
        return inputs::sources(None, config);
    }
    let mut sources = Vec::new();
    for path in named {
        let seed = seedbed_guests::seeds().iter().find(|seed| path.as_path() == Path::new(seed.name) && !path.exists());
        match seed {
            Some(seed) => sources.push(Source::Embedded { name: seed.name, component: seed.component }),
            None => sources.extend(inputs::sources(Some(path), config)?),
        }
    }
    Ok(sources)
}

/// A component's file as a code-scanning tool finds it: relative to the current folder, if it lies below it.
pub(super) fn uri(code: &Code) -> String {
    let Some(place) = &code.place else { return format!("{}.wasm", code.name) };
    let here = std::env::current_dir().unwrap_or_default();
    let path = place.component.strip_prefix(&here).unwrap_or(&place.component);
    let path = path.strip_prefix(".").unwrap_or(path);
    path.to_string_lossy().into_owned()
}
