use std::fmt;

use wasmparser::{Chunk, ElementItems, Encoding, Operator, Parser, Payload, TypeRef};

use super::{Address, Anatomy, Data, Memory, Module, Named, Section, Stopped, Table, code, constant, names, wide};
use crate::Rule;
use crate::policy::Sizes;

/// What is bounded while reading, so that reading itself is bounded.
#[derive(Debug, Clone, Copy)]
pub(super) enum Bound {
    Functions,
    FunctionBytes,
    Locals,
    CodeBytes,
    DataSegments,
    ElementSegments,
    Declarations,
    Sections,
    Modules,
    Depth,
    DebugNames,
    Producers,
}

impl Bound {
    pub(super) fn check(self, found: u64, allowed: u64, offset: u64) -> Result<(), Stopped> {
        if found <= allowed {
            return Ok(());
        }
        let rule = if matches!(self, Self::DataSegments) { Rule::DataSegments } else { Rule::Structure };
        Err(Stopped { rule, offset, what: format!("{found} {self}, at most {allowed} allowed") })
    }
}

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Functions => "functions",
            Self::FunctionBytes => "bytes of code in one function",
            Self::Locals => "locals in one function",
            Self::CodeBytes => "bytes of code",
            Self::DataSegments => "data segments",
            Self::ElementSegments => "element segments",
            Self::Declarations => "declarations",
            Self::Sections => "sections",
            Self::Modules => "core modules and nested components",
            Self::Depth => "levels of nesting",
            Self::DebugNames => "debug names in one module",
            Self::Producers => "producers",
        })
    }
}

impl<'a> Anatomy<'a> {
    /// Reads all of `bytes`, or stops at the first thing that cannot be read or is more than `sizes` allow. Time and memory grow with
    /// the bytes and are bounded by `sizes`.
    pub(crate) fn read(bytes: &'a [u8], sizes: &Sizes) -> Result<Self, Stopped> {
        sniff(bytes)?;
        let mut walk = Walk { found: Self::default(), bytes, sizes, counted: Counted::default() };
        walk.all()?;
        Ok(walk.found)
    }
}

/// Says what `bytes` are when they are no component.
fn sniff(bytes: &[u8]) -> Result<(), Stopped> {
    let what = match bytes {
        [] => "empty".to_owned(),
        [0x7f, b'E', b'L', b'F', ..] => "compiled code, not a component".to_owned(),
        [0, b'a', b's', b'm', 1, 0, 0, 0, ..] => "a core WebAssembly module, not a component".to_owned(),
        [0, b'a', b's', b'm', ..] => return Ok(()),
        _ => match text(bytes) {
            Some(text) => format!("text, not a WebAssembly binary: it starts with '{text}'"),
            None => format!("not a WebAssembly binary: it starts with {:02x?}", bytes.get(..8).unwrap_or(bytes)),
        },
    };
    Err(Stopped { rule: Rule::Format, offset: 0, what })
}

/// The beginning of what seems to be a text.
fn text(bytes: &[u8]) -> Option<&str> {
    const SHOWN: usize = 24;
    // A character may be cut in two at the end.
    let start = bytes.get(..SHOWN).unwrap_or(bytes).utf8_chunks().next()?;
    let is_text = start.valid().chars().all(|c| !c.is_control() || c.is_ascii_whitespace());
    let ends_well = start.invalid().is_empty() || (start.valid().len() > SHOWN - 4 && bytes.len() > SHOWN);
    (is_text && ends_well).then(|| start.valid().trim())
}

struct Walk<'a, 's> {
    found: Anatomy<'a>,
    bytes: &'a [u8],
    sizes: &'s Sizes,
    counted: Counted,
}

/// Running totals over all modules.
#[derive(Default)]
struct Counted {
    functions: u64,
    code_bytes: u64,
    data_segments: u64,
    element_segments: u64,
}

/// What the walk is inside of.
#[derive(Clone, Copy)]
enum Inside {
    Component,
    /// The core module of this position in [`Anatomy::modules`].
    Module(usize),
}

