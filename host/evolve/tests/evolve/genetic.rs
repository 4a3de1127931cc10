//! The operators of the genetic algorithm, as the documentation promises them.

use std::collections::{BTreeMap, BTreeSet};

use seedbed_evolve::{Algorithm, Candidate, Discarded, End, Evolution, EvolutionSettings, Origin, Outcome};
use seedbed_genome::{Domain, GenomeHash, Individual, Space};

use crate::support::{numbers, parameter, plugin, run, scored, setup, step};

/// A fitness without any sense, so that a population does not converge.
fn chance(candidate: &Candidate) -> Outcome {
    let bytes = candidate.child.hash.as_bytes();
    scored(f64::from(bytes[0]) * 256.0 + f64::from(bytes[1]))
}

/// A share of `count` draws of probability `p`, within four standard errors.
#[track_caller]
fn assert_share(part: usize, count: usize, p: f64) {
    let (count, part) = (count as f64, part as f64);
    assert!((part - count * p).abs() < 4.0 * (count * p * (1.0 - p)).sqrt(), "{part} of {count} is no share of {p}");
}

/// Elites that were evaluated again would cost a fifth of all evaluations, and elites that lost their fitness the champion.
#[test]
fn elites_stay_and_are_never_asked_again() {
    let mut evolution = Evolution::new(setup(1, Algorithm::Genetic, vec![plugin("a")])).unwrap();
    let (mut asked, mut elites) = (BTreeSet::new(), Vec::new());
    for generation in 0..10 {
        let batch = evolution.ask();
        assert!(batch.iter().all(|candidate| asked.insert(candidate.child.hash)), "a genome was asked for twice");
        let summary = step(&mut evolution, chance).unwrap();
        let children = summary.outcomes.scored + summary.served;
        assert_eq!(children, if generation == 0 { 50 } else { 40 });
        let members: BTreeMap<_, _> = evolution.population().map(|member| (member.hash, member.fitness())).collect();
        assert!(elites.iter().all(|(hash, fitness)| members.get(hash) == Some(fitness)), "an elite is gone");
        elites = evolution.population().take(10).map(|member| (member.hash, member.fitness())).collect();
    }
    assert!(step(&mut evolution, chance).is_none());
    assert_eq!(evolution.end(), Some(End::Generations));
}

/// The shares that operators of a run watch: 0.8 crossover, 0.1 of these mutated, all others mutated. They are of all draws: a child that is not mutated is
/// more often known, and drawn again.
#[test]
fn crossover_and_mutation_have_the_rates_that_were_asked_for() {
    let (mut crossed, mut mutated, mut alone) = (0, 0, 0);
    for seed in 0..10 {
        let mut evolution = Evolution::new(setup(seed, Algorithm::Genetic, vec![numbers(30, -1.0, 1.0, 0.5)])).unwrap();
        while !evolution.ask().is_empty() {
            for candidate in evolution.ask().iter() {
                let known = candidate.discarded().into_iter().map(|draw| match draw {
                    Discarded::Known(child) => *child,
                    Discarded::Fault { fault, .. } => panic!("real numbers always move: {fault}"),
                });
                for child in known.chain([candidate.child.clone()]) {
                    match &child.origin {
                        Origin::Crossover { parents: [a, b], step } => {
                            assert_ne!(a, b);
                            crossed += 1;
                            mutated += usize::from(step.is_some());
                        }
                        Origin::Mutation { parent, .. } => {
                            assert_ne!(*parent, child.hash, "a child without crossover always mutates");
                            alone += 1;
                        }
                        Origin::Ancestor | Origin::Random => assert_eq!(candidate.generation, 0),
                        Origin::Trial { .. } => panic!("no trial of a genetic algorithm"),
                    }
                }
            }
            assert_eq!(step(&mut evolution, chance).unwrap().served, 0);
        }
    }
    assert!(crossed + alone >= 10 * 9 * 40);
    assert_share(crossed, crossed + alone, 0.8);
    assert_share(mutated, crossed, 0.1);
}

