//! What evolution costs beside the evaluations: whole runs of 50 individuals over 10 generations on the genome of the EMA crossover seed, with a
//! fitness that costs nothing. The time is that of all candidates that were asked for and told; criterion's rate is candidates a second.

#![allow(
    clippy::expect_used,
    missing_docs,
    reason = "a benchmark ends by panicking, and criterion's macros document nothing"
)]

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use seedbed_evolve::{
    Algorithm, Behaviour, Candidate, Evolution, EvolutionSettings, Island, Outcome, Score, Setup, Told,
};
use seedbed_genome::{
    Declared, DeclaredExit, Domain, ExitBounds, Genome, Individual, Interval, MarketScale, MutationSettings, Parameter,
    Space,
};

fn island() -> Island {
    let parameter = |name: &str, domain: fn(Interval) -> Domain, low, high, default| {
        let domain = domain(Interval::new(low, high).expect("bounds in order"));
        Parameter { name: name.into(), about: String::new(), domain, default }
    };
    let parameters = [
        parameter("fast-ema-period", Domain::Integer, 5.0, 15.0, 12.0),
        parameter("slow-ema-period", Domain::Integer, 18.0, 34.0, 26.0),
        parameter("signal-strength", Domain::Real, 0.1, 1.0, 1.0),
        parameter("trend-filter", Domain::Real, 0.0, 0.02, 0.005),
    ];
    let exit = |mechanism: &str, name: &str, value, bounds| DeclaredExit {
        mechanism: mechanism.into(),
        name: name.into(),
        value,
        bounds,
        enabled: true,
    };
    let declared = [
        exit("fixed-stop", "stop-loss", 0.10, (0.01, 0.20)),
        exit("trailing-stop", "offset", 0.05, (0.005, 0.05)),
        exit("trailing-stop", "activation", 0.10, (0.0, 0.20)),
        exit("take-profit", "target", 0.20, (0.05, 0.50)),
        exit("signal-exit", "threshold", 0.1, (0.0, 1.0)),
    ];
    let declared = Declared::read(&declared, ExitBounds::default()).expect("the seed's declaration");
    let parameters_of_seed = parameters.iter().map(|parameter| parameter.default).collect();
    Island {
        name: "ema-crossover".into(),
        space: Space::new(&parameters, &declared, false)
            .with_market(MarketScale::new(|_| Some(0.015), |_| Some(0.01)))
            .with_round_trip_cost(0.003),
        ancestor: Individual::new(Genome { parameters: parameters_of_seed, exits: declared.genome }),
        mutation: MutationSettings::default(),
    }
}

/// Better the longer the slow and the wider the stop; enough for a population to move.
fn told(candidate: &Candidate) -> Told {
    let genome = &candidate.child.individual.genome;
    let exits = genome.exits.exits().flat_map(|exit| exit.values());
    let fitness = genome.parameters.iter().chain(exits).sum::<f64>();
    let drawdown = -1.0 / (1.0 + fitness.abs());
    let behaviour = Behaviour { holding_bars: fitness, trades: 50, loss_share: 0.5 };
    let score = Score { fitness, objectives: [fitness, drawdown], behaviour };
    Told { hash: candidate.child.hash, failed: Vec::new(), outcome: Outcome::Scored(score) }
}

fn run(island: &Island, algorithm: Algorithm, seed: u64) -> Evolution {
    let settings = EvolutionSettings::default();
    let setup = Setup { seed, algorithm, settings, islands: vec![island.clone()] };
    let mut evolution = Evolution::new(setup).expect("a setup that holds");
    loop {
        let batch = evolution.ask();
        if batch.is_empty() {
            return evolution;
        }
        evolution.tell(batch.iter().map(told).collect()).expect("what was asked");
    }
}

fn evolve(criterion: &mut Criterion) {
    let island = island();
    let mut group = criterion.benchmark_group("evolve 50 x 10");
    for algorithm in Algorithm::ALL {
        group.throughput(Throughput::Elements(run(&island, algorithm, 1).evaluations()));
        group.bench_function(algorithm.name(), |bencher| bencher.iter(|| run(black_box(&island), algorithm, 1)));
    }
    group.finish();
}

criterion_group!(benches, evolve);
criterion_main!(benches);
