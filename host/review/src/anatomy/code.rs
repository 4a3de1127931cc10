use std::collections::BTreeMap;

use wasmparser::{BinaryReaderError, FunctionBody, Operator};

use super::{features, wide};

/// What the body of a core function does, as far as rules ask.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Function {
    pub(crate) offset: u64,
    pub(crate) bytes: u64,
    /// BLAKE3 of the body, cut to 16 bytes: tells changed bodies from equal ones.
    pub(crate) hash: [u8; 16],
    /// Functions that it calls or whose address it takes, sorted.
    pub(crate) calls: Vec<u32>,
    /// Calls through a table.
    pub(crate) calls_indirectly: bool,
    /// Where it first grows a memory.
    pub(crate) grows_memory: Option<u64>,
    /// Where it first grows a table.
    pub(crate) grows_table: Option<u64>,
    /// Loops in all.
    pub(crate) loops: u32,
    /// Those that rules tell about, in the order of the code.
    pub(crate) notable_loops: Vec<(LoopKind, u64)>,
}

/// What can be said of a loop without running it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum LoopKind {
    /// It comes back to its start and no instruction in it leaves it but a call that does not return.
    Endless,
    /// It can be left, but no test in it looks at a local that it changes by a constant step: nothing says that it counts.
    Open,
}

/// The most loops of a function that are kept.
const MOST_LOOPS: usize = 1_000;

/// Reads a body once, from start to end: time and memory grow with its bytes.
pub(super) fn read(
    body: &FunctionBody<'_>,
    used: &mut BTreeMap<&'static str, u64>,
) -> Result<Function, BinaryReaderError> {
    let mut function =
        Function { offset: wide(body.range().start), bytes: wide(body.range().len()), ..Function::default() };
    let hash = blake3::hash(body.as_bytes());
    function.hash.iter_mut().zip(hash.as_bytes()).for_each(|(to, from)| *to = *from);
    let mut flow = Flow::new();
    for operator in body.get_operators_reader()?.into_iter_with_offsets() {
        let (operator, offset) = operator?;
        let offset = wide(offset);
        if let Some(proposal) = features::proposal(&operator) {
            used.entry(proposal).or_insert(offset);
        }
        match &operator {
            Operator::Call { function_index }
            | Operator::ReturnCall { function_index }
            | Operator::RefFunc { function_index } => function.calls.push(*function_index),
            Operator::CallIndirect { .. }
            | Operator::ReturnCallIndirect { .. }
            | Operator::CallRef { .. }
            | Operator::ReturnCallRef { .. } => function.calls_indirectly = true,
            Operator::MemoryGrow { .. } => {
                function.grows_memory.get_or_insert(offset);
            }
            Operator::TableGrow { .. } => {
                function.grows_table.get_or_insert(offset);
            }
            _ => {}
        }
        flow.step(&operator, offset, &mut function);
    }
    function.calls.sort_unstable();
    function.calls.dedup();
    function.notable_loops.sort_by_key(|(_, offset)| *offset);
    Ok(function)
}

/// Follows blocks and branches. A branch marks how far out it goes in the innermost block only and is handed outwards when that ends, so
/// that deep nesting costs nothing extra.
struct Flow {
    frames: Vec<Frame>,
    /// Whether the next instruction can be reached.
    reachable: bool,
    /// The locals read by the last instructions, which a test that follows may look at.
    recent: [Option<u32>; WINDOW],
    /// The last instructions, as far as they can be a step `local = local + constant`.
    step: Step,
}

/// How many instructions before a test belong to it: a comparison of two locals with offsets has no more.
const WINDOW: usize = 6;

#[derive(Default)]
struct Frame {
    kind: Kind,
    offset: u64,
    /// Whether its start can be reached.
    entered: bool,
    /// Something branches to it: forwards for a block, backwards for a loop.
    target: bool,
    /// The outermost frame that a reachable branch inside goes to.
    lowest: Option<usize>,
    /// Something inside ends the function or the instance.
    ends: bool,
    /// Locals that it changes by a constant step, and locals that its tests look at.
    steps: Few,
    tests: Few,
}

#[derive(Default, Clone, Copy, PartialEq, Eq)]
enum Kind {
    #[default]
    Block,
    Loop,
    If,
    Else,
}

/// A few locals; more are forgotten, which makes a loop look open rather than counted.
#[derive(Default)]
struct Few(Vec<u32>);

impl Few {
    fn add(&mut self, local: u32) {
        const MOST: usize = 32;
        if self.0.len() < MOST && !self.0.contains(&local) {
            self.0.push(local);
        }
    }

    fn meets(&self, other: &Self) -> bool {
        self.0.iter().any(|local| other.0.contains(local))
    }
}

/// Recognises `local.get L, const, add|sub, local.set|tee L`.
#[derive(Default, Clone, Copy)]
enum Step {
    #[default]
    Nothing,
    Got(u32),
    Constant(u32),
    Changed(u32),
}

