//! What it costs to know the configuration: read from disk, and asked for again.
#![allow(
    clippy::expect_used,
    missing_docs,
    reason = "a benchmark ends by panicking, and criterion's macros document nothing"
)]

use std::ffi::OsString;
use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::thread::sleep;
use std::time::Duration;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use seedbed::config::{CATALOGUE, Config, ConfigCache, FILE, Sources};

/// Every key at its default with its documentation, as `config init` writes it, but nothing commented out.
fn every_key() -> String {
    let line = |line: &str| line.strip_prefix('#').filter(|rest| !rest.starts_with(' ')).unwrap_or(line).to_owned();
    CATALOGUE.template().lines().filter(|line| !line.contains("# unset")).map(|text| line(text) + "\n").collect()
}

/// A folder's configuration in an environment of ordinary size, one variable of which sets a key.
fn sources(folder: &Path) -> Sources {
    let mut environment: Vec<(OsString, OsString)> = (0..40)
        .map(|index| (format!("VARIABLE_{index}").into(), "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin".into()))
        .collect();
    environment.push(("SEEDBED_BACKTEST_FEES".into(), "0.002".into()));
    Sources { folder: folder.to_owned(), environment, ..Sources::default() }
}

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
