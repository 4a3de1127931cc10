//! What a run costs beside the evaluations of its candidates: asking, the memo's bookkeeping, rows, the journal, telling, watching. Runs of the
//! EMA crossover seed, 50 individuals over 10 generations on one thread, once kept nowhere and once in a directory whose segments are
//! synchronised to the disk. The time is a run's evolution without what its candidates took; criterion's rate is candidates a second.

#![allow(
    clippy::expect_used,
    missing_docs,
    reason = "a benchmark ends by panicking, and criterion's macros document nothing"
)]

use std::sync::Arc;
use std::time::{Duration, Instant};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use seedbed_backtest::Settings;
use seedbed_evaluate::{Grant, MemoUse, Objective, Plugin, Source};
use seedbed_evolve::{Algorithm, EvolutionSettings, Generation};
use seedbed_genome::MutationSettings;
use seedbed_market::{SynthConfig, synthesize};
use seedbed_run::{Clocks, Division, Examined, Journal, Phase, RunSetup, Symbol, Watcher, run};
use seedbed_store::{DirectoryStore, RunId, Store};
use seedbed_worker::{Limits, SandboxConfig, WasiPolicy, Workers};
use serde_json::json;

/// Tells what the candidates took from what the evolution took.
#[derive(Debug, Default)]
struct Stopwatch {
    begun: Option<Instant>,
    candidates: u64,
    evaluating: Duration,
    evolving: Duration,
}

impl Watcher for Stopwatch {
    fn begins(&mut self, _: &Phase, _: usize, _: usize) {
        self.begun = Some(Instant::now());
    }

    fn evaluated(&mut self, examined: &[Examined]) {
        self.candidates += examined.len() as u64;
        self.evaluating += examined.iter().filter_map(|one| one.took).sum::<Duration>();
    }

    fn generation(&mut self, _: &Phase, _: &Generation, _: &MemoUse) {
        self.evolving = self.begun.map(|begun| begun.elapsed()).unwrap_or_default();
    }
}

fn setup() -> RunSetup {
    let workers = Workers::in_process(&SandboxConfig::default()).expect("a sandbox");
    let seed = seedbed_guests::seeds().iter().find(|seed| seed.name == "ema-crossover").expect("a built-in seed");
    let source = Source::Embedded { name: seed.name, component: seed.component };
    let grant = Grant { limits: Limits::default(), wasi: WasiPolicy::Deny };
    let plugin = Plugin::open(&workers, source, &grant).expect("a plugin");
    let bars = synthesize(&SynthConfig { bars: 2_000, seed: 3, ..SynthConfig::default() }).expect("bars");
    RunSetup {
        plugins: vec![Arc::new(plugin)],
        symbols: vec![Symbol { name: "made".to_owned(), bars, settings: Settings::default() }],
        seed: 1,
        algorithm: Algorithm::Genetic,
        objective: Objective::Sharpe,
        evolution: EvolutionSettings::default(),
        folds: 1,
        mutation: MutationSettings::default(),
        division: Division { windows: 0, ..Division::default() },
        min_trades: 2,
        clocks: Clocks::default(),
        memo: Some(64 << 20),
        audit: false,
    }
}

fn watched(setup: &RunSetup, journal: Journal<'_>) -> Stopwatch {
    let mut stopwatch = Stopwatch::default();
    run(setup, journal, &mut stopwatch).expect("a run");
    stopwatch
}

fn engine(criterion: &mut Criterion) {
    let threads = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a thread");
    let setup = setup();
    let folder = tempfile::tempdir().expect("a folder");
    let store = DirectoryStore::open_or_create(folder.path()).expect("a store");
    let mut number = 0;
    let mut kept = || {
        number += 1;
        let id: RunId = format!("run-{number}").parse().expect("a name");
        let lease = store.create(&id, &json!({})).expect("a run of its own");
        watched(&setup, Journal::open(&store, &lease).expect("a journal"))
    };
    let mut group = criterion.benchmark_group("beside the evaluations, 50 x 10");
    let candidates = threads.install(|| watched(&setup, Journal::nowhere())).candidates;
    group.sample_size(10).throughput(Throughput::Elements(candidates));
    let beside = |watched: Stopwatch| watched.evolving.saturating_sub(watched.evaluating);
    group.bench_function("kept nowhere", |bencher| {
        bencher.iter_custom(|runs| {
            threads.install(|| (0..runs).map(|_| beside(watched(&setup, Journal::nowhere()))).sum())
        });
    });
    group.bench_function("kept in a directory", |bencher| {
        bencher.iter_custom(|runs| threads.install(|| (0..runs).map(|_| beside(kept())).sum()));
    });
    group.finish();
}

criterion_group!(benches, engine);
criterion_main!(benches);
