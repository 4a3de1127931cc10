use std::collections::BTreeSet;

use super::{Answer, Checked, anatomy};
use crate::Level;
use crate::anatomy::{LoopKind, wide};
use crate::cost;
use crate::count::count;
use crate::finding::{Draft, Findings};
use crate::review::Case;
use crate::signal_path::SignalPath;

/// The WebAssembly proposals that the sandbox's engine switches on.
const ALLOWED: &[&str] = &[
    "bulk-memory",
    "extended-const",
    "multi-value",
    "mutable-global",
    "reference-types",
    "saturating-float-to-int",
    "sign-extension",
    "simd",
];

pub(super) fn features(case: &Case<'_>) -> Answer {
    let found = anatomy(case)?;
    let mut used = BTreeSet::new();
    let mut drafts = Vec::new();
    for module in &found.modules {
        for (feature, offset) in &module.features {
            used.insert(*feature);
            if !ALLOWED.contains(feature) {
                drafts.push(Draft::new(format!("uses {feature}, which the sandbox does not have")).at(*offset));
            }
        }
    }
    let used: Vec<_> = used.into_iter().collect();
    let used = if used.is_empty() { "nothing beyond the first version".to_owned() } else { used.join(", ") };
    Ok(Checked::new(format!("WebAssembly features used: {used}"), drafts))
}

pub(super) fn endless_loops(case: &Case<'_>) -> Answer {
    loops(case, LoopKind::Endless, "a loop that nothing in it leaves")
}

pub(super) fn open_loops(case: &Case<'_>) -> Answer {
    loops(case, LoopKind::Open, "a loop whose end depends on more than a counter")
}

fn loops(case: &Case<'_>, kind: LoopKind, text: &str) -> Answer {
    let found = anatomy(case)?;
    let path = SignalPath::of(found);
    let mut looked_at = 0u64;
    let mut findings = Findings::default();
    for (module, at, function) in path.functions(found) {
        looked_at += u64::from(function.loops);
        for (_, offset) in function.notable_loops.iter().filter(|(found, _)| *found == kind) {
            findings.push_with(Level::Fail, || Draft::new(text).at(*offset).in_function(module.place_of(at)));
        }
    }
    let what = format!("{} in {} that signals may reach", count(looked_at, "loop"), count(path.len(), "function"));
    Ok(Checked { what, findings })
}

pub(super) fn recursion(case: &Case<'_>) -> Answer {
    let found = anatomy(case)?;
    let path = SignalPath::of(found);
    let mut findings = Findings::default();
    for (at, module) in found.modules.iter().enumerate() {
        for function in path.recursive(at, module) {
            let offset = module.functions.get(function).map_or(0, |function| function.offset);
            let text = "may call itself, directly or through others";
            findings.push_with(Level::Fail, || Draft::new(text).at(offset).in_function(module.place_of(function)));
        }
    }
    let what = format!("direct calls among {} that signals may reach", count(path.len(), "function"));
    Ok(Checked { what, findings })
}

pub(super) fn compile_cost(case: &Case<'_>) -> Answer {
    let found = anatomy(case)?;
    let (estimate, most) = (cost::compile_millis(found), case.policy.sizes.compile_millis);
    let what = format!(
        "about {estimate} ms for {} of code, {} and {}",
        count(found.code_bytes(), "byte"),
        count(found.functions(), "function"),
        count(wide(found.data().count()), "data segment"),
    );
    let dear =
        (estimate > most).then(|| Draft::new(format!("about {estimate} ms of compilation, at most {most} ms allowed")));
    Ok(Checked::new(what, dear))
}
