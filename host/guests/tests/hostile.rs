//! The hostile guests are what they say: where one is not, the test of the host that uses it proves nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fs;
use std::path::Path;

use seedbed_guests::hostile::{Cheat, Crafted, hostile};
use wit_component::DecodedWasm;

type Outcome = Result<(), Box<dyn Error>>;

/// The versioned names of the interfaces that a component imports and exports.
fn interfaces(component: &[u8]) -> Result<(BTreeSet<String>, BTreeSet<String>), Box<dyn Error>> {
    // The decoder takes a core module for a component of an empty world.
    if component.get(4..8) != Some(&[0x0d, 0, 1, 0]) {
        return Err("not the header of a component".into());
    }
    let DecodedWasm::Component(resolve, world) = wit_component::decode(component)? else {
        return Err("not a component".into());
    };
    let world = resolve.worlds.get(world).ok_or("no world")?;
    let names = |items: Vec<_>| items.into_iter().map(|key| resolve.name_world_key(key)).collect();
    Ok((names(world.imports.keys().collect()), names(world.exports.keys().collect())))
}

#[test]
fn every_guest_that_is_compiled_fits_the_contract_but_for_the_two_that_break_it() -> Outcome {
    let guests = hostile(Path::new(env!("CARGO_TARGET_TMPDIR")))?;
    let mut imports = BTreeMap::new();
    for (name, path) in &guests {
        let (imported, exported) = interfaces(&fs::read(path)?).map_err(|error| format!("{name}: {error}"))?;
        let version = if name == "wrong-version" { "0.2.0" } else { "0.1.0" };
        assert_eq!(exported, BTreeSet::from([format!("seedbed:strategy/seed@{version}")]), "{name}");
        imports.insert(name.as_str(), imported);
    }
    let harmless = BTreeSet::from(["seedbed:strategy/diagnostics@0.1.0".to_owned()]);
    let unusual: Vec<_> =
        imports.iter().filter(|(_, imported)| !imported.is_subset(&harmless)).map(|(name, _)| *name).collect();
    assert_eq!(unusual, ["unknown-import", "wasi"]);
    assert!(imports["unknown-import"].contains("hostile:exfiltration/mailbox@1.0.0"));
    assert!(imports["wasi"].iter().any(|import| import.starts_with("wasi:sockets/")));
    Ok(())
}

/// A cheat that is in no table is never tested.
#[test]
fn every_cheat_is_built_and_in_the_table() -> Outcome {
    let sources = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/guests/cheats"))?;
    let name = |entry: fs::DirEntry| entry.path().file_stem().map(|name| name.to_string_lossy().into_owned());
    let written: BTreeSet<_> = sources.filter_map(|entry| name(entry.ok()?)).collect();
    let listed: BTreeSet<_> = Cheat::ALL.iter().map(|cheat| cheat.name.to_owned()).collect();
    assert_eq!(written, listed);
    let built = hostile(Path::new(env!("CARGO_TARGET_TMPDIR")))?;
    assert_eq!(listed.iter().filter(|name| !built.contains_key(*name)).count(), 0, "{:?}", built.keys());
    Ok(())
}

/// Test programs call for the guests at the same time, and again with every run.
#[test]
fn guests_that_are_up_to_date_are_left_alone() -> Outcome {
    let target_dir = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let written = || -> Result<Vec<_>, Box<dyn Error>> {
        let guests = hostile(target_dir)?;
        guests.values().map(|path| Ok(fs::metadata(path)?.modified()?)).collect()
    };
    assert_eq!(written()?, written()?);
    Ok(())
}

#[test]
fn every_crafted_component_fits_the_contract_and_every_other_file_is_none() -> Outcome {
    let broken = [Crafted::Empty, Crafted::Text, Crafted::Truncated, Crafted::CoreModule, Crafted::DeepNesting];
    let contract = BTreeSet::from(["seedbed:strategy/seed@0.1.0".to_owned()]);
    for crafted in Crafted::ALL {
        let found = interfaces(&crafted.bytes()?);
        let fits = matches!(&found, Ok((imported, exported)) if imported.is_empty() && exported == &contract);
        assert_ne!(fits, broken.contains(&crafted), "{}: {found:?}", crafted.name());
    }
    Ok(())
}

#[test]
fn crafted_files_are_as_large_as_they_claim() -> Outcome {
    assert!(Crafted::BigCustomSection.bytes()?.len() > 100_000_000);
    assert!(Crafted::ManyDataSegments.bytes()?.len() > 60_000 * 5);
    assert!(Crafted::ManyFunctions.bytes()?.len() > 50_000 * 3);
    Ok(())
}
