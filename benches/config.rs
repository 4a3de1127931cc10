//! What it costs to know the configuration: read from disk, and asked for again.
#![allow(
    clippy::expect_used,
    missing_docs,
    reason = "a benchmark ends by panicking, and criterion's macros document nothing"
)]

use std::fs;
use std::hint::black_box;
use std::thread::sleep;
use std::time::Duration;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use seedbed::config::{Config, ConfigCache, FILE};
use seedbed::workbench::{every_key, sources};

fn load(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a folder");
    let sources = sources(folder.path());
    let mut group = criterion.benchmark_group("configuration");
    let fresh = || sources.clone();
    let read = |sources| Config::load(black_box(sources)).expect("is right");
    group.bench_function("load, no file", |bencher| {
        bencher.iter_batched(fresh, read, BatchSize::SmallInput);
    });
    fs::write(folder.path().join(FILE), every_key()).expect("written");
    group.bench_function("load, every key in the file", |bencher| {
        bencher.iter_batched(fresh, read, BatchSize::SmallInput);
    });
    let cache = ConfigCache::new(sources.clone());
    // A file that has only just changed is read again each time.
    sleep(Duration::from_millis(3_100));
    group.bench_function("cached", |bencher| {
        bencher.iter(|| black_box(&cache).get().expect("is right"));
    });
    group.finish();
}

criterion_group!(benches, load);
criterion_main!(benches);
