//! Runs to record.

use std::borrow::Cow;
use std::path::Path;
use std::time::Duration;

use seedbed_genome::{
    Attempt, Declared, DeclaredExit, Domain, ExitBounds, Genome, GenomeHash, Individual, Interval, MarketScale,
    Mechanism, MutationSettings, Mutator, Parameter, Purpose, Space, sub_seed,
};
use seedbed_telemetry::log::{Dialect, Ending, Entry, Failed, Names, Reader, Record, Timestamp};
use seedbed_telemetry::metrics::Reason;

/// A plugin with parameters of every kind and exits in five slots.
pub(crate) struct Plugin {
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) space: Space,
    pub(crate) ancestor: Individual,
}

impl Plugin {
    pub(crate) fn new() -> Self {
        let interval = |low, high| Interval::new(low, high).unwrap();
        let parameter =
            |name: &str, domain, default| Parameter { name: name.into(), about: String::new(), domain, default };
        let parameters = vec![
            parameter("fast", Domain::Integer(interval(5.0, 15.0)), 12.0),
            parameter("strength", Domain::Real(interval(0.1, 1.0)), 1.0),
            parameter("scale", Domain::LogReal(interval(0.01, 10.0)), 0.3),
            parameter("mode", Domain::Choice(vec!["a".into(), "b".into(), "c".into()]), 1.0),
        ];
        let enabled = [
            (Mechanism::FixedStop, vec![0.10]),
            (Mechanism::TrailingStop, vec![0.05, 0.10]),
            (Mechanism::TakeProfit, vec![0.20]),
            (Mechanism::TimeStop, vec![10.0]),
            (Mechanism::SignalExit, vec![0.1]),
        ];
        let declare = |(mechanism, values): (Mechanism, Vec<f64>)| {
            mechanism.parameters().iter().zip(values).map(move |(spec, value)| DeclaredExit {
                mechanism: mechanism.name().into(),
                name: spec.name.into(),
                value,
                bounds: (spec.bounds.low(), spec.bounds.high()),
                enabled: true,
            })
        };
        let declarations: Vec<_> = enabled.into_iter().flat_map(declare).collect();
        let declared = Declared::read(&declarations, ExitBounds::default()).unwrap();
        let market = MarketScale::new(|period| Some(0.011 - 0.0001 * period as f64), |_| Some(0.008));
        // Costs high enough that thin targets are warned of.
        let space = Space::new(&parameters, &declared, false).with_market(market).with_round_trip_cost(0.06);
        let genome = Genome {
            parameters: parameters.iter().map(|parameter| parameter.default).collect(),
            exits: declared.genome,
        };
        Self { parameters, space, ancestor: Individual::new(genome) }
    }

    /// One attempt as it would be recorded; `veto` is what the validation says.
    pub(crate) fn record<'a>(
        &'a self,
        at: &At,
        attempt: &'a Attempt,
        parent: GenomeHash,
        veto: Option<&'a str>,
    ) -> Record<'a> {
        Record {
            timestamp: Timestamp::from_microsecond(1_767_225_599_123_456 + i64::from(at.slot)).unwrap(),
            run_id: "run-1".into(),
            mutation: at.mutation,
            plugin: "ema-crossover".into(),
            generation: at.generation,
            slot: at.slot,
            parent,
            step: attempt.step.as_ref().map(Cow::Borrowed),
            names: Names::Declared(&self.parameters),
            ending: match (&attempt.result, veto) {
                (Ok(proposal), None) => Ending::Child(proposal.hash),
                (Ok(proposal), Some(text)) => {
                    Ending::Rejected(proposal.hash, Failed { reason: Reason::Refused, text: text.into() })
                }
                (Err(fault), _) => Ending::NoChild(Failed { reason: fault.into(), text: fault.to_string().into() }),
            },
            attempt: at.attempt,
            attempts: ATTEMPTS,
            duration: Duration::from_nanos(15_342 + u64::from(at.slot)),
            seed: attempt.seed,
        }
    }

    /// Mutates `lineages` over `generations`, hands every attempt to `each`, and returns what the lineages have come to.
    pub(crate) fn run(&self, lineages: u32, generations: u32, mut each: impl FnMut(&Record<'_>)) -> Vec<Individual> {
        let settings = MutationSettings { exit_probability: 0.7, ..MutationSettings::default() };
        let mutator = Mutator::new(&self.space, &settings);
        let mut individuals = vec![self.ancestor.clone(); lineages as usize];
        let mut mutation = 0;
        for generation in 1..=generations {
            for slot in 0..lineages {
                let individual = &mut individuals[slot as usize];
                let parent = individual.genome.hash();
                for number in 1..=ATTEMPTS {
                    let seed = sub_seed(7, generation, slot, Purpose::Mutation, number);
                    let attempt = mutator.attempt(individual, parent, seed);
                    let veto = seed.is_multiple_of(5).then_some("accept: refused: \"no\"\\ – não");
                    let record =
                        self.record(&At { mutation, generation, slot, attempt: number }, &attempt, parent, veto);
                    each(&record);
                    if record.ending.succeeded() {
                        *individual = attempt.result.unwrap().child;
                        break;
                    }
                }
                mutation += 1;
            }
        }
        individuals
    }
}

pub(crate) const ATTEMPTS: u32 = 3;

/// Where an attempt stands in its run.
pub(crate) struct At {
    pub(crate) mutation: u64,
    pub(crate) generation: u32,
    pub(crate) slot: u32,
    pub(crate) attempt: u32,
}

/// Every record of a run in one dialect, a line each.
pub(crate) fn lines(lineages: u32, generations: u32, dialect: Dialect) -> Vec<Vec<u8>> {
    let mut lines = Vec::new();
    Plugin::new().run(lineages, generations, |record| {
        let mut line = Vec::new();
        record.encode(dialect, &mut line);
        lines.push(line);
    });
    lines
}

/// The numbers of the mutations in a file, in order, and the errors.
pub(crate) fn read(path: &Path) -> (Vec<u64>, Vec<String>) {
    let mut reader = Reader::open(path).unwrap();
    let (mut numbers, mut errors) = (Vec::new(), Vec::new());
    while let Some(entry) = reader.next_entry() {
        match entry {
            Ok(Entry::Record(record)) => numbers.push(record.mutation),
            Ok(Entry::Historic(record)) => panic!("{record:?}"),
            Err(error) => errors.push(error.to_string()),
        }
    }
    (numbers, errors)
}
