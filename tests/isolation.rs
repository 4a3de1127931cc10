//! The second wall as users get it: workers that the binary itself makes.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends where its helpers fail")]

mod support;

use seedbed_worker::{CompileLimits, Isolation, Program, SandboxConfig, Wall, Workers, WorkersConfig};
use support::{Machine, seed};

/// A wall that is missing where the jail's own tests have it would be missing for everybody.
#[test]
fn a_worker_of_this_binary_is_behind_every_wall() {
    let config = WorkersConfig {
        sandbox: SandboxConfig::default(),
        isolation: Isolation::Process,
        program: Program { path: env!("CARGO_BIN_EXE_seedbed").into(), arguments: vec!["worker".into()] },
        compile: CompileLimits::default(),
    };
    let workers = Workers::new(config).unwrap();
    let layers = workers.layers().unwrap();
    assert!(layers.is_complete(), "{layers}");
}

/// Whoever must answer for what runs on a machine has to see which walls stand there.
#[test]
fn the_log_says_of_every_wall_whether_it_stands() {
    let machine = Machine::new();
    machine.write("ema.wasm", seed("ema-crossover"));
    let ended = machine.run_unlimited(&["--log-level", "debug", "evaluate", "ema.wasm"]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    for wall in Wall::ALL {
        assert!(ended.stderr.contains(&format!("worker processes: {wall}: active (")), "{wall}: {}", ended.stderr);
    }
    let ended = machine.run_unlimited(&["--log-level", "debug", "--isolation", "none", "evaluate", "ema.wasm"]);
    assert!(!ended.stderr.contains("worker processes"), "{}", ended.stderr);
}
