use std::fmt;

use seedbed_outcome::GuestText;
use wasmparser::{Chunk, Encoding, Parser, Payload};

use crate::limits::SizeLimits;

/// What a component holds, counted before the compiler sees anything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Prescan {
    /// Import names of the component itself, in order.
    pub imports: Vec<String>,
    /// Export names of the component itself, in order.
    pub exports: Vec<String>,
    /// Functions defined over all core modules.
    pub functions: u64,
    /// Bytes of code over all core modules.
    pub code_bytes: u64,
    /// Data segments over all core modules.
    pub data_segments: u64,
    /// Element segments over all core modules.
    pub element_segments: u64,
    /// Types, imports, exports, globals, instances, aliases and canonical functions together.
    pub declarations: u64,
    /// Core modules and nested components together.
    pub modules: u64,
    /// Tables over all core modules.
    pub tables: u64,
    /// Linear memories over all core modules.
    pub memories: u64,
    /// Bytes that all memories and tables hold at the start.
    pub initial_memory: u64,
}

/// Which bound a component breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each bound is documented where it is set, in SizeLimits")]
pub enum Bound {
    Bytes,
    Functions,
    FunctionBytes,
    Locals,
    CodeBytes,
    DataSegments,
    ElementSegments,
    Declarations,
    Modules,
    Depth,
    Tables,
    TableElements,
    Memories,
    InitialMemory,
}

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bytes => "bytes",
            Self::Functions => "functions",
            Self::FunctionBytes => "bytes of code in one function",
            Self::Locals => "locals in one function",
            Self::CodeBytes => "bytes of code",
            Self::DataSegments => "data segments",
            Self::ElementSegments => "element segments",
            Self::Declarations => "declarations",
            Self::Modules => "core modules and nested components",
            Self::Depth => "levels of nesting",
            Self::Tables => "tables",
            Self::TableElements => "elements in one table",
            Self::Memories => "memories",
            Self::InitialMemory => "bytes of memory and tables at the start",
        })
    }
}

/// Why the pre-scan turns a component away.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PrescanError {
    /// Nothing in it.
    #[error("is empty")]
    Empty,
    /// Code compiled elsewhere; the host compiles all that it runs.
    #[error(
        "is compiled code (.cwasm), which is never taken from a plugin; give the .wasm component that it was made from"
    )]
    Compiled,
    /// A core module.
    #[error(
        "is a core WebAssembly module, not a component; build it with `seedbed build`, or wrap it with `wasm-tools component new`"
    )]
    CoreModule,
    /// No WebAssembly binary.
    #[error("is not a WebAssembly binary: it starts with {0}; text is not accepted")]
    NotWasm(GuestText),
    /// A binary that breaks off or cannot be read.
    #[error("is malformed at byte {offset}: {message}")]
    Malformed {
        /// Where, in bytes from the start.
        offset: u64,
        /// What the parser says.
        message: GuestText,
    },
    /// More of something than the host compiles.
    #[error("has {found} {bound}, at most {allowed} allowed")]
    TooMuch {
        /// Of what.
        bound: Bound,
        /// How much it has.
        found: u64,
        /// How much is let through.
        allowed: u64,
    },
}

impl Prescan {
    /// Counts what `bytes` hold and stops at the first bound that is broken. Takes microseconds: nothing is validated or compiled.
    ///
    /// # Errors
    /// [`PrescanError`] names what `bytes` are instead of a component, or the bound that they break.
    pub fn scan(bytes: &[u8], limits: &SizeLimits, memory: u64) -> Result<Self, PrescanError> {
        let mut scan = Scan { found: Self::default(), limits, memory };
        within(Bound::Bytes, wide(bytes.len()), limits.bytes)?;
        sniff(bytes)?;
        scan.walk(bytes)?;
        Ok(scan.found)
    }
}

