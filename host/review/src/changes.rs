use std::collections::BTreeMap;

use crate::anatomy::{Anatomy, wide};
use crate::cost;
use crate::finding::{FunctionPlace, Place};
use crate::signal_path::readable;

/// One difference between two components.
pub(crate) struct Change {
    pub(crate) text: String,
    pub(crate) place: Place,
}

/// What differs between two components: figures first, then functions.
///
/// Functions are matched by their debug names and compared by the bytes of their bodies. A function whose code is the same may differ in
/// bytes because something before it in the file moved: what is listed has changed or moved, what is not listed has not changed.
pub(crate) fn changes(old: &Anatomy<'_>, new: &Anatomy<'_>) -> Vec<Change> {
    let figures = [
        ("functions", old.functions(), new.functions()),
        ("bytes of code", old.code_bytes(), new.code_bytes()),
        ("data segments", wide(old.data().count()), wide(new.data().count())),
        ("bytes of data", data_bytes(old), data_bytes(new)),
        ("bytes of memory at the start", old.initial_memory(), new.initial_memory()),
        ("estimated ms of compilation", cost::compile_millis(old), cost::compile_millis(new)),
    ];
    let mut changes: Vec<Change> = figures
        .into_iter()
        .filter(|(_, before, after)| before != after)
        .map(|(what, before, after)| Change {
            text: format!("{what}: {before} before, {after} now"),
            place: Place::default(),
        })
        .collect();
    let tools = |anatomy: &Anatomy<'_>| -> Vec<String> {
        let mut tools: Vec<_> =
            anatomy.producers.iter().map(|producer| format!("{} {}", producer.name, producer.version)).collect();
        tools.sort();
        tools.dedup();
        tools
    };
    let (before, after) = (tools(old), tools(new));
    if before != after {
        let text = format!("producers: {} before, {} now", before.join(", "), after.join(", "));
        changes.push(Change { text, place: Place::default() });
    }
    functions(old, new, &mut changes);
    changes
}

fn data_bytes(anatomy: &Anatomy<'_>) -> u64 {
    anatomy.data().map(|(_, data)| wide(data.bytes.len())).sum()
}

/// A function's body and where it is, by its readable name and how many of that name came before it.
type ByName = BTreeMap<(String, usize), ([u8; 16], Place)>;

fn functions(old: &Anatomy<'_>, new: &Anatomy<'_>, changes: &mut Vec<Change>) {
    let (before, after) = (by_name(old), by_name(new));
    for (name, (hash, place)) in &after {
        let text = match before.get(name) {
            None => "new function",
            Some((other, _)) if other != hash => "function changed or moved",
            Some(_) => continue,
        };
        changes.push(Change { text: text.to_owned(), place: place.clone() });
    }
    for (name, _) in before.iter().filter(|(name, _)| !after.contains_key(*name)) {
        changes.push(Change { text: format!("function gone: {}", name.0), place: Place::default() });
    }
}

fn by_name(anatomy: &Anatomy<'_>) -> ByName {
    let mut functions = ByName::new();
    let mut namesakes: BTreeMap<String, usize> = BTreeMap::new();
    for module in &anatomy.modules {
        let names: BTreeMap<u32, &str> = module.names.iter().map(|(index, named)| (*index, named.name)).collect();
        for (index, function) in (module.imported_functions..).zip(&module.functions) {
            let name = names.get(&index).map_or_else(|| format!("function {index}"), |name| readable(name).to_string());
            let name = format!("{name} of module {}", module.index);
            let nth = namesakes.entry(name.clone()).or_default();
            let readable_name = names.get(&index).map(|name| readable(name));
            let place = FunctionPlace { module: module.index, index, name: readable_name };
            let place = Place { offset: Some(function.offset), function: Some(place), file: None };
            functions.insert((name, *nth), (function.hash, place));
            *nth += 1;
        }
    }
    functions
}
