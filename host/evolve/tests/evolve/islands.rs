//! Islands: slots go where the best rank, and nothing else moves between kinds.

use seedbed_evolve::{
    Algorithm, Archive, Behaviour, Candidate, Cell, End, Evolution, Migration, Origin, Outcome, Score, SetupError,
};

use crate::support::{failed, plugin, run, scored, setup, step};

fn slots(evolution: &Evolution) -> Vec<u32> {
    evolution.islands().iter().map(|island| island.slots).collect()
}

#[test]
fn a_population_is_shared_as_evenly_as_possible() {
    let islands = ["a", "b", "c", "d"].map(plugin).to_vec();
    let mut evolution = Evolution::new(setup(1, Algorithm::Genetic, islands)).unwrap();
    assert_eq!(slots(&evolution), [13, 13, 12, 12]);
    let mut batch = [0; 4];
    evolution.ask().iter().for_each(|candidate| batch[candidate.island] += 1);
    assert_eq!(batch, [13, 13, 12, 12]);
    let ancestors = evolution.ask().iter().filter(|candidate| candidate.child.origin == Origin::Ancestor).count();
    assert_eq!(ancestors, 4, "one genome is four candidates to four plugins");
}

/// A good plugin that got no more slots than a hopeless one would waste the run; one that lost all of them could never come back.
#[test]
fn slots_move_to_the_island_that_ranks_first_down_to_a_floor() {
    for algorithm in Algorithm::ALL {
        let mut setup = setup(1, algorithm, ["a", "b", "c"].map(plugin).to_vec());
        (setup.settings.population, setup.settings.generations) = (30, 40);
        setup.settings.migration = Migration { every: 2, slots: 1 };
        let judge = |candidate: &Candidate| scored([1.0, 3.0, 2.0][candidate.island]);
        let mut evolution = Evolution::new(setup).unwrap();
        step(&mut evolution, judge).unwrap();
        assert_eq!(slots(&evolution), [10, 10, 10]);
        step(&mut evolution, judge).unwrap();
        assert_eq!(slots(&evolution), [9, 11, 10], "{algorithm}");
        while step(&mut evolution, judge).is_some() {}
        assert_eq!(slots(&evolution), [5, 20, 5], "half of an even share stays");
    }
}

/// One plugin that always fails must cost a run one generation of its own, and nobody else anything.
#[test]
fn an_island_that_always_fails_is_dropped_and_its_slots_inherited() {
    for algorithm in Algorithm::ALL {
        let judge = |candidate: &Candidate| match candidate.island {
            1 => failed("trap"),
            _ => scored(candidate.number as f64),
        };
        let islands = ["a", "b", "c"].map(plugin).to_vec();
        let mut evolution = Evolution::new(setup(1, algorithm, islands)).unwrap();
        let first = step(&mut evolution, judge).unwrap();
        let dropped: Vec<_> = first.islands.iter().map(|island| island.dropped.as_deref()).collect();
        assert_eq!(dropped, [None, Some("trap"), None]);
        assert_eq!((first.islands[1].slots, slots(&evolution).iter().sum::<u32>()), (0, 50));
        while !evolution.ask().is_empty() {
            assert!(evolution.ask().iter().all(|candidate| candidate.island != 1));
            step(&mut evolution, judge).unwrap();
        }
        assert_eq!(evolution.end(), Some(End::Generations), "{algorithm}");
    }
}

#[test]
fn a_budget_is_spent_to_the_last_evaluation_and_no_further() {
    for algorithm in Algorithm::ALL {
        for budget in [1, 49, 50, 51, 333] {
            let mut setup = setup(1, algorithm, vec![plugin("a"), plugin("b")]);
            (setup.settings.budget, setup.settings.generations) = (Some(budget), u32::MAX);
            let (evolution, generations) = run(setup, |candidate| scored(-(candidate.number as f64)));
            assert_eq!((evolution.evaluations(), evolution.end()), (budget, Some(End::Budget)), "{algorithm}");
            assert_eq!(generations.last().unwrap().evaluations, budget);
        }
    }
}

