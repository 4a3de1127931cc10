//! What a mutation pays for being counted and for events that nobody reads. Limit: log, metrics and tracing together 3 us a mutation.
#![allow(
    missing_docs,
    clippy::panic,
    reason = "criterion's macros make undocumented items; a benchmark fails by panicking"
)]

use std::hint::black_box;
use std::thread;
use std::time::{Duration, Instant};

use criterion::{Criterion, criterion_group, criterion_main};
use seedbed_genome::{Change, Clamped, Mechanism, Source, Target, Tier};
use seedbed_outcome::{Function, Usage};
use seedbed_telemetry::logging::{self, ATTEMPT, Format, Heartbeat, Options};
use seedbed_telemetry::metrics::{Local, Metrics, Mutation};

const FLUSH_EACH: u64 = 100;

/// One mutation with one clamped value, flushed each hundred.
fn record(local: &mut Local, at: u64) {
    let took = Duration::from_nanos(black_box(9_000 + at % 4_096));
    local.change(black_box(&CLAMPED));
    local.mutation(&Mutation { tier: Some(Tier::Parametric), attempts: 1, failed: None, took });
    if at.is_multiple_of(FLUSH_EACH) {
        local.flush();
    }
}

const CLAMPED: Change = Change {
    target: Target::Exit(Mechanism::TakeProfit, 0),
    old: Some(0.4),
    raw: 0.52,
    new: 0.5,
    clamped: Clamped::High,
    rounded: false,
    source: Source::Direct,
};

const USAGE: Usage =
    Usage { fuel_instantiate: 2_000, fuel_call: 30_000, peak_memory: 2 << 20, messages: 0, message_bytes: 0 };

/// The time that `each` takes `iterations` times on each of so many threads at once.
fn on_threads(threads: usize, iterations: u64, each: impl Fn(u64) -> Duration + Sync) -> Duration {
    thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(|| each(iterations))).collect();
        running.into_iter().map(|thread| thread.join().unwrap_or_default()).max().unwrap_or_default()
    })
}

fn metrics(criterion: &mut Criterion) {
    for threads in [1, 2] {
        let metrics = Metrics::new();
        let mutations = metrics.mutations(Some([0.5, 0.3, 0.2]));
        criterion.bench_function(&format!("metrics/mutation/{threads} threads"), |bencher| {
            bencher.iter_custom(|iterations| {
                on_threads(threads, iterations, |iterations| {
                    let mut local = mutations.local();
                    let start = Instant::now();
                    (1..=iterations).for_each(|at| record(&mut local, at));
                    start.elapsed()
                })
            });
        });
        criterion.bench_function(&format!("metrics/guest call/{threads} threads"), |bencher| {
            bencher.iter_custom(|iterations| {
                on_threads(threads, iterations, |iterations| {
                    let start = Instant::now();
                    (0..iterations).for_each(|_| metrics.guest_call(Function::Accept, black_box(&USAGE)));
                    start.elapsed()
                })
            });
        });
    }
    let metrics = Metrics::new();
    drop(metrics.mutations(Some([0.5, 0.3, 0.2])));
    criterion.bench_function("metrics/text", |bencher| bencher.iter(|| metrics.text()));
}

fn tracing_events(criterion: &mut Criterion) {
    let options = Options { directives: "info".to_owned(), format: Format::Text, file: None };
    if let Err(error) = logging::start(&options) {
        panic!("{error}");
    }
    criterion.bench_function("tracing/muted attempt", |bencher| {
        bencher.iter(|| tracing::info!(target: ATTEMPT, mutation = black_box(42), operator = "gauss", "succeeded"));
    });
    let mut heartbeat = Heartbeat::new(Duration::from_secs(1));
    criterion.bench_function("heartbeat", |bencher| bencher.iter(|| heartbeat.beat()));
}

criterion_group!(benches, metrics, tracing_events);
criterion_main!(benches);
