use std::time::Duration;

use seedbed_outcome::{Failure, GuestText, TrapKind};
use wasmtime::{Trap, WasmBacktrace};

use crate::state::OverMemory;
use crate::wasi::Denied;

/// What the failure of one call is judged by, besides the error itself.
pub(crate) struct Budget {
    pub(crate) fuel: u64,
    pub(crate) deadline: Duration,
    pub(crate) last_words: Option<GuestText>,
}

/// Turns an engine error into the failure that it stands for.
pub(crate) fn classify(error: &wasmtime::Error, budget: Budget) -> Failure {
    if let Some(over) = error.downcast_ref::<OverMemory>() {
        return Failure::OutOfMemory { requested: over.requested, allowed: over.allowed };
    }
    let (kind, message) = match error.downcast_ref::<Trap>() {
        Some(Trap::OutOfFuel) => return Failure::OutOfFuel { budget: budget.fuel },
        Some(Trap::Interrupt) => return Failure::PastDeadline { deadline: budget.deadline },
        Some(trap) => (kind(*trap), budget.last_words),
        None => match error.downcast_ref::<Denied>() {
            Some(denied) => (TrapKind::Denied, Some(GuestText::new(&denied.to_string()))),
            None => untyped(error),
        },
    };
    Failure::Trapped { kind, message, backtrace: backtrace(error) }
}

fn kind(trap: Trap) -> TrapKind {
    match trap {
        Trap::StackOverflow => TrapKind::StackOverflow,
        Trap::MemoryOutOfBounds | Trap::HeapMisaligned => TrapKind::MemoryOutOfBounds,
        Trap::TableOutOfBounds | Trap::IndirectCallToNull | Trap::BadSignature => TrapKind::Table,
        Trap::IntegerOverflow | Trap::IntegerDivisionByZero | Trap::BadConversionToInteger => TrapKind::Arithmetic,
        Trap::UnreachableCodeReached => TrapKind::Unreachable,
        Trap::InvalidChar
        | Trap::StringOutOfBounds
        | Trap::ListOutOfBounds
        | Trap::InvalidDiscriminant
        | Trap::UnalignedPointer
        | Trap::CannotEnterComponent
        | Trap::CannotLeaveComponent => TrapKind::Abi,
        _ => TrapKind::Other,
    }
}

/// Errors of lifting and lowering, for which the engine exports no type.
fn untyped(error: &wasmtime::Error) -> (TrapKind, Option<GuestText>) {
    let text = error.root_cause().to_string();
    if text.contains("fuel allocated for hostcalls") {
        return (TrapKind::HostCallBudget, None);
    }
    (TrapKind::Abi, Some(GuestText::new(&text)))
}

/// Guest frames by name, innermost first; empty where the component carries no names.
fn backtrace(error: &wasmtime::Error) -> Vec<GuestText> {
    const FRAMES: usize = 16;
    const NAME_BYTES: usize = 128;
    error.downcast_ref::<WasmBacktrace>().map_or_else(Vec::new, |trace| {
        let names = trace.frames().iter().filter_map(|frame| frame.func_name());
        names.take(FRAMES).map(|name| GuestText::bounded(name, NAME_BYTES)).collect()
    })
}
