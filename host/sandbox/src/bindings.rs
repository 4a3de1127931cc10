//! The contract as types: `wit/strategy-0.1`, as the host calls it.
#![expect(unreachable_pub, reason = "generated; the WIT file carries the documentation")]

wasmtime::component::bindgen!({
    path: "../../wit/strategy-0.1",
    world: "strategy",
    ownership: Borrowing { duplicate_if_necessary: true },
});

pub use exports::seedbed::strategy::seed;
pub use seedbed::strategy::diagnostics::Level;
