//! What a worker process costs: its start, its replacement, and a call in it beside the same call in this process.
#![allow(
    clippy::expect_used,
    missing_docs,
    reason = "a benchmark ends by panicking, and criterion's macros document nothing"
)]

use std::fs;
use std::hint::black_box;
use std::num::NonZeroUsize;
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use criterion::{Criterion, criterion_group};
use seedbed_market::{Bars, SynthConfig, sample, synthesize};
use seedbed_worker::{
    CompileLimits, Component, Isolation, Limits, Program, SandboxConfig, WasiPolicy, Workers, WorkersConfig,
};

fn workers(isolation: Isolation) -> Workers {
    let sandbox = SandboxConfig { concurrency: NonZeroUsize::MIN, ..SandboxConfig::default() };
    let (program, compile) = (Program::this(["worker"]), CompileLimits::default());
    Workers::new(WorkersConfig { sandbox, isolation, program, compile }).expect("workers")
}

fn component(workers: &Workers) -> Component {
    let seed = seedbed_guests::seeds().iter().find(|seed| seed.name == "ema-crossover").expect("the seed");
    workers.load(seed.component, WasiPolicy::Deny).expect("the seed loads")
}

/// From the start of the process to its welcome, and its end.
fn start(criterion: &mut Criterion) {
    criterion.bench_function("worker: start and end", |bencher| bencher.iter(|| workers(Isolation::Process)));
}

/// A call whose worker was killed before it: found out, started anew, sent the component, called.
fn replacement(criterion: &mut Criterion) {
    let workers = workers(Isolation::Process);
    let component = component(&workers);
    let limits = Limits::default();
    criterion.bench_function("worker: a call, its worker dead", |bencher| {
        bencher.iter_custom(|calls| {
            let mut took = Duration::ZERO;
            for _ in 0..calls {
                for child in children() {
                    Command::new("kill").args(["-9", &child]).status().expect("kill runs");
                }
                let start = Instant::now();
                component.data_needed(&[12.0, 26.0], &limits).outcome.expect("an answer");
                took += start.elapsed();
            }
            took
        });
    });
}

/// The worker processes of this one.
fn children() -> Vec<String> {
    let tasks = fs::read_dir("/proc/self/task").expect("a list of threads");
    let of = |task: std::io::Result<fs::DirEntry>| fs::read_to_string(task.ok()?.path().join("children")).ok();
    tasks.filter_map(of).flat_map(|list| list.split_whitespace().map(str::to_owned).collect::<Vec<_>>()).collect()
}

fn calls(criterion: &mut Criterion) {
    let long = synthesize(&SynthConfig { bars: 100_000, ..SynthConfig::default() }).expect("bars");
    let series: [(&str, &Bars); 2] = [("3,270 bars", sample()), ("100,000 bars", &long)];
    for (name, isolation) in [("in this process", Isolation::None), ("in a worker", Isolation::Process)] {
        let workers = workers(isolation);
        let component = component(&workers);
        let limits = Limits::default();
        let description = component.describe(&limits).outcome.expect("a description");
        let parameters = description.defaults();
        criterion.bench_function(&format!("worker: data-needed, {name}"), |bencher| {
            bencher.iter(|| component.data_needed(black_box(&parameters), &limits));
        });
        for (length, bars) in series {
            criterion.bench_function(&format!("worker: signals, {length}, {name}"), |bencher| {
                bencher.iter(|| component.signals(black_box(bars), description.reads, &parameters, &limits));
            });
        }
    }
}

criterion_group!(benches, start, replacement, calls);

/// A worker where it is started as one, the benchmarks else.
fn main() -> ExitCode {
    if std::env::args().nth(1).as_deref() == Some("worker") {
        return seedbed_worker::serve();
    }
    benches();
    Criterion::default().configure_from_args().final_summary();
    ExitCode::SUCCESS
}
