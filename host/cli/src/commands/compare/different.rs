use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::cells::absent;
use crate::output;

/// Something that two sides do not have alike.
#[derive(Debug, Serialize)]
pub(super) struct Different {
    what: String,
    values: [Option<String>; 2],
}

/// What differs between two sides, by name.
pub(super) fn different([a, b]: &[BTreeMap<String, String>; 2]) -> Vec<Different> {
    let names: BTreeSet<&String> = a.keys().chain(b.keys()).collect();
    let pairs = names.into_iter().map(|name| (name, [a.get(name).cloned(), b.get(name).cloned()]));
    let unlike = pairs.filter(|(_, [a, b])| a != b);
    unlike.map(|(name, values)| Different { what: name.clone(), values }).collect()
}

impl Different {
    /// All that differs, for people.
    pub(super) fn table(all: &[Self], [a, b]: [&str; 2]) -> String {
        if all.is_empty() {
            return "they have the same settings\n".to_owned();
        }
        let rows = all.iter().map(|Self { what, values: [first, second] }| {
            let cell = |value: &Option<String>| value.clone().unwrap_or_else(absent);
            vec![what.clone(), cell(first), cell(second)]
        });
        output::table(&["what differs", a, b], &[false, false, false], rows.collect())
    }
}
