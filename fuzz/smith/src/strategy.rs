use anyhow::{Context as _, Result, ensure};
use arbitrary::Unstructured;
use wasm_encoder::{
    CodeSection, ConstExpr, DataSection, Encode as _, EntityType, ExportKind, ExportSection, Function, FunctionSection,
    ImportSection, MemArg, MemorySection, MemoryType, Module, RawSection, TypeSection, ValType,
};
use wasm_smith::Config;
use wasmparser::{Parser, Payload};
use wit_component::{ComponentEncoder, StringEncoding};
use wit_parser::{Resolve, WorldId};

const WIT: &str = include_str!("../../../wit/strategy-0.1/strategy.wit");
const DIAGNOSTICS: &str = "seedbed:strategy/diagnostics@0.1.0";

/// The functions of the contract as a core module exports them, each with the number of its parameters, all `i32`, and of its results.
const EXPORTS: [(&str, usize, usize); 7] = [
    ("seedbed:strategy/seed@0.1.0#describe", 0, 1),
    ("seedbed:strategy/seed@0.1.0#exit-parameters", 0, 1),
    ("seedbed:strategy/seed@0.1.0#data-needed", 2, 1),
    ("seedbed:strategy/seed@0.1.0#accept", 4, 1),
    ("seedbed:strategy/seed@0.1.0#signals", 14, 1),
    ("cabi_realloc", 4, 1),
    ("cabi_post_seedbed:strategy/seed@0.1.0#signals", 1, 0),
];
const ACCEPT: usize = 3;
const SIGNALS: usize = 4;
const REALLOC: usize = 5;
const CLEANUP: usize = 6;

/// The world that strategies are made for.
pub(crate) struct Contract {
    resolve: Resolve,
    world: WorldId,
    /// A module with the contract's exports, for the generator to imitate.
    exports: Vec<u8>,
    /// One with its import.
    imports: Vec<u8>,
}

impl Contract {
    pub(crate) fn new() -> Result<Self> {
        let mut resolve = Resolve::default();
        let package = resolve.push_source("strategy.wit", WIT)?;
        let world = resolve.select_world(&[package], Some("strategy"))?;
        Ok(Self { resolve, world, exports: exporting(), imports: importing() })
    }

    /// A strategy whose functions hold random code; some of them answer as the contract wants it, so that the host goes on to the others.
    /// `None` when the input did not suffice.
    pub(crate) fn strategy(&self, input: &mut Unstructured<'_>) -> Result<Option<Vec<u8>>> {
        let Ok((config, honest)) = self.draw(input) else { return Ok(None) };
        let Ok(module) = wasm_smith::Module::new(config, input) else { return Ok(None) };
        let mut module = patched(&module.to_bytes(), &honest)?;
        wit_component::embed_component_metadata(&mut module, &self.resolve, self.world, StringEncoding::UTF8)?;
        let component = ComponentEncoder::default().module(&module)?.encode().context("wrapping it")?;
        Ok(Some(component))
    }

    fn draw(&self, input: &mut Unstructured<'_>) -> arbitrary::Result<(Config, [bool; EXPORTS.len()])> {
        let config = Config {
            available_imports: Some(self.imports.clone()),
            exports: Some(self.exports.clone()),
            allow_start_export: input.ratio(1, 8)?,
            disallow_traps: input.ratio(1, 2)?,
            max_instructions: input.int_in_range(10..=400)?,
            min_memories: 1,
            max_memories: 1,
            // More than the pre-scan lets through, now and then.
            max_memory32_bytes: 96 << 20,
            max_table_elements: 25_000,
            memory64_enabled: false,
            simd_enabled: input.ratio(1, 4)?,
            // Mostly what the engine takes: a module with anything else ends at the validator.
            exceptions_enabled: false,
            gc_enabled: false,
            relaxed_simd_enabled: false,
            tail_call_enabled: false,
            threads_enabled: false,
            ..Config::default()
        };
        let mut honest = [false; EXPORTS.len()];
        if input.ratio(4, 5)? {
            honest = [true; EXPORTS.len()];
            honest[ACCEPT] = input.ratio(1, 2)?;
            honest[SIGNALS] = input.ratio(1, 2)?;
            honest[REALLOC] = input.ratio(9, 10)?;
            honest[CLEANUP] = input.ratio(1, 2)?;
        }
        Ok((config, honest))
    }
}

