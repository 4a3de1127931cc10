//! Failures are data: they rank last, they are counted, and they never stop a run.

use std::collections::BTreeSet;

use seedbed_evolve::{Algorithm, Candidate, End, Evolution, Outcome, Score, TellError, Told};

use crate::support::{failed, numbers, plugin, run, scored, setup, step, told};

fn undefined() -> Outcome {
    Outcome::Undefined { reason: "no-trades".into() }
}

/// The original took a fitness of exactly 0 for a failure: a strategy that loses nothing ranked below one that loses everything.
#[test]
fn a_fitness_of_0_is_a_fitness() {
    for zero in [0.0, -0.0] {
        let judge = |candidate: &Candidate| match candidate.number {
            7 => scored(zero),
            number => scored(-1.0 - number as f64),
        };
        let mut setup = setup(1, Algorithm::Genetic, vec![plugin("a")]);
        setup.settings.generations = 2;
        let (evolution, generations) = run(setup, judge);
        assert_eq!(evolution.best().unwrap().number, 7);
        assert_eq!((generations[1].best, generations[1].improved), (Some(0.0), false));
        assert_eq!(evolution.population().next().unwrap().number, 7, "an elite");
    }
}

/// What did not run must never breed while anything that ran is there, and no reason may be lost.
#[test]
fn what_failed_ranks_last_and_is_never_a_parent() {
    for algorithm in Algorithm::ALL {
        let mut evolution = Evolution::new(setup(2, algorithm, vec![plugin("a")])).unwrap();
        let judge = |candidate: &Candidate| match candidate.number % 5 {
            0 => scored(-1e300),
            1 => Outcome::Raced(Score { fitness: 1e300, objectives: [0.0; 2], behaviour: Default::default() }),
            2 => undefined(),
            _ => failed(if candidate.number % 5 == 3 { "out-of-fuel" } else { "trap" }),
        };
        let mut dead = BTreeSet::new();
        let (mut ran, mut told) = (0, 0);
        for _ in 0..10 {
            let batch = evolution.ask();
            for candidate in batch.iter() {
                if !matches!(algorithm, Algorithm::LShade) {
                    assert!(
                        candidate.child.origin.parents().iter().all(|parent| !dead.contains(parent)),
                        "{algorithm}"
                    );
                }
                told += 1;
                match judge(candidate) {
                    Outcome::Failed { .. } => drop(dead.insert(candidate.child.hash)),
                    _ => ran += 1,
                }
            }
            let summary = step(&mut evolution, judge).unwrap();
            let counts = summary.outcomes;
            let reasons: u32 = summary.reasons.values().sum();
            assert_eq!(reasons, counts.failed + counts.undefined);
            assert_eq!(summary.reasons.keys().collect::<Vec<_>>(), ["no-trades", "out-of-fuel", "trap"]);
            assert_eq!(summary.best, Some(-1e300), "only whole scores count");
        }
        assert_eq!((evolution.evaluations(), evolution.distinct()), (told, ran));
        let classes: Vec<u8> = evolution.population().map(|member| class(&member.outcome)).collect();
        if algorithm != Algorithm::Random {
            assert_eq!(classes[0], 0, "{algorithm}");
        }
        assert!(classes.is_sorted(), "{algorithm}: {classes:?}");
    }
}

fn class(outcome: &Outcome) -> u8 {
    match outcome {
        Outcome::Scored(_) => 0,
        Outcome::Raced(_) => 1,
        Outcome::Undefined { .. } => 2,
        Outcome::Failed { .. } => 3,
        Outcome::Skipped => 4,
    }
}

/// A user whose plugins all fail gets told so after one generation, not after ten.
#[test]
fn an_all_failed_population_ends_and_says_why() {
    for algorithm in Algorithm::ALL {
        let judge =
            |candidate: &Candidate| failed(if candidate.number.is_multiple_of(3) { "deadline" } else { "trap" });
        let (mut evolution, generations) = run(setup(1, algorithm, vec![plugin("a"), plugin("b")]), judge);
        assert_eq!(generations.len(), 1);
        assert_eq!(evolution.end(), Some(End::AllFailed));
        assert!(evolution.ask().is_empty() && evolution.best().is_none());
        let reasons: Vec<_> = evolution.islands().into_iter().map(|island| island.dropped.unwrap()).collect();
        assert_eq!(reasons, ["trap", "trap"]);
        assert_eq!((generations[0].best, generations[0].median, generations[0].mean), (None, None, None));
    }
}