/// A search that is stuck has to look elsewhere without losing what it has.
#[test]
fn a_stagnant_island_starts_anew_around_its_best() {
    for algorithm in [Algorithm::Genetic, Algorithm::LShade, Algorithm::Nsga2] {
        let mut setup = setup(1, algorithm, vec![plugin("a")]);
        setup.settings.stagnation = Some(3);
        let judge = |candidate: &Candidate| scored(-(candidate.number as f64));
        let mut evolution = Evolution::new(setup).unwrap();
        for _ in 0..4 {
            step(&mut evolution, judge).unwrap();
        }
        let best = evolution.best().unwrap().hash;
        let batch = evolution.ask();
        let anew = |origin: &Origin| matches!(origin, Origin::Random | Origin::Mutation { .. });
        assert!(batch.iter().all(|candidate| anew(&candidate.child.origin)), "{algorithm}");
        let random = batch.iter().filter(|candidate| candidate.child.origin == Origin::Random).count();
        assert!((batch.len() / 4..batch.len()).contains(&random), "{algorithm}: {random} of {}", batch.len());
        let summary = step(&mut evolution, judge).unwrap();
        assert_eq!(summary.islands[0].restarts, 1);
        assert!(evolution.population().any(|member| member.hash == best));
    }
}

/// What a user browses after a run: bounded, distinct, the best of each.
#[test]
fn the_hall_of_fame_and_the_archive_hold_the_best() {
    let behaviour = |candidate: &Candidate| Behaviour {
        holding_bars: (candidate.number % 7) as f64 * 3.0,
        trades: (candidate.number % 11) as u32 * 20,
        loss_share: (candidate.number % 3) as f64 / 2.0,
    };
    let fitness = |candidate: &Candidate| f64::from(candidate.child.hash.as_bytes()[0]);
    let judge = |candidate: &Candidate| {
        let fitness = fitness(candidate);
        Outcome::Scored(Score { fitness, objectives: [fitness, -fitness], behaviour: behaviour(candidate) })
    };
    let mut evolution = Evolution::new(setup(1, Algorithm::Genetic, vec![plugin("a")])).unwrap();
    let mut all: Vec<(f64, u64, Cell)> = Vec::new();
    while !evolution.ask().is_empty() {
        let batch = evolution.ask();
        all.extend(batch.iter().map(|one| (-fitness(one), one.number, Cell::of(&behaviour(one)))));
        step(&mut evolution, judge).unwrap();
    }
    all.sort_by(|a, b| a.partial_cmp(b).unwrap());
    let fame: Vec<u64> = evolution.hall_of_fame().iter().map(|member| member.number).collect();
    assert_eq!(fame, all.iter().take(10).map(|(_, number, _)| *number).collect::<Vec<_>>());
    let archive: &Archive = evolution.archive();
    for (cell, member) in archive.iter() {
        let best = all.iter().find(|(_, _, other)| *other == cell).unwrap();
        assert_eq!(member.number, best.1, "{cell:?}");
    }
    let cells: std::collections::BTreeSet<Cell> = all.iter().map(|(_, _, cell)| *cell).collect();
    assert_eq!(archive.len(), cells.len());
}

#[test]
fn what_cannot_be_evolved_is_refused_by_name() {
    let base = || setup(1, Algorithm::Genetic, vec![plugin("a")]);
    let says = |change: fn(&mut seedbed_evolve::Setup)| {
        let mut setup = base();
        change(&mut setup);
        Evolution::new(setup).unwrap_err().to_string()
    };
    assert_eq!(says(|setup| setup.islands.clear()), "no plugin to evolve; name at least one");
    assert_eq!(says(|setup| setup.islands.push(plugin("a"))), "two plugins are named 'a'");
    assert_eq!(says(|setup| setup.settings.generations = 0), "generations is 0; it has to be at least 1");
    assert_eq!(
        says(|setup| setup.settings.elite_ratio = f64::NAN),
        "elite_ratio is NaN; it has to be a share from 0 to 1"
    );
    let crowd = |setup: &mut seedbed_evolve::Setup| {
        setup.islands.push(plugin("b"));
        setup.settings.population = 1;
    };
    assert_eq!(says(crowd), "a population of 1 has no place for 2 plugins; give it at least 2");
    let stranger = |setup: &mut seedbed_evolve::Setup| setup.islands[0].ancestor.genome.parameters[0] = 99.0;
    assert_eq!(says(stranger), "the own genome of 'a' is not of its space: parameter 0 is 99, outside [5, 15]");
    let mut crowd = base();
    crowd.settings.population = 0;
    assert_eq!(Evolution::new(crowd).unwrap_err(), SetupError::Zero("population"));
}
