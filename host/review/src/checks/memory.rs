use super::{Answer, Checked, anatomy};
use crate::Level;
use crate::anatomy::{Anatomy, Function, wide};
use crate::count::count;
use crate::finding::{Draft, Findings};
use crate::review::Case;
use crate::signal_path::INITIALISERS;

pub(super) fn memory(case: &Case<'_>) -> Answer {
    let (found, sizes) = (anatomy(case)?, &case.policy.sizes);
    let memories = || found.modules.iter().flat_map(|module| &module.memories);
    let tables = || found.modules.iter().flat_map(|module| &module.tables);
    let (total, first) = (found.initial_memory(), memories().map(|memory| memory.offset).next().unwrap_or(0));
    let mut drafts = Vec::new();
    if total > sizes.memory {
        let text = format!("{total} bytes of memories and tables at the start, at most {} allowed", sizes.memory);
        drafts.push(Draft::new(text).at(first));
    }
    for (found, most, what, offset) in [
        (wide(memories().count()), sizes.memories, "memories", memories().last().map(|memory| memory.offset)),
        (wide(tables().count()), sizes.tables, "tables", tables().last().map(|table| table.offset)),
    ] {
        if found > most {
            drafts.push(Draft::new(format!("{found} {what}, at most {most} allowed")).at(offset.unwrap_or(0)));
        }
    }
    drafts.extend(tables().filter(|table| table.initial > sizes.table_elements).map(|table| {
        let text = format!("a table of {} elements, at most {} allowed", table.initial, sizes.table_elements);
        Draft::new(text).at(table.offset)
    }));
    let what = format!("{total} bytes at the start of {} allowed", sizes.memory);
    Ok(Checked::new(what, drafts))
}

pub(super) fn memory_growth(case: &Case<'_>) -> Answer {
    let found = anatomy(case)?;
    let most = case.policy.sizes.memory;
    let mut drafts = Vec::new();
    for memory in found.modules.iter().flat_map(|module| &module.memories) {
        let initial = memory.initial_bytes;
        match memory.maximum_bytes {
            Some(maximum) if maximum <= most => {}
            Some(maximum) => {
                let text = format!("memory from {initial} bytes up to {maximum}, beyond the limit of {most}");
                drafts.push(Draft::new(text).at(memory.offset));
            }
            None => drafts.push(Draft::new(format!("memory from {initial} bytes without a maximum")).at(memory.offset)),
        }
    }
    let mut findings: Findings = drafts.into_iter().collect();
    growing(found, |function| function.grows_memory, "grows memory", &mut findings);
    Ok(Checked { what: "maximum of each memory, and who grows it".to_owned(), findings })
}

pub(super) fn table_growth(case: &Case<'_>) -> Answer {
    let found = anatomy(case)?;
    let mut findings = Findings::default();
    growing(found, |function| function.grows_table, "grows a table", &mut findings);
    Ok(Checked { what: "all code for table.grow".to_owned(), findings })
}

fn growing(found: &Anatomy<'_>, site: impl Fn(&Function) -> Option<u64>, what: &str, findings: &mut Findings) {
    for module in &found.modules {
        for (at, function) in module.functions.iter().enumerate() {
            if let Some(offset) = site(function) {
                findings.push_with(Level::Fail, || Draft::new(what).at(offset).in_function(module.place_of(at)));
            }
        }
    }
}

pub(super) fn start(case: &Case<'_>) -> Answer {
    let found = anatomy(case)?;
    let mut drafts: Vec<_> =
        found.starts.iter().map(|offset| Draft::new("the component has a start function").at(*offset)).collect();
    for module in &found.modules {
        if let Some((function, offset)) = module.start {
            drafts.push(
                Draft::new("runs before any function of the contract").at(offset).in_function(module.place(function)),
            );
        }
        for (export, function) in &module.exports {
            if let (Some(function), true) = (function, INITIALISERS.contains(&export.name)) {
                let text = format!("exports the initialiser {}", export.name);
                // Only a start function or a wrapper calls it; those are what is judged.
                drafts
                    .push(Draft::new(text).at(export.offset).in_function(module.place(*function)).at_most(Level::Note));
            }
        }
    }
    Ok(Checked::new(
        format!("start sections and initialisers of {}", count(wide(found.modules.len()), "module")),
        drafts,
    ))
}
