//! Islands and drivers that the tests share.

use seedbed_evolve::{
    Algorithm, Behaviour, Candidate, Evolution, EvolutionSettings, Generation, Island, Outcome, Score, Setup, Told,
};
use seedbed_genome::{
    Declared, DeclaredExit, Domain, ExitBounds, Genome, Individual, Interval, MutationSettings, Parameter, Space,
};

/// A parameter of this domain.
pub(crate) fn parameter(name: String, domain: Domain, default: f64) -> Parameter {
    Parameter { name, about: String::new(), domain, default }
}

/// An island of `dimensions` real parameters in these bounds whose ancestor has `start` in each, without exits that move.
pub(crate) fn numbers(dimensions: usize, low: f64, high: f64, start: f64) -> Island {
    let domain = || Domain::Real(Interval::new(low, high).unwrap());
    let parameters: Vec<_> = (0..dimensions).map(|n| parameter(format!("x-{n}"), domain(), start)).collect();
    let declared = Declared::read(&[], ExitBounds::default()).unwrap();
    Island {
        name: "numbers".into(),
        space: Space::new(&parameters, &declared, false),
        ancestor: Individual::new(Genome { parameters: vec![start; dimensions], exits: declared.genome }),
        mutation: MutationSettings { exits: false, ..MutationSettings::default() },
    }
}

/// An island like a plugin: two whole periods, a share, a choice, three exits in force.
pub(crate) fn plugin(name: &str) -> Island {
    let interval = |low, high| Interval::new(low, high).unwrap();
    let parameters = [
        parameter("fast".into(), Domain::Integer(interval(5.0, 15.0)), 12.0),
        parameter("slow".into(), Domain::Integer(interval(18.0, 34.0)), 26.0),
        parameter("share".into(), Domain::Real(interval(0.1, 1.0)), 0.5),
        parameter("mode".into(), Domain::Choice(vec!["a".into(), "b".into(), "c".into()]), 1.0),
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
        exit("take-profit", "target", 0.20, (0.05, 0.50)),
        exit("signal-exit", "threshold", 0.1, (0.0, 1.0)),
    ];
    let declared = Declared::read(&declared, ExitBounds::default()).unwrap();
    Island {
        name: name.into(),
        space: Space::new(&parameters, &declared, false),
        ancestor: Individual::new(Genome {
            parameters: parameters.iter().map(|parameter| parameter.default).collect(),
            exits: declared.genome,
        }),
        mutation: MutationSettings::default(),
    }
}

pub(crate) fn setup(seed: u64, algorithm: Algorithm, islands: Vec<Island>) -> Setup {
    Setup { seed, algorithm, settings: EvolutionSettings::default(), islands }
}

/// A score of this fitness alone.
pub(crate) fn scored(fitness: f64) -> Outcome {
    Outcome::Scored(Score { fitness, objectives: [fitness, 0.0], behaviour: Behaviour::default() })
}

pub(crate) fn failed(reason: &str) -> Outcome {
    Outcome::Failed { reason: reason.into() }
}

/// The outcome of a first attempt.
pub(crate) fn told(candidate: &Candidate, outcome: Outcome) -> Told {
    Told { hash: candidate.child.hash, failed: Vec::new(), outcome }
}

/// Asks and tells one generation; `None` at the end.
pub(crate) fn step(evolution: &mut Evolution, judge: impl Fn(&Candidate) -> Outcome) -> Option<Generation> {
    let batch = evolution.ask();
    if batch.is_empty() {
        return None;
    }
    Some(evolution.tell(batch.iter().map(|candidate| told(candidate, judge(candidate))).collect()).unwrap())
}

/// Asks and tells until the end.
pub(crate) fn run(setup: Setup, judge: impl Fn(&Candidate) -> Outcome) -> (Evolution, Vec<Generation>) {
    let mut evolution = Evolution::new(setup).unwrap();
    let generations = std::iter::from_fn(|| step(&mut evolution, &judge)).collect();
    (evolution, generations)
}
