use std::collections::BTreeMap;

use super::{Answer, Checked, anatomy};
use crate::Level;
use crate::anatomy::{Anatomy, Named, wide};
use crate::contract::{DIAGNOSTICS, Interface, Interfaces, KNOWN_VERSIONS, PACKAGE, SEED};
use crate::count::count;
use crate::finding::Draft;
use crate::policy::WasiPolicy;
use crate::review::Case;

pub(super) fn contract(case: &Case<'_>) -> Answer {
    let found = anatomy(case)?;
    let name = known(&found.exports, "seed");
    let what =
        format!("the {} functions of {PACKAGE}seed@{} with their types", SEED.len(), KNOWN_VERSIONS.join(" or "));
    let Some(export) = name else {
        let exports = quoted(&found.exports);
        let missing = format!("does not export {PACKAGE}seed@{}; exports {exports}", KNOWN_VERSIONS.join(" or "));
        return Ok(Checked::new(what, [Draft::new(missing)]));
    };
    let drafts = match interfaces(case)?.exports.get(export.name) {
        Some(interface) => differences(SEED, interface, Missing::Told, export.offset),
        None => vec![Draft::new("the export cannot be read").at(export.offset)],
    };
    Ok(Checked::new(what, drafts))
}

pub(super) fn version(case: &Case<'_>) -> Answer {
    let found = anatomy(case)?;
    let named = || found.imports.iter().chain(&found.exports).filter(|named| named.name.starts_with(PACKAGE));
    let unknown = named().filter_map(|named| {
        let version = named.name.split_once('@').map_or("none", |(_, version)| version);
        let known = KNOWN_VERSIONS.contains(&version);
        let text = format!(
            "speaks {} of version {version}, known is {}",
            PACKAGE.trim_end_matches('/'),
            KNOWN_VERSIONS.join(", ")
        );
        (!known).then(|| Draft::new(text).at(named.offset))
    });
    Ok(Checked::new(format!("the versions of {} of the contract", count(wide(named().count()), "interface")), unknown))
}

pub(super) fn imports(case: &Case<'_>) -> Answer {
    let found = anatomy(case)?;
    let what =
        format!("{} against the world's only one, {PACKAGE}diagnostics", count(wide(found.imports.len()), "import"));
    let mut drafts = Vec::new();
    for import in &found.imports {
        let contract = import.name.starts_with(&format!("{PACKAGE}diagnostics@"));
        if !contract && !is_wasi(import.name) && !case.policy.imports.contains(import.name) {
            drafts
                .push(Draft::new(format!("imports {}, which a strategy may not have", import.name)).at(import.offset));
        }
        let interface = case.interfaces.as_ref().and_then(|read| read.as_ref().ok()?.imports.get(import.name));
        if let (true, Some(interface)) = (contract, interface) {
            drafts.extend(differences(DIAGNOSTICS, interface, Missing::Allowed, import.offset));
        }
    }
    Ok(Checked::new(what, drafts))
}

/// What a WASI package gives access to, and whether the inert one has anything behind it.
fn capability(name: &str) -> (&'static str, bool) {
    let interface = name.split_once('@').map_or(name, |(interface, _)| interface);
    match interface {
        "wasi:cli/environment" => ("environment variables and arguments", true),
        "wasi:cli/exit" => ("ending itself", true),
        _ if interface.starts_with("wasi:cli/") => ("standard input and output", true),
        _ if interface.starts_with("wasi:io/") => ("streams and waiting", true),
        _ if interface.starts_with("wasi:clocks/") => ("the clock", true),
        _ if interface.starts_with("wasi:random/") => ("random numbers", true),
        _ if interface.starts_with("wasi:filesystem/") => ("files", false),
        _ if interface.starts_with("wasi:sockets/") => ("the network", false),
        _ if interface.starts_with("wasi:http/") => ("the network, by HTTP", false),
        _ if interface.starts_with("wasi:keyvalue/") || interface.starts_with("wasi:blobstore/") => ("storage", false),
        _ => ("something that this review does not know", false),
    }
}

