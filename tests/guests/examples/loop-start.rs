//! Never finishes being instantiated.

use hostile_guests::Hostile;

struct LoopStart;

impl Hostile for LoopStart {
    const NAME: &'static str = "loop-start";
}

/// Called by the component's own start-up, before any function of the contract.
#[unsafe(no_mangle)]
#[expect(clippy::empty_loop, reason = "wasting time is the point")]
pub extern "C" fn _initialize() {
    loop {}
}

hostile_guests::export_strategy!(LoopStart with_types_in hostile_guests);
