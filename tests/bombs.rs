//! Components made to cost their compiler everything, loaded as every command loads them: each is turned away by the pre-scan or the compiler, or
//! its compilation ends at the bounds of a worker process. If not, opening a stranger's component would take the machine down before any of its
//! code runs.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends where its helpers fail")]

use std::time::Duration;

use nix::sys::resource::{UsageWho, getrusage};
use seedbed_guests::hostile::Bomb;
use seedbed_worker::{
    CompileBound, CompileLimits, Isolation, LoadError, Program, SandboxConfig, WasiPolicy, Workers, WorkersConfig,
};

const SECONDS: u64 = 2;
const COMPILE: CompileLimits =
    CompileLimits { processor: Duration::from_secs(SECONDS), memory: 512 << 20, clock: Duration::from_secs(60) };
/// What the compiling process holds besides its data: this program's own code.
const CODE: u64 = 128 << 20;
/// What the host may hold while it counts what is in a component of 15 MB and sends it: the bytes themselves twice, and this program.
const HOST: u64 = 128 << 20;

/// How a bomb must end.
enum Ends {
    /// Counted, and turned away for it.
    Prescan(&'static str),
    /// Turned away by the compiler.
    Compiler(&'static str),
    /// Ended by the bound of memory.
    Memory,
    /// Ended by the bound of processor time.
    Processor,
    /// In any way within the bounds: it depends on the machine.
    Bounded,
}

const fn ends(bomb: Bomb) -> Ends {
    match bomb {
        Bomb::SparseMemory => Ends::Prescan("has 4294967304 bytes of memory and tables at the start"),
        Bomb::HugeLocals => Ends::Prescan("has 50000 locals in one function"),
        Bomb::GiantFunction => Ends::Prescan("bytes of code in one function"),
        Bomb::DeepTypes => Ends::Compiler("type nesting is too deep"),
        Bomb::DoublingTypes => Ends::Compiler("effective type size exceeds the limit"),
        Bomb::BranchTables => Ends::Compiler("br_table"),
        Bomb::DeepLoops => Ends::Memory,
        Bomb::ManyLocals => Ends::Processor,
        Bomb::FarData | Bomb::ScatteredData | Bomb::DeepBlocks | Bomb::FullOfCode => Ends::Bounded,
    }
}

/// With the worker that users have: the binary itself.
#[test]
fn every_bomb_is_defused() {
    let program = Program { path: env!("CARGO_BIN_EXE_seedbed").into(), arguments: vec!["worker".into()] };
    let config =
        WorkersConfig { sandbox: SandboxConfig::default(), isolation: Isolation::Process, program, compile: COMPILE };
    let workers = Workers::new(config).unwrap();
    for bomb in Bomb::ALL {
        let (name, bytes) = (bomb.name(), bomb.bytes().unwrap());
        let before = processor_time();
        let loaded = workers.load(&bytes, WasiPolicy::Deny).map(|component| component.hash());
        let took = processor_time() - before;
        let came = loaded.as_ref().map_or_else(ToString::to_string, |_| "compiled".to_owned());
        let (host, child) = (peak(UsageWho::RUSAGE_SELF), peak(UsageWho::RUSAGE_CHILDREN));
        eprintln!(
            "{name}: {} bytes, {took:.2?}, host {} MiB, workers {} MiB: {came}",
            bytes.len(),
            host >> 20,
            child >> 20
        );

        let bounds = [CompileBound::Memory(COMPILE.memory), CompileBound::Processor(SECONDS)].map(LoadError::TooCostly);
        let fits = match (ends(bomb), &loaded) {
            (Ends::Prescan(says), Err(error @ LoadError::Prescan(_))) => error.to_string().contains(says),
            (Ends::Compiler(says), Err(error @ LoadError::Invalid(_))) => error.to_string().contains(says),
            (Ends::Memory, Err(error)) => *error == bounds[0],
            (Ends::Processor, Err(error)) => *error == bounds[1],
            (Ends::Bounded, loaded) => loaded.as_ref().map_or_else(|error| bounds.contains(error), |_| true),
            _ => false,
        };
        assert!(fits, "{name} is to end otherwise: {came}");
        assert!(took < Duration::from_secs(SECONDS + 1), "{name} took {took:?} of processor time");
        assert!(host < HOST, "{name}: the host held {host} bytes");
        assert!(child < COMPILE.memory + CODE, "{name}: the compiling process held {child} bytes");
    }
}

/// Of all children that ended so far.
fn processor_time() -> Duration {
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).unwrap();
    [usage.user_time(), usage.system_time()]
        .map(|time| Duration::new(time.tv_sec().unsigned_abs(), u32::try_from(time.tv_usec()).unwrap() * 1000))
        .into_iter()
        .sum()
}

/// Bytes that were resident at most.
fn peak(who: UsageWho) -> u64 {
    u64::try_from(getrusage(who).unwrap().max_rss()).unwrap_or_else(|_| panic!("a negative size")) << 10
}
