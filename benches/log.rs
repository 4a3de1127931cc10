//! What the mutation log costs: encoding a record, and writing a block of ten. Limit of a record: 1 us, clock and encoding together.

#![allow(
    clippy::expect_used,
    missing_docs,
    reason = "a benchmark ends by panicking, and criterion's macros document nothing"
)]

use std::borrow::Cow;
use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use seedbed_genome::{
    Attempt, Declared, DeclaredExit, Domain, ExitBounds, Genome, GenomeHash, Individual, Interval, MutationSettings,
    Mutator, Parameter, Space,
};
use seedbed_telemetry::log::{Block, Dialect, Ending, Failed, Names, Record, Rotation, Timestamp, Writer};

fn parameters() -> Vec<Parameter> {
    let domain = Domain::Integer(Interval::new(5.0, 34.0).expect("bounds in order"));
    let parameter =
        |name: &str| Parameter { name: name.into(), about: String::new(), domain: domain.clone(), default: 12.0 };
    vec![parameter("fast-ema-period"), parameter("slow-ema-period")]
}

fn exits() -> Declared {
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
    ];
    Declared::read(&declared, ExitBounds::default()).expect("a declaration within bounds")
}

/// The record of an attempt; time is asked for, as in a run.
fn record<'a>(
    attempt: &'a Attempt,
    parameters: &'a [Parameter],
    parent: GenomeHash,
    timestamp: Timestamp,
) -> Record<'a> {
    Record {
        timestamp,
        run_id: Cow::Borrowed("20251231T235959.123456Z-1"),
        mutation: attempt.seed % 1_000_000,
        plugin: Cow::Borrowed("ema-crossover"),
        generation: 1,
        slot: 42,
        parent,
        step: attempt.step.as_ref().map(Cow::Borrowed),
        names: Names::Declared(parameters),
        ending: match &attempt.result {
            Ok(proposal) => Ending::Child(proposal.hash),
            Err(fault) => Ending::NoChild(Failed { reason: fault.into(), text: fault.to_string().into() }),
        },
        attempt: 1,
        attempts: 3,
        duration: Duration::from_nanos(15_342),
        seed: attempt.seed,
    }
}

fn log(criterion: &mut Criterion) {
    let (parameters, exits) = (parameters(), exits());
    let space = Space::new(&parameters, &exits, false);
    let values = parameters.iter().map(|parameter| parameter.default).collect();
    let parent = Individual::new(Genome { parameters: values, exits: exits.genome });
    let hash = parent.genome.hash();
    let settings = MutationSettings::default();
    let mutator = Mutator::new(&space, &settings);
    // A prime number of attempts of the default mix, each its own.
    let attempts: Vec<_> = (0..1_009).map(|seed| mutator.attempt(&parent, hash, seed)).collect();

    let mut group = criterion.benchmark_group("mutation log");
    group.throughput(Throughput::Elements(1));
    for (name, dialect) in [("encode", Dialect::Current), ("encode compat", Dialect::Compat)] {
        let mut line = Vec::new();
        let mut next = attempts.iter().cycle();
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                line.clear();
                let attempt = next.next().expect("a cycle has no end");
                record(black_box(attempt), &parameters, hash, Timestamp::now()).encode(dialect, &mut line);
                black_box(&line);
            });
        });
    }
    let lines: Vec<_> = attempts
        .iter()
        .map(|attempt| {
            let mut line = Vec::new();
            record(attempt, &parameters, hash, Timestamp::UNIX_EPOCH).encode(Dialect::Current, &mut line);
            line
        })
        .collect();
    let mut next = lines.iter().cycle();
    group.bench_function("decode", |bencher| {
        bencher.iter(|| Record::decode(black_box(next.next().expect("a cycle has no end"))).expect("a record"));
    });

    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut writer = Writer::open(&folder.path().join("log.jsonl"), Rotation::default()).expect("a writable folder");
    let mut block = Block::new();
    for attempt in attempts.iter().take(Writer::HELD) {
        block.push(&record(attempt, &parameters, hash, Timestamp::UNIX_EPOCH), Dialect::Current);
    }
    group.throughput(Throughput::Elements(block.records() as u64));
    group.bench_function("write a block of ten", |bencher| {
        bencher.iter(|| writer.write(black_box(&block)).expect("room"));
    });
    group.finish();
}

criterion_group!(benches, log);
criterion_main!(benches);
