use std::path::Path;

use wasm_encoder::{
    BlockType, CodeSection, Component, ConstExpr, CustomSection, DataSection, ExportKind, ExportSection, Function,
    FunctionSection, GlobalSection, GlobalType, MemArg, MemorySection, MemoryType, Module, RawSection, RefType,
    Section, StartSection, TableSection, TableType, TypeSection, ValType,
};
use wit_component::StringEncoding;
use wit_parser::Resolve;

use crate::component;
use crate::error::BuildError;

const WIT: &str = include_str!("../../../wit/strategy-0.1/strategy.wit");

/// A file that is offered as a plugin and was made byte by byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Crafted {
    /// No bytes at all.
    Empty,
    /// A text file with the ending of a component.
    Text,
    /// The first two thirds of a good component.
    Truncated,
    /// A good core module, not made into a component.
    CoreModule,
    /// A good component with 100 MB that mean nothing.
    BigCustomSection,
    /// Declares 4 GiB of memory from the start.
    BigMemory,
    /// 60,000 data segments of one byte, which take a compiler minutes and gigabytes.
    ManyDataSegments,
    /// 50,000 functions.
    ManyFunctions,
    /// Components within components, 1,000 deep.
    DeepNesting,
    /// An endless loop in the start function of its core module.
    LoopInStart,
    /// Grows a table without end in `signals`.
    TableEater,
    /// Describes itself with a million parameters.
    MillionParameters,
    /// Describes a choice of 4,096 labels, each the same mebibyte of its memory: 4 GiB for a host that copies them.
    LabelBomb,
    /// Answers with 134,217,728 convictions, 1 GiB, of which its memory holds almost none.
    BigAnswer,
    /// Answers with 6 million convictions, 48 MB, that its memory does hold.
    LongAnswer,
}

impl Crafted {
    /// All of them.
    pub const ALL: [Self; 15] = [
        Self::Empty,
        Self::Text,
        Self::Truncated,
        Self::CoreModule,
        Self::BigCustomSection,
        Self::BigMemory,
        Self::ManyDataSegments,
        Self::ManyFunctions,
        Self::DeepNesting,
        Self::LoopInStart,
        Self::TableEater,
        Self::MillionParameters,
        Self::LabelBomb,
        Self::BigAnswer,
        Self::LongAnswer,
    ];

    /// What a file of it is called, without the ending.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Text => "text",
            Self::Truncated => "truncated",
            Self::CoreModule => "core-module",
            Self::BigCustomSection => "big-custom-section",
            Self::BigMemory => "big-memory",
            Self::ManyDataSegments => "many-data-segments",
            Self::ManyFunctions => "many-functions",
            Self::DeepNesting => "deep-nesting",
            Self::LoopInStart => "loop-in-start",
            Self::TableEater => "table-eater",
            Self::MillionParameters => "million-parameters",
            Self::LabelBomb => "label-bomb",
            Self::BigAnswer => "big-answer",
            Self::LongAnswer => "long-answer",
        }
    }

    /// The bytes of the file; the largest takes a fraction of a second.
    ///
    /// # Errors
    ///
    /// [`BuildError::Component`], if this crate and its encoder no longer agree.
    pub fn bytes(self) -> Result<Vec<u8>, BuildError> {
        let mut strategy = Strategy::default();
        match self {
            Self::Empty => return Ok(Vec::new()),
            Self::Text => return Ok(b"This is no WebAssembly, whatever the name of the file says.\n".to_vec()),
            Self::Truncated => {
                let mut component = strategy.component()?;
                component.truncate(component.len() * 2 / 3);
                return Ok(component);
            }
            Self::CoreModule => return Ok(strategy.module()),
            Self::BigCustomSection => {
                let mut component = strategy.component()?;
                // Custom sections have one form in modules and components: an identifier, a length, what it holds.
                let padding = CustomSection { name: "padding".into(), data: vec![0; 100_000_000].into() };
                padding.append_to(&mut component);
                return Ok(component);
            }
            Self::DeepNesting => return Ok(nested(1_000)),
            Self::BigMemory => strategy.memory_pages = 65_536,
            Self::ManyDataSegments => strategy.segments = 60_000,
            Self::ManyFunctions => strategy.functions = 50_000,
            Self::LoopInStart => strategy.loops_in_start = true,
            Self::TableEater => strategy.eats_tables = true,
            Self::MillionParameters => {
                strategy.parameters = (Strategy::BEYOND_DATA, 1_000_000);
                strategy.grows_pages = 48_000_000 / PAGE + 1;
            }
            Self::LabelBomb => strategy.labels = 4_096,
            Self::BigAnswer => strategy.answer = Some(1 << 27),
            Self::LongAnswer => {
                strategy.answer = Some(6_000_000);
                strategy.grows_pages = 48_000_000 / PAGE + 1;
            }
        }
        strategy.component()
    }
}

