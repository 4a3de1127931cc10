//! What a call into the sandbox costs: fresh store, instantiate, call, drop.
//!
//! `native` is the same seed compiled for the host, in the same run: quote the ratio, machines differ.
#![allow(
    clippy::expect_used,
    missing_docs,
    reason = "a benchmark ends by panicking, and criterion's macros document nothing"
)]

use std::hint::black_box;
use std::num::NonZeroUsize;
use std::time::{Duration, Instant};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use ema_crossover::EmaCrossover;
use seedbed_market::{Bars, sample};
use seedbed_sandbox::{Component, Limits, Sandbox, SandboxConfig, WasiPolicy};

fn component() -> Component {
    let concurrency = NonZeroUsize::new(8).expect("8 is not 0");
    let sandbox = Sandbox::new(&SandboxConfig { concurrency, ..SandboxConfig::default() }).expect("a sandbox");
    let seed = seedbed_guests::seeds().iter().find(|seed| seed.name == "ema-crossover").expect("the seed");
    sandbox.load(seed.component, WasiPolicy::Deny).expect("the seed loads")
}

fn bars(count: usize) -> Bars {
    sample().slice(0..count).expect("the sample is that long")
}

fn calls(criterion: &mut Criterion) {
    let component = component();
    let limits = Limits::default();
    let description = component.describe(&limits).outcome.expect("a description");
    let parameters = description.defaults();

    criterion.bench_function("typed call (data-needed), fresh instance", |bencher| {
        bencher.iter(|| component.data_needed(black_box(&parameters), &limits));
    });
    for count in [250, 2_500] {
        let bars = bars(count);
        let mut group = criterion.benchmark_group(format!("ema-crossover signals, {count} bars"));
        group.throughput(Throughput::Elements(count as u64));
        group.bench_function("sandbox", |bencher| {
            bencher.iter(|| component.signals(black_box(&bars), description.reads, &parameters, &limits));
        });
        let close =
            seedbed_sdk::Bars::new(vec![], vec![], vec![], vec![], bars.close().to_vec(), vec![]).expect("one column");
        group.bench_function("native", |bencher| {
            bencher.iter(|| seedbed_sdk::dispatch::signals::<EmaCrossover>(black_box(&close), black_box(&parameters)));
        });
        group.finish();
    }
}

/// The time of one call when so many threads make calls at once: halves from one to two threads where nothing is shared.
fn threads(criterion: &mut Criterion) {
    let component = component();
    let limits = Limits::default();
    let description = component.describe(&limits).outcome.expect("a description");
    let (parameters, bars) = (description.defaults(), bars(250));
    let mut group = criterion.benchmark_group("ema-crossover signals, 250 bars, calls on threads");
    for threads in [1_u32, 2] {
        group.bench_function(format!("{threads}"), |bencher| {
            bencher.iter_custom(|calls| {
                let start = Instant::now();
                let each = calls.div_ceil(u64::from(threads));
                std::thread::scope(|scope| {
                    for _ in 0..threads {
                        scope.spawn(|| {
                            for _ in 0..each {
                                black_box(component.signals(black_box(&bars), description.reads, &parameters, &limits));
                            }
                        });
                    }
                });
                start.elapsed()
            });
        });
    }
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default().measurement_time(Duration::from_secs(3));
    targets = calls, threads
}
criterion_main!(benches);
