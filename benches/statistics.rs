//! The overfitting statistics at the size of a large run: 500 trials for the cross-validation, 1,000 for what compares all trials.

#![allow(clippy::unwrap_used, reason = "a benchmark fails by panicking, as a test does")]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};
use seedbed_backtest::statistics::{Binned, BlockMoments, Blocks, CrossValidation, Independence, SuperiorAbility};
use std::hint::black_box;

const BARS: usize = 100_000;

/// Returns of 1 % a bar.
fn noise(random: &mut Xoshiro256PlusPlus, bars: usize) -> Vec<f64> {
    let mut uniform = || (random.next_u64() >> 11) as f64 / (1_u64 << 53) as f64 - 0.5;
    (0..bars).map(|_| 0.01 * 3.0_f64.sqrt() * (0..4).map(|_| uniform()).sum::<f64>()).collect()
}

/// One trial of 100,000 bars.
fn trial(criterion: &mut Criterion) {
    let returns = noise(&mut Xoshiro256PlusPlus::seed_from_u64(1), BARS);
    let blocks = Blocks::new(BARS, Blocks::USUAL).unwrap();
    let mut group = criterion.benchmark_group("one trial");
    group.throughput(Throughput::Elements(BARS as u64));
    group.bench_function("moments of blocks", |bench| {
        bench.iter(|| BlockMoments::new(blocks, black_box(&returns), 0..1_000).unwrap());
    });
    group.bench_function("bins", |bench| bench.iter(|| Binned::new(black_box(&returns)).unwrap()));
    group.finish();
}

/// All 12,870 halves of 16 blocks.
fn cross_validation(criterion: &mut Criterion) {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(2);
    let blocks = Blocks::new(1_600, Blocks::USUAL).unwrap();
    let trials: Vec<_> = (0..500)
        .map(|_| BlockMoments::new(blocks, &noise(&mut random, 1_600), (0..1_600).step_by(10)).unwrap())
        .collect();
    let mut group = criterion.benchmark_group("500 trials");
    group.sample_size(10);
    group.bench_function("probability of overfitting, 16 blocks", |bench| {
        bench.iter(|| CrossValidation::default().judge(black_box(&trials)).estimate.unwrap());
    });
    group.finish();
}

/// Pairwise correlations and clusters, and 1,000 resamples.
fn comparison(criterion: &mut Criterion) {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(3);
    let trials: Vec<_> =
        (0..Independence::MOST).map(|_| Binned::new(&noise(&mut random, Binned::MOST)).unwrap()).collect();
    let benchmark = Binned::new(&[0.0; Binned::MOST]).unwrap();
    let mut group = criterion.benchmark_group("1,000 trials");
    group.sample_size(10);
    group.bench_function("effective number", |bench| {
        bench.iter(|| Independence::of(black_box(&trials), 1_000).unwrap());
    });
    group.bench_function("superior ability", |bench| {
        bench.iter(|| SuperiorAbility::default().test(black_box(&trials), &benchmark).unwrap());
    });
    group.finish();
}

criterion_group!(benches, trial, cross_validation, comparison);
criterion_main!(benches);