pub(crate) const PAGE: u32 = 65_536;

/// A strategy written in the canonical ABI by hand: it describes itself with static data and answers a conviction of 0 for each bar.
pub(crate) struct Strategy {
    pub(crate) memory_pages: u64,
    /// Data segments of one byte besides its own.
    segments: u32,
    /// Functions that nobody calls.
    functions: u32,
    /// Bodies of functions without parameters and results that nobody calls.
    pub(crate) bodies: Vec<Function>,
    /// Data besides its own, by address.
    pub(crate) more_data: Vec<(u32, Vec<u8>)>,
    loops_in_start: bool,
    eats_tables: bool,
    /// Address and number of the described parameters.
    parameters: (u32, u32),
    /// Labels of a choice, all the same text; with none there is no such parameter.
    labels: u32,
    /// How many convictions it claims to answer with, from address 0; a conviction a bar if `None`.
    answer: Option<u32>,
    /// What `describe` and `signals` add to the memory first.
    grows_pages: u32,
}

impl Default for Strategy {
    fn default() -> Self {
        Self {
            memory_pages: 32,
            segments: 0,
            functions: 0,
            bodies: Vec::new(),
            more_data: Vec::new(),
            loops_in_start: false,
            eats_tables: false,
            parameters: (0, 0),
            labels: 0,
            answer: None,
            grows_pages: 0,
        }
    }
}

/// Indices of types, of functions and of the heap's global, in the order in which `module` adds them.
mod index {
    pub(super) const DESCRIBE: u32 = 0;
    pub(super) const DATA_NEEDED: u32 = 1;
    pub(super) const ACCEPT: u32 = 2;
    pub(super) const SIGNALS: u32 = 3;
    pub(super) const NOTHING: u32 = 4;
    pub(super) const REALLOC_FUNCTION: u32 = 5;
    pub(super) const START_FUNCTION: u32 = 6;
    pub(super) const HEAP: u32 = 0;
}

impl Strategy {
    const DESCRIPTION: u32 = 1_024;
    /// 64 bytes of zeros, which read as an empty list, as `ok` and as two numbers 0.
    const ZEROS: u32 = 1_152;
    const DATA_NEED: u32 = 1_216;
    const ANSWER: u32 = 1_232;
    const PARAMETER: u32 = 1_280;
    const TEXTS: u32 = 1_536;
    const LABELS: u32 = 4_096;
    /// The heap starts here: nothing is written above, so that memory beyond reads as zeros.
    const BEYOND_DATA: u32 = 65_536;
    const LABEL_BYTES: u32 = 1 << 20;