impl<'a> Walk<'a, '_> {
    fn all(&mut self) -> Result<(), Stopped> {
        let mut parser = Parser::new(0);
        let mut outer: Vec<(Parser, Inside)> = Vec::new();
        let mut inside = Inside::Component;
        let mut rest = self.bytes;
        loop {
            let at = wide(self.bytes.len() - rest.len());
            let Chunk::Parsed { consumed, payload } = parser.parse(rest, true).map_err(malformed)? else {
                return Err(Stopped { rule: Rule::Format, offset: at, what: "ends too early".to_owned() });
            };
            rest = rest.get(consumed..).unwrap_or_default();
            self.section(&payload, inside)?;
            match payload {
                Payload::ModuleSection { parser: inner, unchecked_range } => {
                    let offset = wide(unchecked_range.start);
                    let index = self.found.modules.len();
                    let number = u32::try_from(index).unwrap_or(u32::MAX);
                    self.found.modules.push(Module { index: number, offset, ..Module::default() });
                    self.nest(wide(outer.len()).saturating_add(1), offset)?;
                    outer.push((parser, inside));
                    (parser, inside) = (inner, Inside::Module(index));
                }
                Payload::ComponentSection { parser: inner, unchecked_range } => {
                    self.found.components += 1;
                    self.nest(wide(outer.len()).saturating_add(1), wide(unchecked_range.start))?;
                    outer.push((parser, inside));
                    (parser, inside) = (inner, Inside::Component);
                }
                Payload::End(_) => match outer.pop() {
                    Some(parent) => (parser, inside) = parent,
                    None if rest.is_empty() => return Ok(()),
                    None => {
                        let what = format!("{} bytes after the end", rest.len());
                        let offset = wide(self.bytes.len() - rest.len());
                        return Err(Stopped { rule: Rule::Format, offset, what });
                    }
                },
                payload => match inside {
                    Inside::Component => self.component(payload, outer.is_empty())?,
                    Inside::Module(index) => self.module(payload, index)?,
                },
            }
        }
    }

    fn nest(&mut self, depth: u64, offset: u64) -> Result<(), Stopped> {
        self.found.depth = self.found.depth.max(depth);
        Bound::Depth.check(depth, self.sizes.depth, offset)?;
        let nested = wide(self.found.modules.len()).saturating_add(self.found.components);
        Bound::Modules.check(nested, self.sizes.modules, offset)
    }

    /// Lists the section that a payload begins, if it begins one.
    fn section(&mut self, payload: &Payload<'a>, inside: Inside) -> Result<(), Stopped> {
        let Some((_, range)) = payload.as_section() else { return Ok(()) };
        let offset = wide(range.start);
        Bound::Sections.check(wide(self.found.sections.len()).saturating_add(1), self.sizes.sections, offset)?;
        let nests = matches!(payload, Payload::ModuleSection { .. } | Payload::ComponentSection { .. });
        let (name, custom, offset, data) = match payload {
            Payload::CustomSection(section) => (section.name(), true, wide(section.data_offset()), section.data()),
            _ => (section_name(payload), false, offset, self.bytes.get(range).unwrap_or_default()),
        };
        let module = if let Inside::Module(index) = inside { u32::try_from(index).ok() } else { None };
        self.found.sections.push(Section { name, custom, nests, module, offset, data });
        Ok(())
    }

    fn component(&mut self, payload: Payload<'a>, top: bool) -> Result<(), Stopped> {
        let declared = match &payload {
            Payload::Version { encoding: Encoding::Module, .. } => {
                let what = "a core WebAssembly module, not a component".to_owned();
                return Err(Stopped { rule: Rule::Format, offset: 0, what });
            }
            Payload::ComponentImportSection(s) => (s.count(), s.original_position()),
            Payload::ComponentExportSection(s) => (s.count(), s.original_position()),
            Payload::InstanceSection(s) => (s.count(), s.original_position()),
            Payload::CoreTypeSection(s) => (s.count(), s.original_position()),
            Payload::ComponentInstanceSection(s) => (s.count(), s.original_position()),
            Payload::ComponentAliasSection(s) => (s.count(), s.original_position()),
            Payload::ComponentTypeSection(s) => (s.count(), s.original_position()),
            Payload::ComponentCanonicalSection(s) => (s.count(), s.original_position()),
            _ => (0, 0),
        };
        self.declare(declared)?;
        match payload {
            Payload::ComponentImportSection(imports) if top => {
                for import in imports.into_iter_with_offsets() {
                    let (offset, import) = import.map_err(malformed)?;
                    self.found.imports.push(Named { name: import.name.name, offset: wide(offset) });
                }
            }
            Payload::ComponentExportSection(exports) if top => {
                for export in exports.into_iter_with_offsets() {
                    let (offset, export) = export.map_err(malformed)?;
                    self.found.exports.push(Named { name: export.name.name, offset: wide(offset) });
                }
            }
            Payload::ComponentStartSection { range, .. } => self.found.starts.push(wide(range.start)),
            Payload::CustomSection(section) => {
                names::read(&mut self.found, None, &section, self.sizes.declarations)?;
            }
            Payload::UnknownSection { id, range, .. } => return Err(unknown_section(id, range.start)),
            _ => {}
        }
        Ok(())
    }

    fn declare(&mut self, (count, offset): (u32, usize)) -> Result<(), Stopped> {
        self.found.declarations = self.found.declarations.saturating_add(count.into());
        Bound::Declarations.check(self.found.declarations, self.sizes.declarations, wide(offset))
    }

    fn module(&mut self, payload: Payload<'a>, index: usize) -> Result<(), Stopped> {
        let declared = match &payload {
            Payload::TypeSection(s) => (s.count(), s.original_position()),
            Payload::ImportSection(s) => (s.count(), s.original_position()),
            Payload::GlobalSection(s) => (s.count(), s.original_position()),
            Payload::ExportSection(s) => (s.count(), s.original_position()),
            Payload::TagSection(s) => (s.count(), s.original_position()),
            Payload::TableSection(s) => (s.count(), s.original_position()),
            Payload::MemorySection(s) => (s.count(), s.original_position()),
            _ => (0, 0),
        };
        self.declare(declared)?;
        if let Payload::CustomSection(section) = &payload {
            return names::read(&mut self.found, Some(index), section, self.sizes.declarations);
        }
        let (sizes, counted) = (self.sizes, &mut self.counted);
        let Some(module) = self.found.modules.get_mut(index) else { return Ok(()) };
        match payload {
            Payload::TypeSection(types) => {
                for (offset, group) in types.into_iter_with_offsets().map_while(Result::ok) {
                    let several = group.types().any(|ty| {
                        matches!(&ty.composite_type.inner, wasmparser::CompositeInnerType::Func(f) if f.results().len() > 1)
                    });
                    if several {
                        module.uses("multi-value", wide(offset));
                    }
                    if group.is_explicit_rec_group()
                        || group.types().any(|ty| ty.composite_type.shared || !is_function(ty))
                    {
                        module.uses("gc", wide(offset));
                    }
                }
            }
            Payload::ImportSection(imports) => {
                let offset = wide(imports.original_position());
                for import in imports.into_imports_with_offsets() {
                    let (at, import) = import.map_err(malformed)?;
                    Bound::Declarations.check(
                        wide(module.imports.len()).saturating_add(1),
                        sizes.declarations,
                        offset,
                    )?;
                    module.imports.push((Named { name: import.module, offset: wide(at) }, import.name));
                    match import.ty {
                        TypeRef::Func(_) | TypeRef::FuncExact(_) => module.imported_functions += 1,
                        TypeRef::Memory(memory) => module.memory_features(&memory, wide(at)),
                        _ => {}
                    }
                }
            }
            Payload::FunctionSection(functions) => {
                counted.functions = counted.functions.saturating_add(functions.count().into());
                Bound::Functions.check(counted.functions, sizes.functions, wide(functions.original_position()))?;
            }
            Payload::CodeSectionStart { count, size, range } => {
                Bound::Functions.check(count.into(), sizes.functions, wide(range.start))?;
                counted.code_bytes = counted.code_bytes.saturating_add(size.into());
                Bound::CodeBytes.check(counted.code_bytes, sizes.code_bytes, wide(range.start))?;
            }
            Payload::CodeSectionEntry(body) => {
                let offset = wide(body.range().start);
                let size = wide(body.range().len());
                Bound::FunctionBytes.check(size, sizes.function_bytes, offset)?;
                Bound::Functions.check(wide(module.functions.len()).saturating_add(1), sizes.functions, offset)?;
                let mut locals = 0u64;
                for declared in body.get_locals_reader().map_err(malformed)? {
                    locals = locals.saturating_add(declared.map_err(malformed)?.0.into());
                    Bound::Locals.check(locals, sizes.locals, offset)?;
                }
                module.function_bytes = module.function_bytes.saturating_add(size);
                let function = code::read(&body, &mut module.features).map_err(malformed)?;
                module.functions.push(function);
            }
            Payload::DataSection(segments) => {
                counted.data_segments = counted.data_segments.saturating_add(segments.count().into());
                Bound::DataSegments.check(
                    counted.data_segments,
                    sizes.data_segments,
                    wide(segments.original_position()),
                )?;
                for segment in segments {
                    let segment = segment.map_err(malformed)?;
                    let offset = segment.range.end.saturating_sub(segment.data.len());
                    let address = match &segment.kind {
                        wasmparser::DataKind::Passive => Address::Passive,
                        wasmparser::DataKind::Active { memory_index, offset_expr } => constant::value(offset_expr)
                            .map_or(Address::Computed, |address| Address::At(*memory_index, address.into())),
                    };
                    module.data.push(Data { offset: wide(offset), address, bytes: segment.data });
                }
            }
            Payload::ElementSection(segments) => {
                counted.element_segments = counted.element_segments.saturating_add(segments.count().into());
                let at = wide(segments.original_position());
                Bound::ElementSegments.check(counted.element_segments, sizes.element_segments, at)?;
                module.element_segments = module.element_segments.saturating_add(segments.count().into());
                for segment in segments {
                    module.elements(segment.map_err(malformed)?.items)?;
                }
            }
            Payload::MemorySection(memories) => {
                for memory in memories.into_iter_with_offsets() {
                    let (offset, memory) = memory.map_err(malformed)?;
                    let page = memory.page_size_log2.map_or(16, |log2| log2.min(16));
                    let bytes = |pages: u64| pages.saturating_mul(1 << page);
                    module.memories.push(Memory {
                        offset: wide(offset),
                        initial_bytes: bytes(memory.initial),
                        maximum_bytes: memory.maximum.map(bytes),
                    });
                    module.memory_features(&memory, wide(offset));
                    if module.memories.len() > 1 {
                        module.uses("multi-memory", wide(offset));
                    }
                }
            }
            Payload::TableSection(tables) => {
                for table in tables.into_iter_with_offsets() {
                    let (offset, table) = table.map_err(malformed)?;
                    module.tables.push(Table { offset: wide(offset), initial: table.ty.initial });
                    if table.ty.table64 {
                        module.uses("memory64", wide(offset));
                    }
                }
            }
            Payload::ExportSection(exports) => {
                for export in exports.into_iter_with_offsets() {
                    let (offset, export) = export.map_err(malformed)?;
                    let function = matches!(export.kind, wasmparser::ExternalKind::Func).then_some(export.index);
                    module.exports.push((Named { name: export.name, offset: wide(offset) }, function));
                }
            }
            Payload::StartSection { func, range } => module.start = Some((func, wide(range.start))),
            Payload::UnknownSection { id, range, .. } => return Err(unknown_section(id, range.start)),
            _ => {}
        }
        Ok(())
    }
}