/// Says what `bytes` are when they are no component.
fn sniff(bytes: &[u8]) -> Result<(), PrescanError> {
    match bytes {
        [] => Err(PrescanError::Empty),
        [0x7f, b'E', b'L', b'F', ..] => Err(PrescanError::Compiled),
        [0, b'a', b's', b'm', 1, 0, 0, 0, ..] => Err(PrescanError::CoreModule),
        [0, b'a', b's', b'm', ..] => Ok(()),
        _ => {
            let start = bytes.get(..16).unwrap_or(bytes);
            let shown = match std::str::from_utf8(start) {
                Ok(text) => format!("'{text}'"),
                Err(_) => format!("{start:02x?}"),
            };
            Err(PrescanError::NotWasm(GuestText::new(&shown)))
        }
    }
}

struct Scan<'a> {
    found: Prescan,
    limits: &'a SizeLimits,
    memory: u64,
}

impl Scan<'_> {
    /// Reads payload by payload, so that a bound stops the walk before the next section is touched.
    fn walk(&mut self, bytes: &[u8]) -> Result<(), PrescanError> {
        let mut parser = Parser::new(0);
        let mut outer = Vec::new();
        let mut rest = bytes;
        loop {
            let Chunk::Parsed { consumed, payload } = parser.parse(rest, true).map_err(malformed)? else {
                let offset = wide(bytes.len());
                return Err(PrescanError::Malformed { offset, message: GuestText::new("unexpected end") });
            };
            rest = rest.get(consumed..).unwrap_or_default();
            if let Payload::ModuleSection { parser: inner, .. } | Payload::ComponentSection { parser: inner, .. } =
                payload
            {
                self.count(Bound::Modules, 1)?;
                outer.push(parser);
                within(Bound::Depth, wide(outer.len()), self.limits.depth)?;
                parser = inner;
            } else if let Payload::End(_) = payload {
                match outer.pop() {
                    Some(parent) => parser = parent,
                    None if rest.is_empty() => return Ok(()),
                    None => {
                        let offset = wide(bytes.len() - rest.len());
                        return Err(PrescanError::Malformed { offset, message: GuestText::new("data after the end") });
                    }
                }
            } else {
                self.payload(payload, outer.is_empty())?;
            }
        }
    }

    fn payload(&mut self, payload: Payload<'_>, top: bool) -> Result<(), PrescanError> {
        match payload {
            Payload::Version { encoding: Encoding::Module, .. } if top => Err(PrescanError::CoreModule),
            Payload::ComponentImportSection(imports) => {
                self.count(Bound::Declarations, imports.count())?;
                for import in imports {
                    let import = import.map_err(malformed)?;
                    if top {
                        self.found.imports.push(import.name.name.to_owned());
                    }
                }
                Ok(())
            }
            Payload::ComponentExportSection(exports) => {
                self.count(Bound::Declarations, exports.count())?;
                for export in exports {
                    let export = export.map_err(malformed)?;
                    if top {
                        self.found.exports.push(export.name.name.to_owned());
                    }
                }
                Ok(())
            }
            Payload::FunctionSection(functions) => self.count(Bound::Functions, functions.count()),
            Payload::CodeSectionStart { count, size, .. } => {
                within(Bound::Functions, count.into(), self.limits.functions)?;
                self.count(Bound::CodeBytes, size)
            }
            Payload::CodeSectionEntry(body) => {
                within(Bound::FunctionBytes, wide(body.range().len()), self.limits.function_bytes)?;
                let mut locals = 0u64;
                for declared in body.get_locals_reader().map_err(malformed)? {
                    locals += u64::from(declared.map_err(malformed)?.0);
                    within(Bound::Locals, locals, self.limits.locals)?;
                }
                Ok(())
            }
            Payload::DataSection(segments) => self.count(Bound::DataSegments, segments.count()),
            Payload::ElementSection(segments) => self.count(Bound::ElementSegments, segments.count()),
            Payload::MemorySection(memories) => {
                self.count(Bound::Memories, memories.count())?;
                for memory in memories {
                    const PAGE: u64 = 64 << 10;
                    self.hold(memory.map_err(malformed)?.initial.saturating_mul(PAGE))?;
                }
                Ok(())
            }
            Payload::TableSection(tables) => {
                self.count(Bound::Tables, tables.count())?;
                for table in tables {
                    let elements = table.map_err(malformed)?.ty.initial;
                    within(Bound::TableElements, elements, self.limits.table_elements)?;
                    self.hold(elements.saturating_mul(8))?;
                }
                Ok(())
            }
            Payload::TypeSection(s) => self.count(Bound::Declarations, s.count()),
            Payload::ImportSection(s) => self.count(Bound::Declarations, s.count()),
            Payload::GlobalSection(s) => self.count(Bound::Declarations, s.count()),
            Payload::ExportSection(s) => self.count(Bound::Declarations, s.count()),
            Payload::TagSection(s) => self.count(Bound::Declarations, s.count()),
            Payload::InstanceSection(s) => self.count(Bound::Declarations, s.count()),
            Payload::CoreTypeSection(s) => self.count(Bound::Declarations, s.count()),
            Payload::ComponentInstanceSection(s) => self.count(Bound::Declarations, s.count()),
            Payload::ComponentAliasSection(s) => self.count(Bound::Declarations, s.count()),
            Payload::ComponentTypeSection(s) => self.count(Bound::Declarations, s.count()),
            Payload::ComponentCanonicalSection(s) => self.count(Bound::Declarations, s.count()),
            _ => Ok(()),
        }
    }

    fn count(&mut self, bound: Bound, more: u32) -> Result<(), PrescanError> {
        let (found, allowed) = match bound {
            Bound::Functions => (&mut self.found.functions, self.limits.functions),
            Bound::CodeBytes => (&mut self.found.code_bytes, self.limits.code_bytes),
            Bound::DataSegments => (&mut self.found.data_segments, self.limits.data_segments),
            Bound::ElementSegments => (&mut self.found.element_segments, self.limits.element_segments),
            Bound::Modules => (&mut self.found.modules, self.limits.modules),
            Bound::Tables => (&mut self.found.tables, self.limits.tables),
            Bound::Memories => (&mut self.found.memories, self.limits.memories),
            _ => (&mut self.found.declarations, self.limits.declarations),
        };
        *found += u64::from(more);
        within(bound, *found, allowed)
    }

    fn hold(&mut self, bytes: u64) -> Result<(), PrescanError> {
        self.found.initial_memory = self.found.initial_memory.saturating_add(bytes);
        within(Bound::InitialMemory, self.found.initial_memory, self.memory)
    }
}

