use super::{Answer, Checked, anatomy};
use crate::advisories::{ADVISORIES, CHECKED, NEWEST_SDK, SDK, Version};
use crate::anatomy::{Anatomy, wide};
use crate::count::count;
use crate::finding::Draft;
use crate::review::Case;

pub(super) fn producers(case: &Case<'_>) -> Answer {
    let found = anatomy(case)?;
    let mut drafts = Vec::new();
    if found.producers.is_empty() {
        drafts.push(Draft::new("no producers section: nothing says what built it"));
    }
    match &found.sdk {
        Some(version) if Version::read(version.name).is_none() => {
            let text = format!("the section seedbed-sdk holds no version: {:?}", version.name);
            drafts.push(Draft::new(text).at(version.offset));
        }
        Some(_) => {}
        None => drafts.extend(without_sdk_section(found)),
    }
    let mut tools: Vec<_> =
        found.producers.iter().map(|producer| format!("{} {}", producer.name, producer.version)).collect();
    tools.sort();
    tools.dedup();
    let sdk = found.sdk.as_ref().map(|version| format!("{SDK} {}", version.name));
    let tools: Vec<_> = tools.into_iter().take(10).chain(sdk).map(|tool| tool.trim().to_owned()).collect();
    let tools = if tools.is_empty() { "nothing".to_owned() } else { tools.join(", ") };
    Ok(Checked::new(seedbed_outcome::GuestText::bounded(&tools, 300).to_string(), drafts))
}

/// A note of what is missing; it says more of a component that names functions of the SDK.
fn without_sdk_section(found: &Anatomy<'_>) -> Option<Draft> {
    let module = found.modules.iter().find(|module| module.names.iter().any(|(_, named)| is_of_sdk(named.name)));
    let text = "no seedbed-sdk section: nothing says with which version of the guest SDK it was built";
    Some(module.map_or_else(
        || Draft::new(text),
        |module| {
            let text =
                "functions of the guest SDK, but no seedbed-sdk section: an SDK before that section, or it was removed";
            Draft::new(text).at(module.offset)
        },
    ))
}

/// Whether a function's name, mangled or not, says that it comes from the guest SDK.
fn is_of_sdk(name: &str) -> bool {
    name.contains("seedbed_sdk")
}

pub(super) fn vulnerable(case: &Case<'_>) -> Answer {
    let found = anatomy(case)?;
    if found.producers.is_empty() && found.sdk.is_none() {
        return Err("the component does not say what built it".to_owned());
    }
    let mut drafts = Vec::new();
    let mut told = Vec::new();
    let sdk = found.sdk.iter().map(|version| (SDK, version.name, version.offset));
    let producers = found.producers.iter().map(|producer| (producer.name, producer.version, producer.offset));
    for (name, version, offset) in producers.chain(sdk) {
        for advisory in ADVISORIES.iter().filter(|advisory| advisory.hits(name, version)) {
            if told.contains(&(advisory.id, version)) {
                continue;
            }
            told.push((advisory.id, version));
            let text = format!(
                "{name} {version} has {}: {} (fixed in {}; {})",
                advisory.id, advisory.what, advisory.fixed, advisory.source
            );
            drafts.push(Draft::new(text).at(offset));
        }
    }
    if let Some(version) = &found.sdk
        && Version::read(version.name).is_some_and(|version| version > NEWEST_SDK)
    {
        let text = format!(
            "{SDK} {} is newer than {NEWEST_SDK}, the last that this host knows: it cannot tell the faults of that version",
            version.name
        );
        drafts.push(Draft::new(text).at(version.offset));
    }
    let what = format!(
        "{} against {} as of {CHECKED}",
        count(wide(found.producers.len() + usize::from(found.sdk.is_some())), "producer"),
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