impl Module<'_> {
    pub(super) fn uses(&mut self, feature: &'static str, offset: u64) {
        self.features.entry(feature).or_insert(offset);
    }

    fn memory_features(&mut self, memory: &wasmparser::MemoryType, offset: u64) {
        for (used, feature) in [
            (memory.memory64, "memory64"),
            (memory.shared, "threads"),
            (memory.page_size_log2.is_some(), "custom-page-sizes"),
        ] {
            if used {
                self.uses(feature, offset);
            }
        }
    }

    fn elements(&mut self, items: ElementItems<'_>) -> Result<(), Stopped> {
        match items {
            ElementItems::Functions(functions) => {
                for function in functions {
                    self.element(function.map_err(malformed)?);
                }
            }
            ElementItems::Expressions(_, expressions) => {
                for expression in expressions {
                    for operator in expression.map_err(malformed)?.get_operators_reader() {
                        if let Operator::RefFunc { function_index } = operator.map_err(malformed)? {
                            self.element(function_index);
                        }
                    }
                }
            }
        }
        Ok(())
    }

    /// Remembers a function that a table may hold. No module that is read has functions beyond the largest index; what names one there
    /// is not valid, and would only cost memory.
    fn element(&mut self, function: u32) {
        const MOST: u32 = 2_000_000;
        if function < MOST {
            self.elements.insert(function);
        }
    }
}

