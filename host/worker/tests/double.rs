//! What a worker cannot do to its host: cost it memory, or blame a busy machine on a component. Played by a double.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends where its helpers fail")]

use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use seedbed_market::sample;
use seedbed_outcome::{Call, Failure, Function, Usage};
use seedbed_worker::{
    CompileLimits, Component, Isolation, Limits, Observer, Program, SandboxConfig, WasiPolicy, Workers, WorkersConfig,
};

/// Counts the calls of `signals` that workers answered.
#[derive(Debug, Default)]
struct Signals(Mutex<usize>);

impl Observer for Signals {
    fn compiled(&self, _took: Duration) {}

    fn called(&self, function: Function, _usage: &Usage) {
        *self.0.lock().unwrap() += usize::from(function == Function::Signals);
    }
}

/// A seed in workers that misbehave as `double/main.rs` says.
fn seed_in(arguments: &[&str]) -> (Component, Arc<Signals>) {
    let counted = Arc::new(Signals::default());
    let observer = Some(Arc::clone(&counted) as Arc<dyn Observer>);
    let path = PathBuf::from(env!("CARGO_BIN_EXE_seedbed-worker-double"));
    let config = WorkersConfig {
        sandbox: SandboxConfig { observer, ..SandboxConfig::default() },
        isolation: Isolation::Process,
        program: Program { path, arguments: arguments.iter().map(Into::into).collect() },
        compile: CompileLimits::default(),
    };
    let seed = seedbed_guests::seeds().iter().find(|seed| seed.name == "ema-crossover").unwrap();
    (Workers::new(config).unwrap().load(seed.component, WasiPolicy::Deny).unwrap(), counted)
}

fn signals(component: &Component) -> Call<Vec<f64>> {
    let limits = Limits::default();
    let description = component.describe(&limits).outcome.unwrap();
    component.signals(&sample().slice(0..300).unwrap(), description.reads, &description.defaults(), &limits)
}

/// Otherwise a component would be charged for what else the machine had to do.
#[test]
fn what_runs_past_its_deadline_is_tried_once_more_and_then_believed() {
    let (honest, _) = seed_in(&["honest"]);
    let expected = signals(&honest).outcome.unwrap();
    let home = tempfile::tempdir().unwrap();
    let (late, tries) = seed_in(&["once", home.path().join("once").to_str().unwrap(), "late"]);
    assert_eq!(signals(&late).outcome.unwrap(), expected);
    assert_eq!(*tries.0.lock().unwrap(), 2);

    let (late, tries) = seed_in(&["always-late"]);
    assert_eq!(signals(&late).outcome, Err(Failure::PastDeadline { deadline: Duration::from_secs(5) }));
    assert_eq!(*tries.0.lock().unwrap(), 2);
}

/// Otherwise a worker that was taken over would take the host's memory.
#[cfg(target_os = "linux")]
#[test]
fn a_worker_that_floods_its_lines_costs_the_host_no_memory() {
    let (floods, _) = seed_in(&["floods"]);
    let before = peak();
    for _ in 0..8 {
        let Err(Failure::WorkerLost { how }) = signals(&floods).outcome else { panic!("it answered") };
        assert!(how.as_str().starts_with("what it sent is no message"), "{how}");
    }
    let more = peak() - before;
    assert!(more < 16 << 20, "16 workers sent as much as they could, and this process grew by {more} bytes");
}

/// Bytes of this process that were resident at most.
#[cfg(target_os = "linux")]
fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    peak.trim_end_matches(" kB").trim().parse::<u64>().unwrap() << 10
}
