use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

use rayon::prelude::*;
use seedbed_outcome::GuestText;
use seedbed_worker::Workers;

use crate::{Grant, Plugin, Rejection, Source};

/// A source, opened or turned away.
#[derive(Debug)]
pub struct Opened {
    /// The name of its seed, file or folder, made safe to print.
    pub label: GuestText,
    /// The plugin, or why there is none.
    pub plugin: Result<Arc<Plugin>, Rejection>,
}

/// Opens every source, in parallel on the calling thread's rayon pool, in the order of `sources`.
///
/// Of several plugins that describe themselves by one name, the first keeps it.
#[must_use]
pub fn open(workers: &Workers, sources: Vec<Source>, grant: &Grant) -> Vec<Opened> {
    let opened: Vec<(GuestText, Result<Plugin, Rejection>)> = sources
        .into_par_iter()
        .map(|source| {
            let label = source.label();
            let _span = tracing::info_span!("open", plugin = %label).entered();
            let plugin = Plugin::open(workers, source, grant);
            (label, plugin)
        })
        .collect();

    let mut names: BTreeMap<String, GuestText> = BTreeMap::new();
    let mut claim = |label: &GuestText, plugin: Plugin| match names.entry(plugin.description().name.clone()) {
        Entry::Occupied(taken) => Err(Rejection::NameTaken { name: taken.key().clone(), other: taken.get().clone() }),
        Entry::Vacant(free) => {
            free.insert(label.clone());
            Ok(Arc::new(plugin))
        }
    };
    opened
        .into_iter()
        .map(|(label, plugin)| {
            let plugin = plugin.and_then(|plugin| claim(&label, plugin));
            Opened { label, plugin }
        })
        .collect()
}
