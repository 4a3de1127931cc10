//! Standard test functions with published optima, encoded through a space of real parameters, against random search at equal budget.

use seedbed_evolve::{Algorithm, EvolutionSettings, Setup};
use seedbed_genome::Mutator;

use crate::support::{numbers, plugin, run, scored};

/// A function to be minimised, with its bounds and the place of its optimum in each coordinate; the optimum is 0. Definitions: Surjanovic
/// and Bingham, "Virtual Library of Simulation Experiments: Test Functions and Datasets".
struct Problem {
    name: &'static str,
    function: fn(&[f64]) -> f64,
    bounds: (f64, f64),
    optimum: f64,
}

const DIMENSIONS: usize = 5;

const PROBLEMS: [Problem; 3] = [
    Problem { name: "sphere", function: sphere, bounds: (-5.12, 5.12), optimum: 0.0 },
    Problem { name: "rosenbrock", function: rosenbrock, bounds: (-5.0, 10.0), optimum: 1.0 },
    Problem { name: "rastrigin", function: rastrigin, bounds: (-5.12, 5.12), optimum: 0.0 },
];

fn sphere(x: &[f64]) -> f64 {
    x.iter().map(|x| x * x).sum()
}

fn rosenbrock(x: &[f64]) -> f64 {
    x.windows(2).map(|x| 100.0 * (x[1] - x[0] * x[0]) * (x[1] - x[0] * x[0]) + (x[0] - 1.0) * (x[0] - 1.0)).sum()
}

fn rastrigin(x: &[f64]) -> f64 {
    10.0 * x.len() as f64 + x.iter().map(|x| x * x - 10.0 * libm::cos(std::f64::consts::TAU * x)).sum::<f64>()
}

/// The least value that a run finds. The space is moved by 1.3, so that no algorithm gains from the middle of its bounds.
fn least(problem: &Problem, algorithm: Algorithm, seed: u64, budget: u64) -> f64 {
    let (low, high) = problem.bounds;
    let island = numbers(DIMENSIONS, low + 1.3, high + 1.3, 0.7 * high);
    let settings = EvolutionSettings { generations: u32::MAX, budget: Some(budget), ..EvolutionSettings::default() };
    let (evolution, _) = run(Setup { seed, algorithm, settings, islands: vec![island] }, |candidate| {
        let x: Vec<f64> = candidate.child.individual.genome.parameters.iter().map(|x| x - 1.3).collect();
        scored(-(problem.function)(&x))
    });
    assert_eq!(evolution.evaluations(), budget, "{algorithm} on {}", problem.name);
    -evolution.best().unwrap().fitness().unwrap()
}

#[test]
fn the_functions_have_their_published_optima() {
    for problem in PROBLEMS {
        assert_eq!((problem.function)(&[problem.optimum; DIMENSIONS]), 0.0, "{}", problem.name);
    }
}

/// A user who gets no more than random search pays for nothing.
#[test]
fn every_algorithm_beats_random_search_at_equal_budget() {
    for problem in PROBLEMS {
        for budget in [500, 2_000] {
            let seeds = |algorithm| (0..20).map(move |seed| (seed, algorithm));
            let runs = |algorithm| -> Vec<f64> {
                seeds(algorithm).map(|(seed, algorithm)| least(&problem, algorithm, seed, budget)).collect()
            };
            let random = runs(Algorithm::Random);
            for algorithm in [Algorithm::Genetic, Algorithm::LShade, Algorithm::Nsga2] {
                let found = runs(algorithm);
                let won = found.iter().zip(&random).filter(|(found, random)| found < random).count();
                // 17 of 20 by chance alone: p = 0.0013 (sign test).
                assert!(won >= 17, "{algorithm} won {won} of 20 on {} with {budget} evaluations", problem.name);
            }
        }
    }
}

/// The competitions that L-SHADE was built for count an error below 1e-8 as the optimum.
#[test]
fn l_shade_finds_the_published_optimum() {
    for (problem, budget) in [(&PROBLEMS[0], 10_000), (&PROBLEMS[1], 20_000), (&PROBLEMS[2], 20_000)] {
        let solved = (0..10).filter(|&seed| least(problem, Algorithm::LShade, seed, budget) < 1e-8).count();
        assert!(solved >= 9, "{solved} of 10 on {}", problem.name);
    }
}

/// Genomes are not only numbers: a hidden genome with a structure of its own has to be found too.
#[test]
fn every_algorithm_beats_random_search_on_mixed_genomes() {
    let least = |algorithm, seed| {
        let island = plugin("a");
        let hidden = Mutator::new(&island.space, &island.mutation).random(&island.ancestor, 1_000 + seed).genome;
        let settings = EvolutionSettings { generations: u32::MAX, budget: Some(2_000), ..EvolutionSettings::default() };
        let setup = Setup { seed, algorithm, settings, islands: vec![island] };
        let (evolution, _) = run(setup, |candidate| {
            scored(-candidate.island().space.difference(&candidate.child.individual.genome, &hidden))
        });
        -evolution.best().unwrap().fitness().unwrap()
    };
    for algorithm in [Algorithm::Genetic, Algorithm::LShade, Algorithm::Nsga2] {
        let won = (0..20).filter(|&seed| least(algorithm, seed) < least(Algorithm::Random, seed)).count();
        assert!(won >= 17, "{algorithm} won {won} of 20");
    }
}