impl Flow {
    fn new() -> Self {
        let body = Frame { entered: true, ..Frame::default() };
        Self { frames: vec![body], reachable: true, recent: [None; WINDOW], step: Step::Nothing }
    }

    fn step(&mut self, operator: &Operator<'_>, offset: u64, function: &mut Function) {
        self.locals(operator);
        match operator {
            Operator::Block { .. } | Operator::TryTable { .. } | Operator::Try { .. } => self.open(Kind::Block, offset),
            Operator::Loop { .. } => {
                function.loops = function.loops.saturating_add(1);
                self.open(Kind::Loop, offset);
            }
            Operator::If { .. } => {
                self.test();
                self.open(Kind::If, offset);
            }
            Operator::Else => {
                let then_falls_through = self.reachable;
                if let Some(frame) = self.frames.last_mut() {
                    frame.kind = Kind::Else;
                    frame.target |= then_falls_through;
                    self.reachable = frame.entered;
                }
            }
            Operator::End => self.close(function),
            Operator::Br { relative_depth } => {
                self.branch(*relative_depth);
                self.reachable = false;
            }
            Operator::BrIf { relative_depth } => {
                self.test();
                self.branch(*relative_depth);
            }
            Operator::BrTable { targets } => {
                self.test();
                self.branch(targets.default());
                for target in targets.targets().map_while(Result::ok) {
                    self.branch(target);
                }
                self.reachable = false;
            }
            Operator::BrOnNull { relative_depth }
            | Operator::BrOnNonNull { relative_depth }
            | Operator::BrOnCast { relative_depth, .. }
            | Operator::BrOnCastFail { relative_depth, .. } => self.branch(*relative_depth),
            Operator::Return
            | Operator::Unreachable
            | Operator::ReturnCall { .. }
            | Operator::ReturnCallIndirect { .. }
            | Operator::ReturnCallRef { .. }
            | Operator::Throw { .. }
            | Operator::ThrowRef
            | Operator::Rethrow { .. } => {
                if let Some(frame) = self.frames.last_mut().filter(|_| self.reachable) {
                    frame.ends = true;
                }
                self.reachable = false;
            }
            _ => {}
        }
    }

    fn open(&mut self, kind: Kind, offset: u64) {
        self.frames.push(Frame { kind, offset, entered: self.reachable, ..Frame::default() });
    }

    fn close(&mut self, function: &mut Function) {
        let Some(frame) = self.frames.pop() else { return };
        let index = self.frames.len();
        let falls_through = self.reachable;
        self.reachable = match frame.kind {
            // A branch to a loop goes to its start: only falling through leaves it at its end.
            Kind::Loop => falls_through,
            Kind::If => falls_through || frame.target || frame.entered,
            Kind::Block | Kind::Else => falls_through || frame.target,
        };
        if frame.kind == Kind::Loop && frame.entered && frame.target {
            let leaves = falls_through || frame.ends || frame.lowest.is_some_and(|lowest| lowest < index);
            let kind = match (leaves, frame.steps.meets(&frame.tests)) {
                (false, _) => Some(LoopKind::Endless),
                (true, false) => Some(LoopKind::Open),
                (true, true) => None,
            };
            if let Some(kind) = kind.filter(|_| function.notable_loops.len() < MOST_LOOPS) {
                function.notable_loops.push((kind, frame.offset));
            }
        }
        if let Some(parent) = self.frames.last_mut() {
            parent.ends |= frame.ends;
            parent.lowest = [parent.lowest, frame.lowest].into_iter().flatten().min();
            // What a block steps and tests, the loop around it does; an inner loop's counter says nothing of the outer one.
            if frame.kind != Kind::Loop {
                frame.steps.0.into_iter().for_each(|local| parent.steps.add(local));
                frame.tests.0.into_iter().for_each(|local| parent.tests.add(local));
            }
        }
    }

    fn branch(&mut self, relative_depth: u32) {
        if !self.reachable {
            return;
        }
        let depth = usize::try_from(relative_depth).unwrap_or(usize::MAX);
        let Some(target) = self.frames.len().checked_sub(1).and_then(|top| top.checked_sub(depth)) else { return };
        if let Some(frame) = self.frames.get_mut(target) {
            frame.target = true;
        }
        if let Some(top) = self.frames.last_mut() {
            top.lowest = Some(top.lowest.map_or(target, |lowest| lowest.min(target)));
        }
    }

    /// The instruction decides where to go on, by the locals read shortly before.
    fn test(&mut self) {
        if let Some(frame) = self.frames.last_mut() {
            self.recent.iter().flatten().for_each(|local| frame.tests.add(*local));
        }
        self.recent = [None; WINDOW];
    }