fn within(bound: Bound, found: u64, allowed: u64) -> Result<(), PrescanError> {
    if found > allowed { Err(PrescanError::TooMuch { bound, found, allowed }) } else { Ok(()) }
}

fn wide(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err wants")]
fn malformed(error: wasmparser::BinaryReaderError) -> PrescanError {
    PrescanError::Malformed { offset: wide(error.offset()), message: GuestText::new(error.message()) }
}

#[cfg(test)]
mod tests {
    use super::{Prescan, PrescanError};
    use crate::SizeLimits;

    fn scan(bytes: &[u8]) -> Result<Prescan, PrescanError> {
        Prescan::scan(bytes, &SizeLimits::default(), 64 << 20)
    }

    #[test]
    fn what_is_no_component_is_named() {
        assert_eq!(scan(b""), Err(PrescanError::Empty));
        assert_eq!(scan(b"\x7fELF\x02\x01"), Err(PrescanError::Compiled));
        assert_eq!(scan(b"\0asm\x01\0\0\0"), Err(PrescanError::CoreModule));
        let text = scan(b"(component (import \"x\"))").unwrap_err().to_string();
        assert_eq!(text, "is not a WebAssembly binary: it starts with '(component (impo'; text is not accepted");
        assert!(matches!(scan(b"\0asm\x0d\0\x01\0\x01"), Err(PrescanError::Malformed { .. })));
        assert!(matches!(scan(b"\0asm\x0d\0\x01\0"), Ok(found) if found == Prescan::default()));
    }

    #[test]
    fn size_is_checked_before_anything_is_read() {
        let limits = SizeLimits { bytes: 7, ..SizeLimits::default() };
        let error = Prescan::scan(b"\0asm\x0d\0\x01\0", &limits, 0).unwrap_err();
        assert_eq!(error.to_string(), "has 8 bytes, at most 7 allowed");
    }
}
