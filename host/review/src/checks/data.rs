use super::{Answer, Checked, anatomy, format::draft};
use crate::anatomy::{Address, Anatomy, Named, Section, wide};
use crate::count::count;
use crate::entropy::bits_per_byte;
use crate::finding::{Draft, Findings};
use crate::review::Case;
use crate::texts::{self, Likeness};
use crate::{Level, Rule};

pub(super) fn segments(case: &Case<'_>) -> Answer {
    let found = match &case.anatomy {
        Err(stopped) if stopped.rule == Rule::DataSegments => {
            return Ok(Checked::new("data segments up to the bound", [draft(stopped)]));
        }
        _ => anatomy(case)?,
    };
    let mut drafts = Vec::new();
    let mut bytes = 0u64;
    for (module, data) in found.data() {
        bytes = bytes.saturating_add(wide(data.bytes.len()));
        match data.address {
            Address::Passive => {}
            Address::Computed => {
                drafts.push(Draft::new("goes to an address that only the running instance knows").at(data.offset))
            }
            Address::At(memory, address) => {
                let memory = usize::try_from(memory).ok().and_then(|memory| module.memories.get(memory));
                let end = address.saturating_add(wide(data.bytes.len()));
                // A memory that is imported has no size here; its own module does.
                if let Some(size) = memory.map(|memory| memory.initial_bytes).filter(|size| end > *size) {
                    let text = format!("reaches to address {end} of a memory of {size} bytes");
                    drafts.push(Draft::new(text).at(data.offset));
                }
            }
        }
    }
    Ok(Checked::new(
        format!("{} of {} together", count(wide(found.data().count()), "segment"), count(bytes, "byte")),
        drafts,
    ))
}

/// Bytes that are looked at together for entropy. A random block of this size has 7.955 bits a byte on average: 8 less
/// 255 / (2 * 4096 * ln 2), the bias of the estimate (Miller 1955). Code and tables of numbers have below 7.5.
const BLOCK: usize = 4096;
const PACKED: f64 = 7.8;

pub(super) fn opaque(case: &Case<'_>) -> Answer {
    let found = anatomy(case)?;
    let mut drafts = Vec::new();
    let mut blocks = 0u64;
    let pieces = found.data().map(|(_, data)| ("a data segment", data.offset, data.bytes));
    let sections = found.sections.iter().filter(|section| section.custom);
    for (what, offset, bytes) in
        pieces.chain(sections.map(|section| ("a custom section", section.offset, section.data)))
    {
        let packed: Vec<_> = bytes
            .as_chunks::<BLOCK>()
            .0
            .iter()
            .enumerate()
            .inspect(|_| blocks += 1)
            .map(|(at, block)| (at, bits_per_byte(block)))
            .filter(|(_, bits)| *bits >= PACKED)
            .collect();
        if let Some((first, bits)) = packed.first() {
            let size = packed.len() * BLOCK;
            let text = format!("{what} holds {size} bytes that look packed or encrypted, {bits:.2} bits a byte");
            drafts.push(Draft::new(text).at(offset.saturating_add(wide(first * BLOCK))));
        }
    }
    Ok(Checked::new(format!("entropy of {} of {BLOCK} bytes", count(blocks, "block")), drafts))
}

/// Custom sections that tool chains write.
fn is_known(name: &str) -> bool {
    const KNOWN: &[&str] = &[
        "name",
        "producers",
        "target_features",
        "component-name",
        "seedbed-sdk",
        "package-docs",
        "authors",
        "description",
        "homepage",
        "licenses",
        "revision",
        "source",
        "version",
    ];
    KNOWN.contains(&name) || name.starts_with("component-type") || name.starts_with(".debug_")
}

pub(super) fn unknown_sections(case: &Case<'_>) -> Answer {
    let found = anatomy(case)?;
    let custom = || found.sections.iter().filter(|section| section.custom);
    let unknown = custom().filter(|section| !is_known(section.name) && !case.policy.sections.contains(section.name));
    let drafts = unknown.map(|section| {
        let bits = bits_per_byte(section.data);
        let text =
            format!("\"{}\" of {}, {bits:.2} bits a byte", section.name, count(wide(section.data.len()), "byte"));
        Draft::new(text).at(section.offset)
    });
    Ok(Checked::new(count(wide(custom().count()), "custom section"), drafts))
}

pub(super) fn addresses(case: &Case<'_>) -> Answer {
    plain(case, &[Likeness::Address])
}