/// A module that exports what the contract wants.
fn exporting() -> Vec<u8> {
    let (mut types, mut functions, mut exports, mut code) =
        (TypeSection::new(), FunctionSection::new(), ExportSection::new(), CodeSection::new());
    for (index, (name, parameters, results)) in (0..).zip(EXPORTS) {
        types.ty().function(vec![ValType::I32; parameters], vec![ValType::I32; results]);
        functions.function(index);
        exports.export(name, ExportKind::Func, index);
        let mut body = Function::new([]);
        body.instructions().unreachable().end();
        code.function(&body);
    }
    let mut module = Module::new();
    module.section(&types).section(&functions).section(&exports).section(&code);
    module.finish()
}

/// A module that imports what the contract offers.
fn importing() -> Vec<u8> {
    let mut types = TypeSection::new();
    types.ty().function([ValType::I32; 3], []);
    let mut imports = ImportSection::new();
    imports.import(DIAGNOSTICS, "report", EntityType::Function(0));
    let mut module = Module::new();
    module.section(&types).section(&imports);
    module.finish()
}

/// Where the honest functions keep what they answer with.
mod place {
    pub(super) const HEAP: i32 = 16;
    pub(super) const DESCRIPTION: i32 = 1_024;
    pub(super) const ZEROS: i32 = 1_152;
    pub(super) const DATA_NEED: i32 = 1_216;
    pub(super) const ANSWER: i32 = 1_232;
    pub(super) const TEXTS: i32 = 1_536;
    pub(super) const CONVICTIONS: i32 = 4_096;
    /// Behind room for 3,584 convictions.
    pub(super) const ALLOCATED: i32 = 32_768;
    pub(super) const PAGES: u64 = 2;
}

/// The module with its memory exported, honest code in some functions, and the data that it answers with behind its own.
fn patched(module: &[u8], honest: &[bool; EXPORTS.len()]) -> Result<Vec<u8>> {
    let mut functions = [None; EXPORTS.len()];
    let (mut imported, mut segments, mut has_data) = (0, 0, false);
    for payload in Parser::new(0).parse_all(module) {
        match payload? {
            Payload::ImportSection(imports) => {
                for import in imports.into_imports() {
                    imported += u32::from(matches!(import?.ty, wasmparser::TypeRef::Func(_)));
                }
            }
            Payload::ExportSection(exports) => {
                for export in exports {
                    let export = export?;
                    let place = EXPORTS.iter().position(|(name, ..)| *name == export.name).context("another export")?;
                    functions[place] = Some(export.index);
                }
            }
            Payload::DataSection(data) => (segments, has_data) = (data.count(), true),
            _ => {}
        }
    }
    let function = |place: usize| functions[place].context("an export is missing");

    let mut patched = Module::new();
    let own_data = || {
        let mut data = DataSection::new();
        for (address, bytes) in answers() {
            data.active(0, &ConstExpr::i32_const(address), bytes);
        }
        data
    };
    for payload in Parser::new(0).parse_all(module) {
        let payload = payload?;
        match &payload {
            Payload::MemorySection(memories) => {
                let memory = memories.clone().into_iter().next().context("no memory")??;
                let minimum = memory.initial.max(place::PAGES);
                let maximum = memory.maximum.map(|maximum| maximum.max(minimum));
                let mut section = MemorySection::new();
                section.memory(MemoryType { minimum, maximum, memory64: false, shared: false, page_size_log2: None });
                patched.section(&section);
            }
            Payload::ExportSection(_) => {
                let mut exports = ExportSection::new();
                for (place, (name, ..)) in EXPORTS.into_iter().enumerate() {
                    exports.export(name, ExportKind::Func, function(place)?);
                }
                exports.export("memory", ExportKind::Memory, 0);
                patched.section(&exports);
            }
            Payload::DataCountSection { count, .. } => {
                patched.section(&wasm_encoder::DataCountSection { count: count + own_data().len() });
            }
            Payload::CodeSectionStart { range, .. } => {
                let bodies =
                    wasmparser::CodeSectionReader::new(wasmparser::BinaryReader::new(&module[range.clone()], 0))?;
                let mut code = CodeSection::new();
                for (index, body) in (imported..).zip(bodies) {
                    let body = body?;
                    let place =
                        functions.iter().position(|function| *function == Some(index)).filter(|place| honest[*place]);
                    match place {
                        Some(place) => code.function(&honest_body(place, function(ACCEPT)?)),
                        None => code.raw(body.as_bytes()),
                    };
                }
                patched.section(&code);
                if !has_data {
                    patched.section(&own_data());
                }
            }
            Payload::DataSection(data) => {
                let mut section = Vec::new();
                (segments + own_data().len()).encode(&mut section);
                let range = data.range();
                let own = &module[range];
                section.extend(own.get(leb_bytes(own)..).unwrap_or_default());
                let mut ours = Vec::new();
                own_data().encode(&mut ours);
                // Behind the section's length and the count of its segments.
                let ours = ours.get(leb_bytes(&ours)..).unwrap_or_default();
                section.extend(ours.get(leb_bytes(ours)..).unwrap_or_default());
                patched.section(&RawSection { id: 11, data: &section });
            }
            Payload::CodeSectionEntry(_) => {}
            other => {
                if let Some((id, range)) = other.as_section() {
                    patched.section(&RawSection { id, data: &module[range] });
                }
            }
        }
    }
    let patched = patched.finish();
    ensure!(functions.iter().all(Option::is_some), "an export is missing");
    Ok(patched)
}

