use super::{Answer, Checked, anatomy};
use crate::advisories::{ADVISORIES, CHECKED};
use crate::anatomy::wide;
use crate::count::count;
use crate::finding::Draft;
use crate::review::Case;

pub(super) fn producers(case: &Case<'_>) -> Answer {
    let found = anatomy(case)?;
    let mut drafts = Vec::new();
    if found.producers.is_empty() {
        drafts.push(Draft::new("no producers section: nothing says what built it"));
    }
    match found.sdk {
        Some(_) => {}
        None => drafts
            .push(Draft::new("no seedbed-sdk section: nothing says with which version of the guest SDK it was built")),
    }
    let mut tools: Vec<_> =
        found.producers.iter().map(|producer| format!("{} {}", producer.name, producer.version)).collect();
    tools.sort();
    tools.dedup();
    let sdk = found.sdk.map(|version| format!("seedbed-sdk {version}"));
    let tools: Vec<_> = tools.into_iter().take(10).chain(sdk).map(|tool| tool.trim().to_owned()).collect();
    let tools = if tools.is_empty() { "nothing".to_owned() } else { tools.join(", ") };
    Ok(Checked::new(seedbed_outcome::GuestText::bounded(&tools, 300).to_string(), drafts))
}

pub(super) fn vulnerable(case: &Case<'_>) -> Answer {
    let found = anatomy(case)?;
    if found.producers.is_empty() {
        return Err("the component does not say what built it".to_owned());
    }
    let mut drafts = Vec::new();
    let mut told = Vec::new();
    for producer in &found.producers {
        for advisory in ADVISORIES.iter().filter(|advisory| advisory.hits(producer.name, producer.version)) {
            if told.contains(&(advisory.id, producer.version)) {
                continue;
            }
            told.push((advisory.id, producer.version));
            let text = format!(
                "{} {} has {}: {} (fixed in {}; {})",
                producer.name, producer.version, advisory.id, advisory.what, advisory.fixed, advisory.source
            );
            drafts.push(Draft::new(text).at(producer.offset));
        }
    }
    let what = format!(
        "{} against {} as of {CHECKED}",
        count(wide(found.producers.len()), "producer"),
        if ADVISORIES.len() == 1 { "1 advisory".to_owned() } else { format!("{} advisories", ADVISORIES.len()) }
    );
    Ok(Checked::new(what, drafts))
}

pub(super) fn debug_names(case: &Case<'_>) -> Answer {
    let found = anatomy(case)?;
    let with_code = || found.modules.iter().filter(|module| !module.functions.is_empty());
    let named: usize = with_code().map(|module| module.names.len()).sum();
    let bare = with_code().filter(|module| module.names.is_empty() && module.function_bytes > 256);
    let drafts = bare.map(|module| {
        let functions = count(wide(module.functions.len()), "function");
        Draft::new(format!("module {} names none of its {functions}", module.index)).at(module.offset)
    });
    Ok(Checked::new(count(wide(named), "debug name"), drafts))
}
