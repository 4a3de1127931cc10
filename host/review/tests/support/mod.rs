//! Components that are made for one rule each.

#![allow(
    dead_code,
    clippy::expect_used,
    reason = "each test program uses a part, and ends where a component cannot be made"
)]

use seedbed_review::{Policy, Request, Review, Rule, RuleReport};
use wasm_encoder::{
    CodeSection, ConstExpr, CustomSection, DataSection, Encode as _, ExportKind, ExportSection, Function,
    FunctionSection, MemorySection, MemoryType, Module, NameMap, NameSection, Section as _, StartSection, TableSection,
    TableType, TypeSection, ValType,
};
use wit_component::{ComponentEncoder, StringEncoding};
use wit_parser::Resolve;

const WIT: &str = include_str!("../../../../wit/strategy-0.1/strategy.wit");

/// A strategy in the canonical ABI that answers every call with zeros; each field makes it unusual in one way.
#[derive(Default)]
pub(crate) struct Craft {
    /// Pages at the start; 2 if 0.
    pub(crate) pages: u64,
    pub(crate) maximum: Option<u64>,
    /// Address and bytes.
    pub(crate) data: Vec<(u32, Vec<u8>)>,
    /// Written before the body of `signals`.
    pub(crate) code: Option<fn(&mut wasm_encoder::InstructionSink<'_>)>,
    pub(crate) start: bool,
    pub(crate) functions: u32,
    /// The body of those.
    pub(crate) filler: Option<fn(&mut wasm_encoder::InstructionSink<'_>)>,
    pub(crate) tables: u32,
    pub(crate) named: bool,
}

impl Craft {
    pub(crate) fn component(&self) -> Vec<u8> {
        let mut module = self.module();
        let mut resolve = Resolve::default();
        let package = resolve.push_source("strategy.wit", WIT).expect("the contract parses");
        let world = resolve.select_world(&[package], Some("strategy")).expect("the contract has the world");
        wit_component::embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8).expect("embeds");
        let encoder = ComponentEncoder::default().validate(false).module(&module).expect("is a module");
        let mut encoder = encoder;
        encoder.encode().expect("is a component")
    }

    pub(crate) fn module(&self) -> Vec<u8> {
        let mut types = TypeSection::new();
        for parameters in [0, 2, 4, 14] {
            types.ty().function(vec![ValType::I32; parameters], [ValType::I32]);
        }
        types.ty().function([], []);
        let mut functions = FunctionSection::new();
        for ty in [0, 0, 1, 2, 3, 2, 4].into_iter().chain((0..self.functions).map(|_| 4)) {
            functions.function(ty);
        }
        let mut tables = TableSection::new();
        for _ in 0..=self.tables {
            let element_type = wasm_encoder::RefType::FUNCREF;
            tables.table(TableType { element_type, table64: false, minimum: 1, maximum: None, shared: false });
        }
        let mut memories = MemorySection::new();
        let (minimum, maximum) = (if self.pages == 0 { 2 } else { self.pages }, self.maximum);
        memories.memory(MemoryType { minimum, maximum, memory64: false, shared: false, page_size_log2: None });
        let mut exports = ExportSection::new();
        for (index, name) in (0..).zip(["describe", "exit-parameters", "data-needed", "accept", "signals"]) {
            exports.export(&format!("seedbed:strategy/seed@0.1.0#{name}"), ExportKind::Func, index);
        }
        exports.export("cabi_realloc", ExportKind::Func, 5).export("memory", ExportKind::Memory, 0);
        let mut code = CodeSection::new();
        for index in 0..6 {
            let mut function = Function::new([(4, ValType::I32)]);
            if let (4, Some(write)) = (index, self.code) {
                write(&mut function.instructions());
            }
            function.instructions().i32_const(1024).end();
            code.function(&function);
        }
        for _ in 0..=self.functions {
            let mut function = Function::new(self.filler.map(|_| (1, ValType::I32)));
            if let Some(write) = self.filler {
                write(&mut function.instructions());
            }
            function.instructions().end();
            code.function(&function);
        }
        let mut data = DataSection::new();
        for (address, bytes) in &self.data {
            data.active(0, &ConstExpr::i32_const(address.cast_signed()), bytes.iter().copied());
        }
        let mut module = Module::new();
        module.section(&types).section(&functions).section(&tables).section(&memories).section(&exports);
        if self.start {
            module.section(&StartSection { function_index: 6 });
        }
        module.section(&code).section(&data);
        if self.named {
            let mut names = NameMap::new();
            names.append(4, "signals");
            let mut section = NameSection::new();
            section.functions(&names);
            module.section(&section);
        }
        module.finish()
    }
}

/// `component` with a custom section at its end.
pub(crate) fn with_section(component: &[u8], name: &str, data: &[u8]) -> Vec<u8> {
    let mut bytes = component.to_vec();
    CustomSection { name: name.into(), data: data.into() }.append_to(&mut bytes);
    bytes
}

/// A producers section that says `field: name version`.
pub(crate) fn producers(field: &str, name: &str, version: &str) -> Vec<u8> {
    let mut data = Vec::new();
    1u32.encode(&mut data);
    field.encode(&mut data);
    1u32.encode(&mut data);
    name.encode(&mut data);
    version.encode(&mut data);
    data
}

pub(crate) fn seed(name: &str) -> &'static [u8] {
    seedbed_guests::seeds().iter().find(|seed| seed.name == name).expect("is embedded").component
}

pub(crate) fn review(bytes: &[u8]) -> Review {
    Review::new(&Request::of("subject", bytes), &Policy::default())
}

pub(crate) fn rule(review: &Review, rule: Rule) -> RuleReport {
    review.rule(rule).expect("every rule is in a review").clone()
}

/// A deterministic sequence without structure (SplitMix64, Steele and others 2014).
pub(crate) fn noise(seed: u64, bytes: usize) -> Vec<u8> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    };
    (0..bytes.div_ceil(8)).flat_map(|_| next().to_le_bytes()).take(bytes).collect()
}