    pub(crate) fn component(&self) -> Result<Vec<u8>, BuildError> {
        let mut module = self.module();
        let unfit = |error| BuildError::Component {
            module: Path::new("a crafted module").to_owned(),
            reason: format!("{error:#}"),
        };
        let mut resolve = Resolve::default();
        let package = resolve.push_source("strategy.wit", WIT).map_err(unfit)?;
        let world = resolve.select_world(&[package], Some("strategy")).map_err(unfit)?;
        wit_component::embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8).map_err(unfit)?;
        component::from_module(Path::new("a crafted module"), &module)
    }

    fn module(&self) -> Vec<u8> {
        let mut types = TypeSection::new();
        for parameters in [0, 2, 4, 14] {
            types.ty().function(vec![ValType::I32; parameters], [ValType::I32]);
        }
        types.ty().function([], []);

        let unused = std::iter::repeat_n(index::NOTHING, self.functions as usize + self.bodies.len());
        let mut functions = FunctionSection::new();
        let used = [
            index::DESCRIBE,
            index::DESCRIBE,
            index::DATA_NEEDED,
            index::ACCEPT,
            index::SIGNALS,
            index::ACCEPT,
            index::NOTHING,
        ];
        for function in used.into_iter().chain(unused) {
            functions.function(function);
        }

        let mut tables = TableSection::new();
        let element_type = RefType::FUNCREF;
        tables.table(TableType { element_type, table64: false, minimum: 1, maximum: None, shared: false });
        let mut memories = MemorySection::new();
        memories.memory(MemoryType {
            minimum: self.memory_pages,
            maximum: None,
            memory64: false,
            shared: false,
            page_size_log2: None,
        });
        let mut globals = GlobalSection::new();
        let heap = GlobalType { val_type: ValType::I32, mutable: true, shared: false };
        globals.global(heap, &ConstExpr::i32_const(Self::BEYOND_DATA.cast_signed()));

        let mut exports = ExportSection::new();
        for (function, name) in (0..).zip(["describe", "exit-parameters", "data-needed", "accept", "signals"]) {
            exports.export(&format!("seedbed:strategy/seed@0.1.0#{name}"), ExportKind::Func, function);
        }
        exports.export("cabi_realloc", ExportKind::Func, index::REALLOC_FUNCTION);
        exports.export("memory", ExportKind::Memory, 0);

        let mut code = CodeSection::new();
        code.function(&self.describe());
        for answer in [Self::ZEROS, Self::DATA_NEED, Self::ZEROS] {
            let mut function = Function::new([]);
            function.instructions().i32_const(answer.cast_signed()).end();
            code.function(&function);
        }
        code.function(&self.signals()).function(&realloc()).function(&self.start());
        for _ in 0..self.functions {
            let mut function = Function::new([]);
            function.instructions().end();
            code.function(&function);
        }
        for body in &self.bodies {
            code.function(body);
        }

        let mut data = DataSection::new();
        for (address, bytes) in self.data().into_iter().chain(self.more_data.iter().cloned()) {
            data.active(0, &ConstExpr::i32_const(address.cast_signed()), bytes);
        }
        for address in (0..self.segments).map(|segment| Self::BEYOND_DATA + segment) {
            data.active(0, &ConstExpr::i32_const(address.cast_signed()), [0]);
        }

        let mut module = Module::new();
        module
            .section(&types)
            .section(&functions)
            .section(&tables)
            .section(&memories)
            .section(&globals)
            .section(&exports);
        if self.loops_in_start {
            module.section(&StartSection { function_index: index::START_FUNCTION });
        }
        module.section(&code).section(&data);
        module.finish()
    }

    fn describe(&self) -> Function {
        let mut function = Function::new([]);
        self.grow(&mut function);
        function.instructions().i32_const(Self::DESCRIPTION.cast_signed()).end();
        function
    }

    fn signals(&self) -> Function {
        const BARS: u32 = 9; // The length of `close`: bars are six lists of an address and a length each.
        let mut function = Function::new([]);
        self.grow(&mut function);
        if self.eats_tables {
            function
                .instructions()
                .loop_(BlockType::Empty)
                .ref_null(wasm_encoder::HeapType::FUNC)
                .i32_const(10_000)
                .table_grow(0)
                .drop()
                .br(0)
                .end();
        }
        let address = |offset| MemArg { offset, align: 2, memory_index: 0 };
        let mut body = function.instructions();
        body.i32_const(Self::ANSWER.cast_signed());
        match self.answer {
            Some(_) => body.i32_const(0),
            None => body
                .i32_const(0)
                .i32_const(0)
                .i32_const(8)
                .local_get(BARS)
                .i32_const(8)
                .i32_mul()
                .call(index::REALLOC_FUNCTION),
        };
        body.i32_store(address(4)).i32_const(Self::ANSWER.cast_signed());
        match self.answer {
            Some(claimed) => body.i32_const(claimed.cast_signed()),
            None => body.local_get(BARS),
        };
        body.i32_store(address(8)).i32_const(Self::ANSWER.cast_signed()).end();
        function
    }

    fn start(&self) -> Function {
        let mut function = Function::new([]);
        if self.loops_in_start {
            function.instructions().loop_(BlockType::Empty).br(0).end();
        }
        function.instructions().end();
        function
    }

    fn grow(&self, function: &mut Function) {
        if self.grows_pages > 0 {
            function.instructions().i32_const(self.grows_pages.cast_signed()).memory_grow(0).drop();
        }
    }

    /// What lies in its memory at the start, by address, as the canonical ABI lays records out.
    fn data(&self) -> Vec<(u32, Vec<u8>)> {
        let mut texts = Vec::new();
        let mut text = |text: &str| {
            let (address, length) = (Self::TEXTS + texts.len() as u32, text.len() as u32);
            texts.extend_from_slice(text.as_bytes());
            words([address, length])
        };
        let mut description = ["crafted", "0.1.0", "written by hand", "momentum"].map(&mut text).concat();
        let period = text("period");
        let (parameters, count) = if self.labels > 0 { (Self::PARAMETER, 1) } else { self.parameters };
        let closes = 1 << 4; // The flag of `close`.
        description.extend(words([closes, parameters, count, 0]));

        let mut data = vec![(Self::DESCRIPTION, description), (Self::DATA_NEED, words([2, 100]))];
        if self.labels > 0 {
            // Name, about, domain (case 3, a list of labels, in 24 bytes), default.
            let choice = words([3, 0, Self::LABELS, self.labels, 0, 0]);
            data.push((Self::PARAMETER, [period.clone(), period, choice, words([0, 0])].concat()));
            let label = words([Self::BEYOND_DATA, Self::LABEL_BYTES]);
            data.push((Self::LABELS, label.repeat(self.labels as usize)));
        }
        data.push((Self::TEXTS, texts));
        data
    }
}

