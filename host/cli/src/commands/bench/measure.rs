use std::hint::black_box;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::thread::sleep;
use std::time::{Duration, Instant};

use seedbed_evaluate::{Campaign, Mutation};
use seedbed_telemetry::metrics::{peak_resident_bytes, resident_bytes};
use seedbed_telemetry::statistics::Durations;

use super::figure::{Figure, OBSERVING};
use crate::config::{Config, ConfigCache};
use crate::workbench::{Case, Workbench, all_threads};

/// Mutations before each measurement, by which caches and branch predictors settle.
const WARM_UP: u32 = 2_000;
/// Mutations of each half of a pair by which the cost of observing is told.
const PAIR: u32 = 2_000;

/// Measures everything, each thing for `budget`. When somebody asks to stop, what was measured until then is returned.
pub(super) fn measure(bench: &Workbench, budget: Duration) -> anyhow::Result<Vec<Figure>> {
    let mut figures = Vec::new();
    // Batches come first, so that peak and growth are those of mutations and of nothing that follows.
    for step in [batches, singles, validation, observing, configuration] {
        let found = step(bench, budget)?;
        if bench.interrupt().asked() {
            break;
        }
        figures.extend(found);
    }
    Ok(figures)
}

/// What a measurement may take, unless somebody asks to stop.
struct Clock<'a> {
    bench: &'a Workbench,
    start: Instant,
    budget: Duration,
}

impl<'a> Clock<'a> {
    fn start(what: &str, bench: &'a Workbench, budget: Duration) -> Self {
        tracing::info!("measuring {what}");
        Self { bench, start: Instant::now(), budget }
    }

    fn is_over(&self) -> bool {
        self.start.elapsed() >= self.budget || self.bench.interrupt().asked()
    }

