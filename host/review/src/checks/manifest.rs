use seedbed_plugin::{Manifest, WasiRequest};

use super::{Answer, Checked, anatomy, interfaces::is_wasi};
use crate::anatomy::wide;
use crate::count::count;
use crate::finding::Draft;
use crate::review::Case;
use crate::{Level, texts};

fn manifest<'a>(case: &Case<'a>) -> Result<&'a Manifest, String> {
    case.request.manifest.ok_or_else(|| "there is no plugin.toml".to_owned())
}

pub(super) fn wasi(case: &Case<'_>) -> Answer {
    let (manifest, found) = (manifest(case)?, anatomy(case)?);
    let imports = found.imports.iter().any(|import| is_wasi(import.name));
    let draft = match (manifest.wasi, imports) {
        (WasiRequest::Inert, false) => {
            Some(Draft::new("plugin.toml asks for WASI, and the component imports none of it"))
        }
        (WasiRequest::Deny, true) => Some(Draft::new("the component imports WASI, and plugin.toml does not say so")),
        _ => None,
    };
    Ok(Checked::new("wasi of plugin.toml against the imports", draft.map(in_manifest)))
}

pub(super) fn name(case: &Case<'_>) -> Answer {
    let (manifest, found) = (manifest(case)?, anatomy(case)?);
    let stands = found.data().any(|(_, data)| texts::holds(data.bytes, manifest.name.as_bytes()));
    let text = format!("the name {} stands nowhere in the component's data: is it this plugin's?", manifest.name);
    Ok(Checked::new(
        "the name of plugin.toml against the data segments",
        (!stands).then(|| in_manifest(Draft::new(text))),
    ))
}

pub(super) fn limits(case: &Case<'_>) -> Answer {
    let (manifest, found) = (manifest(case)?, anatomy(case)?);
    let initial = found.initial_memory();
    let draft =
        manifest.limits.memory.filter(|memory| *memory < initial).map(|memory| {
            Draft::new(format!("[limits] memory = {memory} bytes, and the component starts with {initial}"))
        });
    Ok(Checked::new("[limits] of plugin.toml against what the component starts with", draft.map(in_manifest)))
}

pub(super) fn build(case: &Case<'_>) -> Answer {
    let manifest = manifest(case)?;
    let Some(command) = &manifest.build else { return Ok(Checked::new("no [build] command", [])) };
    let line = command.join(" ");
    let draft = Draft::new(format!("`seedbed build` would run on this machine, outside any sandbox: {line}"));
    let suspicious =
        command.first().is_none_or(|program| !matches!(program.as_str(), "cargo" | "make" | "npm" | "go" | "tinygo"))
            || !texts::search(line.as_bytes()).is_empty();
    let draft = if suspicious { draft } else { draft.at_most(Level::Note) };
    Ok(Checked::new("the [build] command", [in_manifest(draft)]))
}

pub(super) fn notices(case: &Case<'_>) -> Answer {
    let manifest = manifest(case)?;
    let drafts = manifest.notices.iter().map(|notice| in_manifest(Draft::new(notice.what.as_str())));
    let what = format!("{} of plugin.toml", count(wide(manifest.exits.len()), "narrowed exit parameter"));
    Ok(Checked::new(what, drafts))
}

fn in_manifest(draft: Draft) -> Draft {
    draft.in_file(std::path::Path::new(Manifest::FILE))
}
