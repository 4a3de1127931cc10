//! A run that was killed is asked again and told what was recorded: it must come to the same candidates, bit for bit.

use seedbed_evolve::{Algorithm, Candidate, Evolution, Migration, Origin, Outcome, Score, Setup, Told};

use crate::support::{failed, numbers, plugin, scored, setup};

/// Everything that a setup may switch on.
fn everything(algorithm: Algorithm) -> Setup {
    let mut setup = setup(11, algorithm, vec![plugin("a"), numbers(3, -2.0, 2.0, 1.0), plugin("b")]);
    setup.settings.generations = 25;
    (setup.settings.adaptive_tiers, setup.settings.stagnation) = (true, Some(4));
    setup.settings.migration = Migration { every: 3, slots: 2 };
    setup
}

/// Outcomes of every kind, some after a refused attempt.
fn judge(candidate: &Candidate) -> Told {
    let first = candidate.child.hash.as_bytes();
    let second = candidate.attempt(2).filter(|_| first[0] < 50);
    let hash = second.as_ref().map_or(candidate.child.hash, |child| child.hash);
    let fitness = f64::from(first[1]) - f64::from(first[2]);
    let outcome = match first[3] % 8 {
        0 => failed("trap"),
        1 => Outcome::Undefined { reason: "no-trades".into() },
        2 => Outcome::Raced(Score { fitness, objectives: [fitness, -1.0], behaviour: Default::default() }),
        _ => scored(fitness),
    };
    Told { hash, failed: second.iter().map(|_| "refused".to_owned()).collect(), outcome }
}

/// All that a driver sees of a candidate.
fn seen(candidate: &Candidate) -> String {
    let Candidate { number, generation, slot, island, child, bar, .. } = candidate;
    let later: Vec<_> = (2..=candidate.attempts()).map(|n| candidate.attempt(n)).collect();
    let bits: Vec<u64> = child.individual.genome.parameters.iter().map(|value| value.to_bits()).collect();
    format!("{number} {generation} {slot} {island} {child:?} {bits:?} {bar:?} {later:?} {:?}", candidate.discarded())
}

#[test]
fn asking_again_with_what_was_told_gives_the_same_candidates() {
    for algorithm in Algorithm::ALL {
        let mut evolution = Evolution::new(everything(algorithm)).unwrap();
        let (mut recorded, mut first, mut summaries) = (Vec::new(), Vec::new(), Vec::new());
        while !evolution.ask().is_empty() {
            let batch = evolution.ask();
            first.extend(batch.iter().map(seen));
            let told: Vec<Told> = batch.iter().map(judge).collect();
            recorded.push(told.clone());
            summaries.push(evolution.tell(told).unwrap());
        }
        assert_eq!(recorded.len(), 25, "{algorithm}");
        let mut again = Evolution::new(everything(algorithm)).unwrap();
        let (mut second, mut resumed) = (Vec::new(), Vec::new());
        for told in recorded {
            // From another thread: a candidate owns all that it needs.
            let batch = again.ask();
            second.extend(std::thread::spawn(move || batch.iter().map(seen).collect::<Vec<_>>()).join().unwrap());
            resumed.push(again.tell(told).unwrap());
        }
        assert!(first == second, "{algorithm}: candidates differ");
        assert_eq!(summaries, resumed);
        assert_eq!(evolution.best(), again.best());
        assert_eq!(evolution.end(), again.ask().first().map_or(again.end(), |_| None));
    }
}

/// Another seed is another run; the same one for another run would be no sample of anything.
#[test]
fn another_seed_asks_for_others() {
    let first = |seed| {
        let setup = Setup { seed, ..everything(Algorithm::Genetic) };
        let batch = Evolution::new(setup).unwrap().ask();
        let random = batch.iter().filter(|candidate| candidate.child.origin == Origin::Random);
        random.map(|candidate| candidate.child.hash).collect::<Vec<_>>()
    };
    assert!(first(1).iter().all(|hash| !first(2).contains(hash)));
}
