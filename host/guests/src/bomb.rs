use wasm_encoder::{
    BlockType, Component, ComponentTypeSection, ComponentValType, Function, PrimitiveValType, RawSection, Section,
    ValType,
};

use crate::crafted::{PAGE, Strategy};
use crate::error::BuildError;

/// A good strategy with something in it that costs whoever compiles it: time, memory or stack out of all proportion to its bytes.
///
/// Some break a bound that a pre-scan can count. The others stay just within the default bounds and leave it to the limits of the compiling
/// process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bomb {
    /// 4 GiB of memory, with a byte at the start and one at the end.
    SparseMemory,
    /// 2 MiB of memory, and data 4 GiB away.
    FarData,
    /// 1,900 data segments of a byte, evenly over almost 64 MiB.
    ScatteredData,
    /// Thirty functions of 160,000 blocks within each other.
    DeepBlocks,
    /// 20,000 loops within each other around 10,000 variables: 200 million places where values meet.
    DeepLoops,
    /// Lists of lists of lists, 40,000 deep, as a type.
    DeepTypes,
    /// 40 records, each twice the one before: 2^40 fields.
    DoublingTypes,
    /// A function with 50,000 variables.
    HugeLocals,
    /// 19,900 functions with 10,000 variables each, in a quarter of a megabyte.
    ManyLocals,
    /// Thirty branch tables with half a million targets each, more than the compiler takes.
    BranchTables,
    /// One function of 7 MB.
    GiantFunction,
    /// 15 MB of ordinary code.
    FullOfCode,
}

impl Bomb {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::SparseMemory,
        Self::FarData,
        Self::ScatteredData,
        Self::DeepBlocks,
        Self::DeepLoops,
        Self::DeepTypes,
        Self::DoublingTypes,
        Self::HugeLocals,
        Self::ManyLocals,
        Self::BranchTables,
        Self::GiantFunction,
        Self::FullOfCode,
    ];

    /// What a file of it is called, without the ending.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::SparseMemory => "sparse-memory",
            Self::FarData => "far-data",
            Self::ScatteredData => "scattered-data",
            Self::DeepBlocks => "deep-blocks",
            Self::DeepLoops => "deep-loops",
            Self::DeepTypes => "deep-types",
            Self::DoublingTypes => "doubling-types",
            Self::HugeLocals => "huge-locals",
            Self::ManyLocals => "many-locals",
            Self::BranchTables => "branch-tables",
            Self::GiantFunction => "giant-function",
            Self::FullOfCode => "full-of-code",
        }
    }

    /// The bytes of the component.
    ///
    /// # Errors
    ///
    /// [`BuildError::Component`], if this crate and its encoder no longer agree.
    pub fn bytes(self) -> Result<Vec<u8>, BuildError> {
        /// The encoded size of what one step of `arithmetic` adds.
        const STEP: usize = 10;
        let mut strategy = Strategy::default();
        match self {
            Self::SparseMemory => {
                strategy.memory_pages = 65_536;
                strategy.more_data = vec![(u32::MAX, vec![1])];
            }
            Self::FarData => strategy.more_data = vec![(u32::MAX - 15, vec![1; 16])],
            Self::ScatteredData => {
                strategy.memory_pages = 1_023;
                let addresses = (PAGE..1_023 * PAGE).step_by(35_000);
                strategy.more_data = addresses.take(1_900).map(|address| (address, vec![1])).collect();
            }
            Self::DeepBlocks => strategy.bodies = vec![nested_blocks(160_000); 30],
            Self::DeepLoops => strategy.bodies = vec![nested_loops(20_000, 10_000)],
            Self::DeepTypes => return with_types(&strategy, &nested_lists(40_000)),
            Self::DoublingTypes => return with_types(&strategy, &doubling_records(40)),
            Self::HugeLocals => strategy.bodies = vec![nothing(50_000)],
            Self::ManyLocals => strategy.bodies = vec![nothing(10_000); 19_900],
            Self::BranchTables => strategy.bodies = vec![branch_table(500_000); 30],
            Self::GiantFunction => strategy.bodies = vec![arithmetic(7_000_000 / STEP)],
            Self::FullOfCode => strategy.bodies = vec![arithmetic(500_000 / STEP); 30],
        }
        strategy.component()
    }
}

fn nested_blocks(depth: usize) -> Function {
    let mut function = Function::new([]);
    let mut body = function.instructions();
    for _ in 0..depth {
        body.block(BlockType::Empty);
    }
    for _ in 0..=depth {
        body.end();
    }
    function
}

/// Every variable changes in the innermost loop, so that each has a value of its own at the head of each loop.
fn nested_loops(depth: usize, variables: u32) -> Function {
    let mut function = Function::new([(variables, ValType::I32)]);
    let mut body = function.instructions();
    for _ in 0..depth {
        body.loop_(BlockType::Empty);
    }
    for variable in 0..variables {
        body.local_get(variable).i32_const(1).i32_add().local_set(variable);
    }
    for _ in 0..depth {
        body.local_get(0).br_if(0).end();
    }
    body.end();
    function
}

fn nothing(variables: u32) -> Function {
    let mut function = Function::new([(variables, ValType::I32)]);
    function.instructions().end();
    function
}

fn branch_table(targets: usize) -> Function {
    let mut function = Function::new([]);
    function.instructions().block(BlockType::Empty).i32_const(7).br_table(vec![0; targets], 0).end().end();
    function
}

fn arithmetic(steps: usize) -> Function {
    let mut function = Function::new([(4, ValType::I32)]);
    let mut body = function.instructions();
    for step in 0..steps {
        let (one, other) = ((step % 4) as u32, (step / 4 % 4) as u32);
        body.local_get(one).local_get(other).i32_mul().i32_const(1).i32_add();
        body.local_set((step / 16 % 4) as u32);
    }
    body.end();
    function
}

fn nested_lists(depth: u32) -> ComponentTypeSection {
    let mut types = ComponentTypeSection::new();
    types.defined_type().primitive(PrimitiveValType::U8);
    for inner in 0..depth {
        types.defined_type().list(ComponentValType::Type(inner));
    }
    types
}

fn doubling_records(records: u32) -> ComponentTypeSection {
    let mut types = ComponentTypeSection::new();
    types.defined_type().primitive(PrimitiveValType::U8);
    for inner in 0..records {
        types.defined_type().record(["one", "other"].map(|field| (field, ComponentValType::Type(inner))));
    }
    types
}

/// The strategy with a component beside it that declares these types; being in a component of their own, they are counted from 0.
fn with_types(strategy: &Strategy, types: &ComponentTypeSection) -> Result<Vec<u8>, BuildError> {
    const COMPONENT_SECTION: u8 = 4;
    let mut bytes = strategy.component()?;
    let mut beside = Component::new();
    beside.section(types);
    RawSection { id: COMPONENT_SECTION, data: &beside.finish() }.append_to(&mut bytes);
    Ok(bytes)
}
