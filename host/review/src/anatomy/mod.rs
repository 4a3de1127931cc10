//! What a component is made of, read without running or compiling anything.

mod code;
mod constant;
mod features;
mod names;
mod walk;

use std::collections::BTreeSet;
use std::fmt;

use crate::Rule;

pub(crate) use code::{Function, LoopKind};

/// The parts of a component that rules look at. Borrows names and data from its bytes.
#[derive(Debug, Default)]
pub(crate) struct Anatomy<'a> {
    pub(crate) sections: Vec<Section<'a>>,
    pub(crate) imports: Vec<Named<'a>>,
    pub(crate) exports: Vec<Named<'a>>,
    pub(crate) modules: Vec<Module<'a>>,
    /// Nested components.
    pub(crate) components: u64,
    /// Levels of nesting below the component itself.
    pub(crate) depth: u64,
    pub(crate) declarations: u64,
    pub(crate) producers: Vec<Producer<'a>>,
    /// What the section `seedbed-sdk` says.
    pub(crate) sdk: Option<Named<'a>>,
    /// Where a component's start section stands.
    pub(crate) starts: Vec<u64>,
}

/// One section of the component or of something in it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Section<'a> {
    /// The name of a custom section, or what the binary format calls the section.
    pub(crate) name: &'a str,
    pub(crate) custom: bool,
    /// Holds sections itself, which are listed too.
    pub(crate) nests: bool,
    /// The core module that it is part of.
    pub(crate) module: Option<u32>,
    pub(crate) offset: u64,
    /// What it holds, without its header.
    pub(crate) data: &'a [u8],
}

/// A name that the component chose, and where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Named<'a> {
    pub(crate) name: &'a str,
    pub(crate) offset: u64,
}

/// A tool that says it worked on the component.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Producer<'a> {
    /// `language`, `processed-by` or `sdk`.
    pub(crate) field: &'a str,
    pub(crate) name: &'a str,
    pub(crate) version: &'a str,
    pub(crate) offset: u64,
}

/// A core module.
#[derive(Debug, Default)]
pub(crate) struct Module<'a> {
    pub(crate) index: u32,
    pub(crate) offset: u64,
    pub(crate) imports: Vec<(Named<'a>, &'a str)>,
    pub(crate) imported_functions: u32,
    pub(crate) exports: Vec<(Named<'a>, Option<u32>)>,
    pub(crate) memories: Vec<Memory>,
    pub(crate) tables: Vec<Table>,
    /// The start function and where its section stands.
    pub(crate) start: Option<(u32, u64)>,
    pub(crate) functions: Vec<Function>,
    pub(crate) function_bytes: u64,
    pub(crate) element_segments: u64,
    /// Functions that tables may hold.
    pub(crate) elements: BTreeSet<u32>,
    pub(crate) data: Vec<Data<'a>>,
    /// WebAssembly proposals beyond the first version that the module uses, and where first.
    pub(crate) features: std::collections::BTreeMap<&'static str, u64>,
    /// Debug names of functions, by index.
    pub(crate) names: Vec<(u32, Named<'a>)>,
    /// Debug name of the module.
    pub(crate) name: Option<Named<'a>>,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Memory {
    pub(crate) offset: u64,
    pub(crate) initial_bytes: u64,
    pub(crate) maximum_bytes: Option<u64>,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Table {
    pub(crate) offset: u64,
    pub(crate) initial: u64,
}

/// A data segment.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Data<'a> {
    pub(crate) offset: u64,
    pub(crate) address: Address,
    pub(crate) bytes: &'a [u8],
}

/// Where a data segment goes when its module is instantiated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Address {
    /// Nowhere: code copies it.
    Passive,
    /// To this address of this memory.
    At(u32, u64),
    /// To an address that only the instance knows.
    Computed,
}

/// Why the reading of a component stopped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stopped {
    /// The rule that says so.
    pub(crate) rule: Rule,
    pub(crate) offset: u64,
    /// A lower-case fragment.
    pub(crate) what: String,
}

impl Stopped {
    pub(crate) fn malformed(error: &wasmparser::BinaryReaderError) -> Self {
        Self { rule: Rule::Format, offset: wide(error.offset()), what: format!("malformed: {}", error.message()) }
    }
}

impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at byte {}", self.what, self.offset)
    }
}

impl<'a> Anatomy<'a> {
    pub(crate) fn functions(&self) -> u64 {
        self.modules.iter().map(|module| wide(module.functions.len())).sum()
    }

    pub(crate) fn code_bytes(&self) -> u64 {
        self.modules.iter().map(|module| module.function_bytes).sum()
    }

    pub(crate) fn data(&self) -> impl Iterator<Item = (&Module<'a>, &Data<'a>)> {
        self.modules.iter().flat_map(|module| module.data.iter().map(move |data| (module, data)))
    }

    /// Bytes that all memories and tables hold at the start.
    pub(crate) fn initial_memory(&self) -> u64 {
        let memories = self.modules.iter().flat_map(|module| &module.memories).map(|memory| memory.initial_bytes);
        let tables = self.modules.iter().flat_map(|module| &module.tables).map(|table| table.initial.saturating_mul(8));
        memories.chain(tables).fold(0, u64::saturating_add)
    }
}

pub(crate) fn wide(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}