/// Bytes of the number that `bytes` begin with.
fn leb_bytes(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|byte| **byte >= 0x80).count() + 1
}

/// What the contract wants of a function; `signals` runs the code of `accept` first, whatever that is.
fn honest_body(place: usize, accept: u32) -> Function {
    let mut function = Function::new([]);
    let mut body = function.instructions();
    let word = |offset| MemArg { offset, align: 2, memory_index: 0 };
    match place {
        0 => body.i32_const(place::DESCRIPTION),
        2 => body.i32_const(place::DATA_NEED),
        SIGNALS => {
            const CLOSES: u32 = 9; // Bars are six lists of an address and a length each.
            for parameter in 0..4 {
                body.local_get(parameter);
            }
            body.call(accept).drop();
            body.i32_const(place::ANSWER).i32_const(0).i32_store(word(0));
            body.i32_const(place::ANSWER).i32_const(place::CONVICTIONS).i32_store(word(4));
            body.i32_const(place::ANSWER).local_get(CLOSES).i32_store(word(8));
            body.i32_const(place::ANSWER)
        }
        REALLOC => {
            const SIZE: u32 = 3;
            body.i32_const(place::HEAP).i32_load(word(0));
            body.i32_const(place::HEAP);
            body.i32_const(place::HEAP).i32_load(word(0)).local_get(SIZE).i32_add();
            body.i32_const(7).i32_add().i32_const(-8).i32_and();
            body.i32_store(word(0))
        }
        CLEANUP => body.nop(),
        _ => body.i32_const(place::ZEROS),
    };
    body.end();
    function
}

/// What lies in memory for the honest functions, by address, as the canonical ABI lays records out.
fn answers() -> Vec<(i32, Vec<u8>)> {
    let mut texts = Vec::new();
    let mut text = |text: &str| {
        let address = place::TEXTS as usize + texts.len();
        texts.extend_from_slice(text.as_bytes());
        words(&[address as u32, text.len() as u32])
    };
    let mut description = ["smith", "0.1.0", "random code", "momentum"].map(&mut text).concat();
    let closes = 1 << 4; // The flag of `close`.
    description.extend(words(&[closes, 0, 0, 0]));
    vec![
        (place::HEAP, words(&[place::ALLOCATED as u32])),
        (place::DESCRIPTION, description),
        (place::ZEROS, vec![0; 64]),
        (place::DATA_NEED, words(&[2, 100])),
        (place::TEXTS, texts),
    ]
}

fn words(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}