/// What has no value yet may have one later: only failures drop an island.
#[test]
fn an_undefined_generation_goes_on() {
    for algorithm in Algorithm::ALL {
        let judge = |candidate: &Candidate| if candidate.generation == 0 { undefined() } else { scored(1.0) };
        let (evolution, generations) = run(setup(1, algorithm, vec![plugin("a")]), judge);
        assert_eq!(generations.len(), 10, "{algorithm}");
        assert_eq!(evolution.best().unwrap().fitness(), Some(1.0));
    }
}

/// A later attempt counts as what it is, and what was refused is never asked for again.
#[test]
fn a_refused_attempt_gives_way_to_the_next() {
    let mut evolution = Evolution::new(setup(4, Algorithm::Genetic, vec![plugin("a")])).unwrap();
    let mut refused = BTreeSet::new();
    let mut used = 0;
    for _ in 0..5 {
        let batch = evolution.ask();
        assert!(batch.iter().all(|candidate| !refused.contains(&candidate.child.hash)));
        let judged = batch.iter().map(|candidate| {
            assert_eq!(candidate.attempt(1).as_ref(), Some(&candidate.child));
            assert_eq!((candidate.attempt(0), candidate.attempt(4)), (None, None));
            match candidate.attempt(3).filter(|_| candidate.number % 4 == 1) {
                Some(third) => {
                    refused.extend([candidate.child.hash, candidate.attempt(2).unwrap().hash]);
                    used += 1;
                    let failed = vec!["refused".to_owned(), "refused".to_owned()];
                    Told { hash: third.hash, failed, outcome: scored(1e6 + candidate.number as f64) }
                }
                None => told(candidate, scored(candidate.number as f64)),
            }
        });
        let summary = evolution.tell(judged.collect()).unwrap();
        let best = evolution.best().unwrap();
        assert!(best.fitness() > Some(1e6));
        assert_eq!(evolution.lineage(best.island, best.hash)[0].number, best.number);
        assert!(summary.failed_attempts["refused"] > 0);
    }
    assert!(used > 20);
}

/// A driver's mistake, or a run directory of another version, must not be taken for results.
#[test]
fn what_was_not_asked_is_refused_and_changes_nothing() {
    let mut evolution = Evolution::new(setup(1, Algorithm::Genetic, vec![numbers(2, 0.0, 1.0, 0.5)])).unwrap();
    assert_eq!(evolution.tell(Vec::new()), Err(TellError::NotAsked));
    let batch = evolution.ask();
    let good: Vec<_> = batch.iter().map(|candidate| told(candidate, scored(1.0))).collect();
    assert_eq!(evolution.tell(good[1..].to_vec()), Err(TellError::Count { asked: 50, told: 49 }));
    let mut swapped = good.clone();
    swapped.swap(3, 4);
    assert!(matches!(evolution.tell(swapped), Err(TellError::Other { slot: 3, .. })));
    let mut nan = good.clone();
    nan[5].outcome = scored(f64::NAN);
    assert_eq!(evolution.tell(nan), Err(TellError::NotFinite { slot: 5 }));
    let mut late = good.clone();
    late[6].failed = vec![String::new(); 3];
    assert_eq!(evolution.tell(late), Err(TellError::NoAttempt { slot: 6, attempt: 4 }));
    assert_eq!((evolution.evaluations(), evolution.generation()), (0, 0));
    assert!(evolution.ask().iter().zip(batch.iter()).all(|(again, first)| again.child == first.child));
    evolution.tell(good).unwrap();
    assert_eq!((evolution.evaluations(), evolution.generation()), (50, 1));
}

/// A run that the clock stopped keeps what it has, and owes nothing to what it could not run.
#[test]
fn what_was_skipped_counts_as_never_asked() {
    let judge = |candidate: &Candidate| if candidate.slot < 30 { scored(1.0) } else { Outcome::Skipped };
    let mut evolution = Evolution::new(setup(1, Algorithm::Genetic, vec![plugin("a")])).unwrap();
    let skipped = evolution.ask()[40].child.hash;
    let summary = step(&mut evolution, judge).unwrap();
    assert_eq!((summary.outcomes.scored, summary.outcomes.skipped), (30, 20));
    assert_eq!((evolution.evaluations(), evolution.distinct(), evolution.population().count()), (30, 30, 30));
    assert!(evolution.lineage(0, skipped).is_empty());
}
