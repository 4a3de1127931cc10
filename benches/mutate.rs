//! Validated mutations of the EMA crossover seed as `seedbed mutate` makes them, statistics, log and metrics on: one after the other on one
//! thread by what they act on, batches of 10,000 on one thread and on two, and the same batch with nobody looking.
#![allow(
    clippy::expect_used,
    missing_docs,
    reason = "a benchmark ends by panicking, and criterion's macros document nothing"
)]

use std::ops::ControlFlow;
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use seedbed::workbench::{Case, Workbench};
use seedbed_telemetry::logging::{self, Format, Options};

const BATCH: u32 = 10_000;

/// The time of so many mutations; opening and closing the log is no part of it.
fn run(bench: &Workbench, case: Case, mutations: u64, threads: usize, seed: u64) -> Duration {
    let count = u32::try_from(mutations).unwrap_or(u32::MAX);
    let run = bench.mutate(case, count, threads, seed, |_| ControlFlow::Continue(())).expect("mutates");
    assert_eq!(run.validated, u64::from(count), "the seed can live with all its children");
    run.took
}

fn mutate(criterion: &mut Criterion) {
    let options = Options { directives: "info".to_owned(), format: Format::Text, file: None };
    logging::start(&options).expect("nothing else has started a log");
    let bench = Workbench::new().expect("a folder and a sandbox");

    let mut group = criterion.benchmark_group("validated mutation");
    group.throughput(Throughput::Elements(1));
    let cases = [
        ("default mix", Case::DEFAULT),
        ("exits", Case::EXITS),
        ("parameters", Case::PARAMETERS),
        ("paranoid", Case::PARANOID),
        ("default mix, unobserved", Case::UNOBSERVED),
    ];
    for (name, case) in cases {
        let mut seed = 0;
        group.bench_function(name, |bencher| {
            bencher.iter_custom(|iterations| {
                seed += 1;
                run(&bench, case, iterations, 1, seed)
            });
        });
    }
    group.finish();

    let mut group = criterion.benchmark_group("batch of 10,000");
    group.throughput(Throughput::Elements(u64::from(BATCH)));
    group.sample_size(20);
    let cases = [
        ("1 thread", Case::DEFAULT, 1),
        ("1 thread, unobserved", Case::UNOBSERVED, 1),
        ("2 threads", Case::DEFAULT, 2),
        ("2 threads, unobserved", Case::UNOBSERVED, 2),
    ];
    for (name, case, threads) in cases {
        group.bench_function(name, |bencher| {
            bencher.iter_custom(|iterations| {
                (0..iterations).map(|seed| run(&bench, case, u64::from(BATCH), threads, seed)).sum()
            });
        });
    }
    group.finish();
}

criterion_group!(benches, mutate);
criterion_main!(benches);