fn is_function(ty: &wasmparser::SubType) -> bool {
    matches!(ty.composite_type.inner, wasmparser::CompositeInnerType::Func(_))
}

fn unknown_section(id: u8, offset: usize) -> Stopped {
    Stopped { rule: Rule::Format, offset: wide(offset), what: format!("a section of the unknown kind {id}") }
}

fn section_name(payload: &Payload<'_>) -> &'static str {
    match payload {
        Payload::TypeSection(_) | Payload::ComponentTypeSection(_) => "types",
        Payload::ImportSection(_) | Payload::ComponentImportSection(_) => "imports",
        Payload::FunctionSection(_) => "functions",
        Payload::TableSection(_) => "tables",
        Payload::MemorySection(_) => "memories",
        Payload::TagSection(_) => "tags",
        Payload::GlobalSection(_) => "globals",
        Payload::ExportSection(_) | Payload::ComponentExportSection(_) => "exports",
        Payload::StartSection { .. } | Payload::ComponentStartSection { .. } => "start",
        Payload::ElementSection(_) => "elements",
        Payload::DataCountSection { .. } => "data count",
        Payload::DataSection(_) => "data",
        Payload::CodeSectionStart { .. } => "code",
        Payload::ModuleSection { .. } => "module",
        Payload::InstanceSection(_) => "core instances",
        Payload::CoreTypeSection(_) => "core types",
        Payload::ComponentSection { .. } => "component",
        Payload::ComponentInstanceSection(_) => "instances",
        Payload::ComponentAliasSection(_) => "aliases",
        Payload::ComponentCanonicalSection(_) => "canonical functions",
        _ => "unknown",
    }
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err wants")]
fn malformed(error: wasmparser::BinaryReaderError) -> Stopped {
    Stopped::malformed(&error)
}
