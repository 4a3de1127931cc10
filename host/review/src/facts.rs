use std::collections::BTreeSet;

use seedbed_outcome::GuestText;
use serde::{Serialize, Serializer};

use crate::anatomy::{Anatomy, wide};
use crate::entropy::bits_per_byte;
use crate::finding::{FunctionPlace, optional_text, text};
use crate::signal_path::SignalPath;

/// What a component is made of: figures that no rule judges, for people and for comparison.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Facts {
    /// Names of imports.
    #[serde(serialize_with = "texts")]
    pub imports: Vec<GuestText>,
    /// Names of exports.
    #[serde(serialize_with = "texts")]
    pub exports: Vec<GuestText>,
    /// Core modules.
    pub modules: u64,
    /// Functions over all core modules.
    pub functions: u64,
    /// Bytes of code over all core modules.
    pub code_bytes: u64,
    /// The largest function.
    pub largest_function: Option<LargestFunction>,
    /// Loops over all core modules.
    pub loops: u64,
    /// Functions that `signals` may reach, by direct calls and through tables.
    pub signal_path_functions: u64,
    /// Data segments over all core modules.
    pub data_segments: u64,
    /// Bytes in data segments.
    pub data_bytes: u64,
    /// Bytes that all memories and tables hold at the start.
    pub initial_memory: u64,
    /// The most that all memories may grow to by themselves; `None` where one has no maximum of its own.
    pub maximum_memory: Option<u64>,
    /// WebAssembly proposals that it uses beyond the first version, sorted.
    pub features: Vec<&'static str>,
    /// Tools that say they worked on it, as `name version`, sorted.
    #[serde(serialize_with = "texts")]
    pub producers: Vec<GuestText>,
    /// The version of the guest SDK, if it is stated.
    #[serde(serialize_with = "optional_text")]
    pub sdk: Option<GuestText>,
    /// Estimated milliseconds of compilation on one core, see rule SB034.
    pub compile_millis: u64,
    /// The sections, largest first; at most 50.
    pub sections: Vec<SectionFacts>,
}

/// The function with the most bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LargestFunction {
    /// Which.
    #[serde(flatten)]
    pub function: FunctionPlace,
    /// Its bytes.
    pub bytes: u64,
}

/// One section.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SectionFacts {
    /// The name of a custom section, or what the binary format calls the section.
    #[serde(serialize_with = "text")]
    pub name: GuestText,
    /// The core module that it is part of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub module: Option<u32>,
    /// Bytes from the start of the component.
    pub offset: u64,
    /// Bytes that it holds.
    pub bytes: u64,
    /// Shannon entropy in bits a byte, 0 to 8, to two decimals.
    pub entropy: f64,
}

impl Facts {
    /// The most sections that are listed.
    const MOST_SECTIONS: usize = 50;

    pub(crate) fn of(anatomy: &Anatomy<'_>) -> Self {
        let names = |named: &[crate::anatomy::Named<'_>]| {
            named.iter().take(100).map(|named| GuestText::bounded(named.name, 255)).collect()
        };
        let memories = || anatomy.modules.iter().flat_map(|module| &module.memories);
        let features: BTreeSet<_> = anatomy.modules.iter().flat_map(|module| module.features.keys().copied()).collect();
        let producers: BTreeSet<_> = anatomy
            .producers
            .iter()
            .take(100)
            .map(|producer| GuestText::bounded(&format!("{} {}", producer.name, producer.version), 200))
            .collect();
        Self {
            imports: names(&anatomy.imports),
            exports: names(&anatomy.exports),
            modules: wide(anatomy.modules.len()),
            functions: anatomy.functions(),
            code_bytes: anatomy.code_bytes(),
            largest_function: largest(anatomy),
            loops: anatomy.modules.iter().flat_map(|module| &module.functions).map(|f| u64::from(f.loops)).sum(),
            signal_path_functions: SignalPath::of(anatomy).len(),
            data_segments: wide(anatomy.data().count()),
            data_bytes: anatomy.data().map(|(_, data)| wide(data.bytes.len())).sum(),
            initial_memory: anatomy.initial_memory(),
            maximum_memory: memories()
                .map(|memory| memory.maximum_bytes)
                .try_fold(0u64, |sum, most| Some(sum.saturating_add(most?))),
            features: features.into_iter().collect(),
            producers: producers.into_iter().collect(),
            sdk: anatomy.sdk.as_ref().map(|version| GuestText::bounded(version.name, 100)),
            compile_millis: crate::cost::compile_millis(anatomy),
            sections: sections(anatomy),
        }
    }
}

fn largest(anatomy: &Anatomy<'_>) -> Option<LargestFunction> {
    let all =
        anatomy.modules.iter().flat_map(|module| (0..).zip(&module.functions).map(move |(at, f)| (module, at, f)));
    // Of equals the first: `max_by_key` alone gives the last.
    let (module, at, function) = all.min_by_key(|(_, _, function)| std::cmp::Reverse(function.bytes))?;
    Some(LargestFunction {
        function: module.place(module.imported_functions.saturating_add(at)),
        bytes: function.bytes,
    })
}

fn sections(anatomy: &Anatomy<'_>) -> Vec<SectionFacts> {
    let mut flat: Vec<_> = anatomy.sections.iter().filter(|section| !section.nests).collect();
    flat.sort_by_key(|section| (std::cmp::Reverse(section.data.len()), section.offset));
    flat.into_iter()
        .take(Facts::MOST_SECTIONS)
        .map(|section| SectionFacts {
            name: GuestText::bounded(section.name, 100),
            module: section.module,
            offset: section.offset,
            bytes: wide(section.data.len()),
            entropy: (bits_per_byte(section.data) * 100.0).round() / 100.0,
        })
        .collect()
}

fn texts<S: Serializer>(texts: &[GuestText], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(texts.iter().map(GuestText::as_str))
}