    fn flow(&self) -> ControlFlow<()> {
        if self.is_over() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

/// Mutations a minute on one thread and on all, and what they hold of memory.
fn batches(bench: &Workbench, budget: Duration) -> anyhow::Result<Vec<Figure>> {
    let mut figures = Vec::new();
    let mut growth = None;
    for (name, threads) in [("batch.1-thread", 1), ("batch.all-threads", all_threads())] {
        bench.mutate(Case::DEFAULT, WARM_UP, threads, 0, |_| ControlFlow::Continue(()))?;
        let clock = Clock::start(name, bench, budget);
        let mut warm = None;
        let run = bench.mutate(Case::DEFAULT, u32::MAX, threads, 1, |_| {
            if warm.is_none() && clock.start.elapsed() >= budget / 4 {
                warm = Some(resident_bytes());
            }
            if clock.is_over() && warm.is_some() {
                growth = resident_bytes().zip(warm.flatten()).map(|(now, warm)| now.saturating_sub(warm));
            }
            clock.flow()
        })?;
        #[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^53")]
        let rate = run.validated as f64 / run.took.as_secs_f64() * 60.0;
        figures.push(Figure::per_minute(name, rate, run.validated));
    }
    figures.push(Figure::bytes("memory.peak", peak_resident_bytes()));
    figures.push(Figure::bytes("memory.growth", growth));
    Ok(figures)
}

/// One mutation, everything that is written down of it included.
fn singles(bench: &Workbench, budget: Duration) -> anyhow::Result<Vec<Figure>> {
    let cases = [
        ("mutation.default", Case::DEFAULT),
        ("mutation.exits", Case::EXITS),
        ("mutation.parameters", Case::PARAMETERS),
        ("mutation.paranoid", Case::PARANOID),
    ];
    let mut figures = Vec::new();
    for (name, case) in cases {
        bench.mutate(case, WARM_UP, 1, 0, |_| ControlFlow::Continue(()))?;
        let clock = Clock::start(name, bench, budget);
        let mut durations = Durations::new();
        let mut begun = Instant::now();
        bench.mutate(case, u32::MAX, 1, 1, |block| {
            record(&mut durations, block, begun.elapsed());
            begun = Instant::now();
            clock.flow()
        })?;
        figures.extend(quantiles(name, &durations));
    }
    Ok(figures)
}

/// Each mutation took what it took, and its equal share of what it took to write down its block.
fn record(durations: &mut Durations, block: &[Mutation], took: Duration) {
    let mutating: Duration = block.iter().map(|mutation| mutation.duration).sum();
    let share = took.saturating_sub(mutating) / u32::try_from(block.len()).unwrap_or(u32::MAX).max(1);
    for mutation in block {
        durations.record(mutation.duration + share);
    }
}

fn quantiles(name: &str, durations: &Durations) -> [Figure; 2] {
    let found = durations.statistics();
    let figure = |of: &str, seconds: Option<f64>| {
        Figure::microseconds(format!("{name}.{of}"), seconds.map(|seconds| seconds * 1e6), durations.samples())
    };
    [figure("median", found.map(|found| found.p50)), figure("p95", found.map(|found| found.p95))]
}

/// What the component is asked, without mutation.
fn validation(bench: &Workbench, budget: Duration) -> anyhow::Result<Vec<Figure>> {
    let (validator, genome) = (bench.validator(), bench.genome());
    let mut figures = Vec::new();
    for (name, signals) in [("validation.accept", false), ("validation.accept-and-signals", true)] {
        let clock = Clock::start(name, bench, budget);
        let mut durations = Durations::new();
        while !clock.is_over() {
            let start = Instant::now();
            let passed = validator.validate(black_box(&genome), signals);
            durations.record(start.elapsed());
            passed?;
        }
        let [median, _] = quantiles(name, &durations);
        figures.push(median);
    }
    Ok(figures)
}

/// What statistics, log, metrics and events cost a mutation: the same mutations with and without, block by block, so that whatever else the
/// machine does hits one block and not the median.
fn observing(bench: &Workbench, budget: Duration) -> anyhow::Result<Vec<Figure>> {
    let clock = Clock::start(OBSERVING, bench, budget * 2);
    let mut differences = Vec::new();
    for seed in 0.. {
        // Whoever goes second finds the machine warmer; so they take turns at that, too.
        let (with, without) = if seed % 2 == 0 {
            let with = blocks(bench, Case::DEFAULT, seed)?;
            (with, blocks(bench, Case::UNOBSERVED, seed)?)
        } else {
            let without = blocks(bench, Case::UNOBSERVED, seed)?;
            (blocks(bench, Case::DEFAULT, seed)?, without)
        };
        differences.extend(with.iter().zip(&without).map(|(with, without)| with - without));
        if clock.is_over() {
            break;
        }
    }
    let samples = differences.len() as u64;
    Ok(vec![Figure::microseconds(OBSERVING, median(differences), samples)])
}

/// Microseconds a mutation, block by block.
fn blocks(bench: &Workbench, case: Case, seed: u64) -> anyhow::Result<Vec<f64>> {
    let mut blocks = Vec::new();
    let mut begun = Instant::now();
    bench.mutate(case, PAIR, 1, seed, |_| {
        blocks.push(begun.elapsed().as_secs_f64() * 1e6 / f64::from(Campaign::BLOCK));
        begun = Instant::now();
        ControlFlow::Continue(())
    })?;
    Ok(blocks)
}

/// The upper one of two in the middle.
fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}

/// The configuration, read and asked for again.
fn configuration(bench: &Workbench, budget: Duration) -> anyhow::Result<Vec<Figure>> {
    /// Answers from memory that are timed together; the clock costs as much as a tenth of one.
    const TOGETHER: u32 = 64;
    /// A file that has only just changed is read again each time, for a few seconds at most.
    const SETTLED: Duration = Duration::from_secs(10);

    let sources = bench.sources();
    let clock = Clock::start("config.cold", bench, budget);
    let mut cold = Durations::new();
    while !clock.is_over() {
        let sources = sources.clone();
        let start = Instant::now();
        black_box(Config::load(black_box(sources))?);
        cold.record(start.elapsed());
    }

    let cache = ConfigCache::new(sources);
    let settling = Clock::start("config.cached", bench, SETTLED);
    while !Arc::ptr_eq(&cache.get()?, &cache.get()?) && !settling.is_over() {
        sleep(Duration::from_millis(20));
    }
    let clock = Clock { start: Instant::now(), budget, ..settling };
    let mut cached = Durations::new();
    while !clock.is_over() {
        let start = Instant::now();
        for _ in 0..TOGETHER {
            black_box(black_box(&cache).get()?);
        }
        cached.record(start.elapsed() / TOGETHER);
    }
    let [cold, _] = quantiles("config.cold", &cold);
    let [cached, _] = quantiles("config.cached", &cached);
    Ok(vec![cold, cached])
}
