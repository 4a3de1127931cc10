//! What each rule checks. A check answers with what it looked at and what it found, or why it could not look.

mod changes;
mod code;
mod data;
mod format;
mod interfaces;
mod manifest;
mod memory;
mod places;
mod toolchain;

pub(crate) use data::searched;

use crate::Rule;
use crate::anatomy::Anatomy;
use crate::finding::{Draft, Findings};
use crate::review::Case;

/// What was looked at, and what was found there.
pub(crate) struct Checked {
    pub(crate) what: String,
    pub(crate) findings: Findings,
}

/// A check, or why there is none.
pub(crate) type Answer = Result<Checked, String>;

pub(crate) fn check(rule: Rule, case: &Case<'_>) -> Answer {
    match rule {
        Rule::Format => format::format(case),
        Rule::Size => format::size(case),
        Rule::Valid => format::valid(case),
        Rule::Structure => format::structure(case),
        Rule::Pinned => places::pinned(case),
        Rule::Contract => interfaces::contract(case),
        Rule::Version => interfaces::version(case),
        Rule::Imports => interfaces::imports(case),
        Rule::Wasi => interfaces::wasi(case),
        Rule::ExtraExports => interfaces::extra_exports(case),
        Rule::Memory => memory::memory(case),
        Rule::MemoryGrowth => memory::memory_growth(case),
        Rule::TableGrowth => memory::table_growth(case),
        Rule::Start => memory::start(case),
        Rule::Features => code::features(case),
        Rule::EndlessLoops => code::endless_loops(case),
        Rule::OpenLoops => code::open_loops(case),
        Rule::Recursion => code::recursion(case),
        Rule::CompileCost => code::compile_cost(case),
        Rule::DataSegments => data::segments(case),
        Rule::OpaqueData => data::opaque(case),
        Rule::UnknownSections => data::unknown_sections(case),
        Rule::Addresses => data::addresses(case),
        Rule::Paths => data::paths(case),
        Rule::Keys => data::keys(case),
        Rule::ShellText => data::shell(case),
        Rule::HostileNames => data::hostile_names(case),
        Rule::HostileTexts => data::hostile_texts(case),
        Rule::Producers => toolchain::producers(case),
        Rule::Toolchain => toolchain::vulnerable(case),
        Rule::DebugNames => toolchain::debug_names(case),
        Rule::ManifestWasi => manifest::wasi(case),
        Rule::ManifestName => manifest::name(case),
        Rule::ManifestLimits => manifest::limits(case),
        Rule::ManifestBuild => manifest::build(case),
        Rule::ManifestNotices => manifest::notices(case),
        Rule::Writable => places::writable(case),
        Rule::ReadOnly => places::read_only(case),
        Rule::Widened => changes::widened(case),
        Rule::Changed => changes::changed(case),
        Rule::Answers
        | Rule::FuelSplit
        | Rule::FuelGrowth
        | Rule::MemoryUse
        | Rule::Diagnostics
        | Rule::Determinism
        | Rule::Causality
        | Rule::CausalitySpace
        | Rule::WarmUp
        | Rule::MinimumBars
        | Rule::OddPrices
        | Rule::ParameterSpace
        | Rule::Accept
        | Rule::Memorised
        | Rule::PriceScale
        | Rule::TimeShift => Err("static review only".to_owned()),
    }
}

impl Checked {
    pub(crate) fn new(what: impl Into<String>, findings: impl IntoIterator<Item = Draft>) -> Self {
        Self { what: what.into(), findings: findings.into_iter().collect() }
    }
}

/// The component's parts, where it was read to its end.
fn anatomy<'c, 'a>(case: &'c Case<'a>) -> Result<&'c Anatomy<'a>, String> {
    case.anatomy.as_ref().map_err(|stopped| format!("reading stopped, see {}", stopped.rule))
}
