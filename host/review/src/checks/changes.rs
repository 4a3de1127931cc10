use std::collections::BTreeSet;

use super::{Answer, Checked, anatomy, interfaces::beyond_contract};
use crate::anatomy::Anatomy;
use crate::changes::{Change, changes};
use crate::finding::Draft;
use crate::review::Case;

fn pair<'c, 'a>(case: &'c Case<'a>) -> Result<(&'c Anatomy<'a>, &'c Anatomy<'a>), String> {
    let old = case.baseline.as_ref().ok_or("no baseline was given")?;
    let old = old.as_ref().map_err(|stopped| format!("the baseline cannot be read: {stopped}"))?;
    Ok((old, anatomy(case)?))
}

/// What the new component may do that the old one could not.
pub(super) fn widened(case: &Case<'_>) -> Answer {
    let (old, new) = pair(case)?;
    let mut drafts = Vec::new();
    let known: BTreeSet<_> = beyond_contract(old).collect();
    for import in new.imports.iter().filter(|import| !import.name.starts_with(crate::contract::PACKAGE)) {
        if !known.contains(import.name) {
            drafts.push(Draft::new(format!("new import {}", import.name)).at(import.offset));
        }
    }
    let exports: BTreeSet<_> = old.exports.iter().map(|export| export.name).collect();
    for export in new.exports.iter().filter(|export| !exports.contains(export.name)) {
        drafts.push(Draft::new(format!("new export {}", export.name)).at(export.offset));
    }
    let features = |anatomy: &Anatomy<'_>| -> BTreeSet<&'static str> {
        anatomy.modules.iter().flat_map(|module| module.features.keys().copied()).collect()
    };
    let used = features(old);
    for feature in features(new).difference(&used) {
        let offset = new.modules.iter().find_map(|module| module.features.get(feature)).copied().unwrap_or(0);
        drafts.push(Draft::new(format!("new WebAssembly feature {feature}")).at(offset));
    }
    let (before, after) = (old.initial_memory(), new.initial_memory());
    if after > before {
        drafts.push(Draft::new(format!("starts with {after} bytes of memory, before with {before}")));
    }
    let starts = |anatomy: &Anatomy<'_>| {
        anatomy.starts.len() + anatomy.modules.iter().filter(|module| module.start.is_some()).count()
    };
    if starts(new) > starts(old) {
        drafts.push(Draft::new("a new start function"));
    }
    let texts = |anatomy: &Anatomy<'_>| -> Vec<(u64, crate::texts::Text)> { crate::review::texts_of(anatomy) };
    let told: BTreeSet<_> = texts(old).into_iter().map(|(_, text)| (text.likeness, text.shown)).collect();
    for (start, text) in texts(new) {
        let offset = start.saturating_add(crate::anatomy::wide(text.offset));
        if !told.contains(&(text.likeness, text.shown.clone())) {
            drafts.push(Draft::new(format!("new suspicious text: {}", text.shown)).at(offset));
        }
    }
    Ok(Checked::new("imports, exports, features, memory, start functions and texts against the baseline", drafts))
}

/// What else is different.
pub(super) fn changed(case: &Case<'_>) -> Answer {
    let (old, new) = pair(case)?;
    if case.request.baseline == Some(case.request.bytes) {
        return Ok(Checked::new("the same bytes as the baseline", []));
    }
    let drafts = changes(old, new).into_iter().map(|Change { text, place }| {
        let mut draft = Draft::new(text);
        draft.place = place;
        draft
    });
    Ok(Checked::new("figures and functions against the baseline", drafts))
}