    fn locals(&mut self, operator: &Operator<'_>) {
        let read = match operator {
            Operator::LocalGet { local_index } | Operator::LocalTee { local_index } => Some(*local_index),
            _ => None,
        };
        self.recent.rotate_left(1);
        if let Some(last) = self.recent.last_mut() {
            *last = read;
        }
        self.step = match (self.step, operator) {
            (_, Operator::LocalGet { local_index }) => Step::Got(*local_index),
            (Step::Got(local), Operator::I32Const { .. } | Operator::I64Const { .. } | Operator::F64Const { .. }) => {
                Step::Constant(local)
            }
            (
                Step::Constant(local),
                Operator::I32Add
                | Operator::I32Sub
                | Operator::I64Add
                | Operator::I64Sub
                | Operator::F64Add
                | Operator::F64Sub
                | Operator::I32ShrU
                | Operator::I64ShrU,
            ) => Step::Changed(local),
            (Step::Changed(local), Operator::LocalSet { local_index } | Operator::LocalTee { local_index })
                if local == *local_index =>
            {
                if let Some(frame) = self.frames.last_mut() {
                    frame.steps.add(local);
                }
                Step::Nothing
            }
            _ => Step::Nothing,
        };
    }
}

#[cfg(test)]
mod tests {
    use wasm_encoder::{BlockType, Function as Body, InstructionSink, ValType};

    use super::{Function, LoopKind, read};

    fn body(write: impl Fn(&mut InstructionSink<'_>)) -> Function {
        let mut function = Body::new([(4, ValType::I32)]);
        write(&mut function.instructions());
        let bytes = function.into_raw_body();
        let body = wasmparser::FunctionBody::new(wasmparser::BinaryReader::new(&bytes, 0));
        read(&body, &mut std::collections::BTreeMap::new()).expect("reads")
    }

    fn kinds(write: impl Fn(&mut InstructionSink<'_>)) -> Vec<LoopKind> {
        body(write).notable_loops.into_iter().map(|(kind, _)| kind).collect()
    }

    /// `loop {}`, a loop around a call, and one whose only branches stay inside: all burn fuel to the end.
    #[test]
    fn a_loop_that_nothing_leaves_is_endless() {
        let spin = kinds(|code| {
            code.loop_(BlockType::Empty).br(0).end().end();
        });
        let calls = kinds(|code| {
            code.loop_(BlockType::Empty).call(0).br(0).end().end();
        });
        let inside = kinds(|code| {
            code.loop_(BlockType::Empty).block(BlockType::Empty).local_get(0).br_if(0).end().br(0).end().end();
        });
        assert_eq!([spin, calls, inside], [vec![LoopKind::Endless], vec![LoopKind::Endless], vec![LoopKind::Endless]]);
    }

    /// A false alarm on each loop that can end would bury the real ones.
    #[test]
    fn a_loop_with_a_way_out_is_not_endless() {
        let falls_through = kinds(|code| {
            code.loop_(BlockType::Empty).local_get(0).br_if(0).end().end();
        });
        let breaks = kinds(|code| {
            code.block(BlockType::Empty).loop_(BlockType::Empty).local_get(0).br_if(1).br(0).end().end().end();
        });
        let returns = kinds(|code| {
            code.loop_(BlockType::Empty).local_get(0).if_(BlockType::Empty).return_().end().br(0).end().end();
        });
        let traps = kinds(|code| {
            code.loop_(BlockType::Empty).local_get(0).if_(BlockType::Empty).unreachable().end().br(0).end().end();
        });
        assert_eq!([&falls_through, &breaks, &returns, &traps], [&vec![LoopKind::Open]; 4]);
    }

    #[test]
    fn a_loop_that_counts_is_not_open() {
        let counts = body(|code| {
            code.loop_(BlockType::Empty);
            code.local_get(1).i32_const(1).i32_add().local_tee(1).local_get(2).i32_ne().br_if(0).end().end();
        });
        assert_eq!((counts.loops, counts.notable_loops), (1, vec![]));
        let inner_counts = kinds(|code| {
            code.loop_(BlockType::Empty).loop_(BlockType::Empty);
            code.local_get(1).i32_const(-1).i32_add().local_tee(1).br_if(0).end().local_get(3).br_if(0).end().end();
        });
        assert_eq!(inner_counts, [LoopKind::Open]);
    }

    #[test]
    fn code_that_nothing_reaches_does_not_count() {
        let dead = kinds(|code| {
            code.return_().loop_(BlockType::Empty).br(0).end().end();
        });
        assert_eq!(dead, []);
    }

    /// Half a megabyte of nested loops with a branch each must cost no more than its length.
    #[test]
    fn deep_nesting_is_read_in_linear_time() {
        const DEPTH: u32 = 100_000;
        let start = std::time::Instant::now();
        let deep = body(|code| {
            for _ in 0..DEPTH {
                code.loop_(BlockType::Empty).local_get(0).br_if(0);
            }
            for _ in 0..=DEPTH {
                code.end();
            }
        });
        assert_eq!(deep.loops, DEPTH);
        assert!(start.elapsed().as_secs() < 2, "{:?}", start.elapsed());
    }
}