/// The share of exit mutations is that of all that were tried: of those that changed something new, fewer are of whole numbers.
#[test]
fn exits_mutate_as_often_as_their_probability_says() {
    let (mut exits, mut all) = (0, 0);
    for seed in 0..20 {
        let mut setup = setup(seed, Algorithm::Genetic, vec![plugin("a")]);
        setup.settings.crossover_rate = 0.0;
        let mut evolution = Evolution::new(setup).unwrap();
        while !evolution.ask().is_empty() {
            for candidate in evolution.ask().iter().filter(|candidate| candidate.generation > 0) {
                let discarded = candidate.discarded();
                let steps = discarded.iter().map(|draw| draw.step()).chain([candidate.child.origin.step()]);
                for step in steps {
                    exits += usize::from(step.unwrap().tier.is_some());
                    all += 1;
                }
            }
            assert_eq!(step(&mut evolution, chance).unwrap().served, 0);
        }
    }
    assert!(all > 7_200, "{all}");
    assert_share(exits, all, 0.3);
}

/// Values of another plugin mean nothing, or the wrong thing.
#[test]
fn genomes_are_only_crossed_with_their_own_kind() {
    for algorithm in Algorithm::ALL {
        let mut evolution =
            Evolution::new(setup(3, algorithm, vec![plugin("a"), numbers(4, 0.0, 1.0, 0.5), plugin("b")])).unwrap();
        let mut kinds = BTreeSet::new();
        while !evolution.ask().is_empty() {
            for candidate in evolution.ask().iter() {
                for parent in candidate.child.origin.parents() {
                    assert!(kinds.contains(&(candidate.island, parent)), "{algorithm}");
                }
                assert!(kinds.insert((candidate.island, candidate.child.hash)), "{algorithm} asked twice");
            }
            step(&mut evolution, chance).unwrap();
        }
    }
}

/// A space of three genomes is searched by three evaluations.
#[test]
fn what_is_known_is_served_and_an_exhausted_space_ends() {
    let mut island = numbers(1, 0.0, 2.0, 1.0);
    let labels = ["a", "b", "c"].map(String::from).to_vec();
    let declared = seedbed_genome::Declared::read(&[], seedbed_genome::ExitBounds::default()).unwrap();
    island.space = Space::new(&[parameter("mode".into(), Domain::Choice(labels), 1.0)], &declared, false);
    for algorithm in Algorithm::ALL {
        let mut setup = setup(1, algorithm, vec![island.clone()]);
        setup.settings = EvolutionSettings { generations: u32::MAX, ..setup.settings };
        let (evolution, generations) = run(setup, chance);
        assert_eq!((evolution.evaluations(), evolution.distinct()), (3, 3), "{algorithm}");
        assert_eq!(evolution.end(), Some(End::Exhausted));
        let first = &generations[0];
        assert_eq!(first.outcomes.scored + first.served, 50);
        // Each served child had nine draws, and those that were new came at most after eight.
        assert!(first.redrawn >= 9 * first.served);
    }
}

/// "How did the champion come about" is answered by replaying its lineage.
#[test]
fn a_lineage_leads_back_and_its_steps_replay() {
    let mut setup = setup(5, Algorithm::Genetic, vec![plugin("a")]);
    (setup.settings.crossover_rate, setup.settings.generations) = (0.5, 30);
    let mut evolution = Evolution::new(setup).unwrap();
    let mut individuals: BTreeMap<GenomeHash, Individual> = BTreeMap::new();
    while !evolution.ask().is_empty() {
        let batch = evolution.ask();
        individuals.extend(batch.iter().map(|candidate| (candidate.child.hash, candidate.child.individual.clone())));
        step(&mut evolution, chance).unwrap();
    }
    let mut steps = 0;
    for member in evolution.hall_of_fame() {
        let lineage = evolution.lineage(member.island, member.hash);
        assert_eq!(lineage[0].hash, member.hash);
        assert!(matches!(lineage.last().unwrap().origin, Origin::Ancestor | Origin::Random));
        for generation in lineage.windows(2) {
            assert!(generation[1].number < generation[0].number);
            assert_eq!(generation[0].origin.parents()[0], generation[1].hash);
            if let Origin::Mutation { parent, step } = &generation[0].origin {
                let mut child = individuals[parent].clone();
                child.apply(step).unwrap();
                assert_eq!(child.genome.hash(), generation[0].hash);
                steps += 1;
            }
        }
    }
    assert!(steps > 10, "{steps} steps were replayed");
}