pub(super) fn paths(case: &Case<'_>) -> Answer {
    plain(case, &[Likeness::Path, Likeness::BuildPath])
}

pub(super) fn keys(case: &Case<'_>) -> Answer {
    plain(case, &[Likeness::Key])
}

pub(super) fn shell(case: &Case<'_>) -> Answer {
    plain(case, &[Likeness::Shell])
}

pub(super) fn hostile_texts(case: &Case<'_>) -> Answer {
    plain(
        case,
        &[Likeness::TerminalEscape, Likeness::LogLine, Likeness::Html, Likeness::Formula, Likeness::MetricSyntax],
    )
}

/// Texts of some likenesses in the data segments and in custom sections that are no debug information.
fn plain(case: &Case<'_>, likenesses: &[Likeness]) -> Answer {
    anatomy(case)?;
    let drafts = case.texts().iter().filter(|(_, text)| likenesses.contains(&text.likeness)).map(|(start, text)| {
        let draft =
            Draft::new(format!("{}: {}", word(text.likeness), text.shown)).at(start.saturating_add(wide(text.offset)));
        if text.likeness == Likeness::BuildPath { draft.at_most(Level::Note) } else { draft }
    });
    Ok(Checked::new(format!("{} of data and custom sections, as plain text", count(case.searched(), "byte")), drafts))
}

fn word(likeness: Likeness) -> &'static str {
    match likeness {
        Likeness::Address => "an address",
        Likeness::Path => "a path",
        Likeness::BuildPath => "a folder of the machine that built it",
        Likeness::Key => "looks like a key",
        Likeness::Shell => "looks like a command",
        Likeness::TerminalEscape => "steers a terminal",
        Likeness::LogLine => "looks like the beginning of a log line",
        Likeness::Html => "HTML",
        Likeness::Formula => "a spreadsheet formula",
        Likeness::MetricSyntax => "the syntax of metrics",
    }
}

/// The pieces of a component that are searched for texts, with where the bytes begin.
pub(crate) fn searched<'a>(found: &Anatomy<'a>) -> Vec<(u64, &'a [u8])> {
    let is_text = |section: &&Section<'_>| {
        section.custom
            && !matches!(section.name, "name" | "component-name" | "producers")
            && !section.name.starts_with(".debug_")
    };
    let sections = found.sections.iter().filter(is_text).map(|section| (section.offset, section.data));
    let start = |data: &crate::anatomy::Data<'a>| data.offset;
    found.data().map(|(_, data)| (start(data), data.bytes)).chain(sections).collect()
}

pub(super) fn hostile_names(case: &Case<'_>) -> Answer {
    let found = anatomy(case)?;
    let mut names: Vec<Named<'_>> = [&found.imports[..], &found.exports[..]].concat();
    names.extend(
        found
            .sections
            .iter()
            .filter(|section| section.custom)
            .map(|section| Named { name: section.name, offset: section.offset }),
    );
    for producer in &found.producers {
        names.extend([producer.name, producer.version].map(|name| Named { name, offset: producer.offset }));
    }
    for module in &found.modules {
        names.extend(module.exports.iter().map(|(export, _)| *export));
        names.extend(
            module.imports.iter().flat_map(|(import, item)| [*import, Named { name: item, offset: import.offset }]),
        );
    }
    let debug =
        || found.modules.iter().flat_map(|module| module.names.iter().map(|(_, named)| named).chain(&module.name));
    let judged = names.iter().map(|named| (named, texts::hostile_name(named.name)));
    let judged = judged.chain(debug().map(|named| (named, texts::debug_name(named.name))));
    let mut findings = Findings::default();
    for (named, wrong) in judged.filter(|(_, wrong)| !wrong.is_empty()) {
        findings.push_with(Level::Fail, || draft_of(named.name, "a name", &wrong).at(named.offset));
    }
    let own = texts::hostile_name(case.request.name);
    if !own.is_empty() {
        findings.push(draft_of(case.request.name, "it is called by a name", &own));
    }
    Ok(Checked { what: count(wide(names.len().saturating_add(debug().count())), "name"), findings })
}

fn draft_of(name: &str, what: &str, wrong: &[&str]) -> Draft {
    let shown: String = name.chars().take(60).collect();
    Draft::new(format!("{what} with {}: {}", wrong.join(" and "), shown.escape_default()))
}