pub(super) fn wasi(case: &Case<'_>) -> Answer {
    let found = anatomy(case)?;
    let mut by_capability: BTreeMap<(&str, bool), Vec<&Named<'_>>> = BTreeMap::new();
    for import in found.imports.iter().filter(|import| is_wasi(import.name)) {
        by_capability.entry(capability(import.name)).or_default().push(import);
    }
    let drafts = by_capability.iter().map(|((capability, inert), imports)| {
        let offset = imports.first().map_or(0, |import| import.offset);
        let names: Vec<_> = imports.iter().take(4).map(|import| import.name).collect();
        let more = imports.len().saturating_sub(names.len());
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let draft = Draft::new(format!("asks for {capability}: {}{more}", names.join(", "))).at(offset);
        match (case.policy.wasi, inert) {
            (WasiPolicy::Deny, _) => draft,
            (WasiPolicy::Inert, true) => draft.at_most(Level::Note),
            (WasiPolicy::Inert, false) => draft.at_most(Level::Warn),
        }
    });
    let granted = if case.policy.wasi == WasiPolicy::Inert { "granted inert" } else { "denied" };
    Ok(Checked::new(format!("WASI imports by capability; WASI is {granted}"), drafts))
}

pub(super) fn extra_exports(case: &Case<'_>) -> Answer {
    let found = anatomy(case)?;
    let extra = found.exports.iter().filter(|export| !export.name.starts_with(&format!("{PACKAGE}seed@")));
    let mut drafts: Vec<_> = extra
        .map(|export| Draft::new(format!("exports {}, which nobody calls", export.name)).at(export.offset))
        .collect();
    let interface = known(&found.exports, "seed").and_then(|export| {
        let read = case.interfaces.as_ref()?.as_ref().ok()?;
        Some((export, read.exports.get(export.name)?))
    });
    if let Some((export, Interface::Functions(functions))) = interface {
        let unknown = functions.keys().filter(|name| !SEED.iter().any(|(known, _)| known == name));
        drafts.extend(unknown.map(|name| Draft::new(format!("seed has a further function, {name}")).at(export.offset)));
    }
    Ok(Checked::new(count(wide(found.exports.len()), "export"), drafts))
}

fn interfaces<'c>(case: &'c Case<'_>) -> Result<&'c Interfaces, String> {
    match &case.interfaces {
        Some(Ok(interfaces)) => Ok(interfaces),
        _ => Err("the component is not valid, see SB003".to_owned()),
    }
}

pub(super) fn is_wasi(name: &str) -> bool {
    name.starts_with("wasi:")
}

fn known<'n, 'a>(named: &'n [Named<'a>], interface: &str) -> Option<&'n Named<'a>> {
    named.iter().find(|named| {
        KNOWN_VERSIONS.iter().any(|version| named.name.strip_prefix(PACKAGE) == Some(&format!("{interface}@{version}")))
    })
}

/// Whether a function of the contract may be missing: an import that is not used is left out.
#[derive(Clone, Copy, PartialEq)]
enum Missing {
    Told,
    Allowed,
}

fn differences(contract: &[(&str, &str)], found: &Interface, missing: Missing, offset: u64) -> Vec<Draft> {
    let functions = match found {
        Interface::Functions(functions) => functions,
        Interface::Other(what) => return vec![Draft::new(format!("is {what}, not an interface")).at(offset)],
    };
    let mut drafts = Vec::new();
    for (name, signature) in contract {
        match functions.get(*name) {
            None if missing == Missing::Told => drafts.push(Draft::new(format!("{name} is missing")).at(offset)),
            Some(other) if other != signature => {
                drafts.push(Draft::new(format!("{name} has other types: {other}")).at(offset));
            }
            _ => {}
        }
    }
    if missing == Missing::Allowed {
        let unknown = functions.keys().filter(|name| !contract.iter().any(|(known, _)| known == name));
        drafts.extend(
            unknown.map(|name| {
                Draft::new(format!("wants a function {name}, which the contract does not have")).at(offset)
            }),
        );
    }
    drafts
}

fn quoted(named: &[Named<'_>]) -> String {
    let names: Vec<_> = named.iter().take(4).map(|named| named.name).collect();
    if names.is_empty() { "nothing".to_owned() } else { names.join(", ") }
}

/// The full names of imports beyond the contract, for comparison.
pub(super) fn beyond_contract<'a>(anatomy: &Anatomy<'a>) -> impl Iterator<Item = &'a str> {
    let names = anatomy.imports.iter().map(|import| import.name).collect::<Vec<_>>();
    names.into_iter().filter(|name| !name.starts_with(PACKAGE))
}