/// `cabi_realloc(old, old size, alignment, new size)`: takes from the heap, growing the memory as needed, and never gives back.
fn realloc() -> Function {
    const SIZE: u32 = 3;
    let page = PAGE.cast_signed();
    let mut function = Function::new([(1, ValType::I32)]);
    let taken = 4;
    let mut body = function.instructions();
    body.global_get(index::HEAP).i32_const(7).i32_add().i32_const(-8).i32_and().local_tee(taken);
    body.local_get(SIZE).i32_add().global_set(index::HEAP);
    body.block(BlockType::Empty);
    body.global_get(index::HEAP).memory_size(0).i32_const(page).i32_mul().i32_le_u().br_if(0);
    body.global_get(index::HEAP).memory_size(0).i32_const(page).i32_mul().i32_sub().i32_const(page).i32_div_u();
    body.i32_const(1).i32_add().memory_grow(0).drop();
    body.end().local_get(taken).end();
    function
}

/// A component that holds a component, and so on for `depth` levels.
fn nested(depth: u32) -> Vec<u8> {
    const COMPONENT_SECTION: u8 = 4;
    (0..depth).fold(Component::new().finish(), |inner, _| {
        let mut outer = Component::new();
        outer.section(&RawSection { id: COMPONENT_SECTION, data: &inner });
        outer.finish()
    })
}

fn words<const N: usize>(words: [u32; N]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}
