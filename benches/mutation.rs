//! One attempt at a mutation, canonical form and hash of the child included, on the genome of the EMA crossover seed: no component, no
//! log, no metrics. Each iteration has another seed and the same parent.

#![allow(
    clippy::expect_used,
    missing_docs,
    reason = "a benchmark ends by panicking, and criterion's macros document nothing"
)]

use criterion::{Criterion, criterion_group, criterion_main};
use seedbed_genome::{
    Declared, DeclaredExit, Domain, ExitBounds, Genome, Individual, Interval, MarketScale, MutationSettings, Mutator,
    Parameter, Space,
};
use std::hint::black_box;

fn parameters() -> Vec<Parameter> {
    let parameter = |name: &str, domain: fn(Interval) -> Domain, low, high, default| {
        let domain = domain(Interval::new(low, high).expect("bounds in order"));
        Parameter { name: name.into(), about: String::new(), domain, default }
    };
    vec![
        parameter("fast-ema-period", Domain::Integer, 5.0, 15.0, 12.0),
        parameter("slow-ema-period", Domain::Integer, 18.0, 34.0, 26.0),
        parameter("signal-strength", Domain::Real, 0.1, 1.0, 1.0),
        parameter("trend-filter", Domain::Real, 0.0, 0.02, 0.005),
    ]
}

fn exits() -> Declared {
    let exit = |mechanism: &str, name: &str, value, bounds, enabled| DeclaredExit {
        mechanism: mechanism.into(),
        name: name.into(),
        value,
        bounds,
        enabled,
    };
    let declared = [
        exit("fixed-stop", "stop-loss", 0.10, (0.01, 0.20), true),
        exit("trailing-stop", "offset", 0.05, (0.005, 0.05), true),
        exit("trailing-stop", "activation", 0.10, (0.0, 0.20), true),
        exit("take-profit", "target", 0.20, (0.05, 0.50), true),
        exit("signal-exit", "threshold", 0.1, (0.0, 1.0), true),
        exit("break-even", "trigger", 0.05, (0.005, 0.10), false),
        exit("break-even", "lock", 0.0, (0.0, 0.02), false),
    ];
    Declared::read(&declared, ExitBounds::default()).expect("the seed's declaration")
}

fn mutation(criterion: &mut Criterion) {
    let (parameters, exits) = (parameters(), exits());
    let market = MarketScale::new(|_| Some(0.015), |_| Some(0.01));
    let space = Space::new(&parameters, &exits, false).with_market(market).with_round_trip_cost(0.003);
    let values = parameters.iter().map(|parameter| parameter.default).collect();
    let parent = Individual::new(Genome { parameters: values, exits: exits.genome });
    let hash = parent.genome.hash();

    let mut group = criterion.benchmark_group("mutation");
    for (name, exit_probability) in [("default mix", 0.3), ("exits", 1.0), ("parameters", 0.0)] {
        let settings = MutationSettings { exit_probability, ..MutationSettings::default() };
        let mutator = Mutator::new(&space, &settings);
        let mut seed = 0;
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                seed += 1;
                mutator.attempt(black_box(&parent), hash, seed)
            });
        });
    }
    group.bench_function("hash", |bencher| bencher.iter(|| black_box(&parent.genome).hash()));
    group.finish();
}

criterion_group!(benches, mutation);
criterion_main!(benches);
