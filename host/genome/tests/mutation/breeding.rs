//! Crossover, random individuals and genomes as numbers from 0 to 1.

use std::collections::BTreeSet;

use proptest::prelude::*;
use seedbed_genome::{
    ExitGenome, GenomeHash, Individual, Interval, Mechanism, MutationSettings, Mutator, Rng, Slot, Space, Tie,
    TierWeights, Unit, crossover,
};

use crate::support::{declared, ema_exits, individual, market, parameters};

/// A space with every kind of parameter, and its first individual.
fn ema() -> (Space, Individual) {
    let (parameters, exits) = (parameters(), ema_exits());
    (
        Space::new(&parameters, &exits, false).with_market(market()).with_lock_profit(true),
        individual(&parameters, &exits),
    )
}

/// Individuals from anywhere.
fn crowd(space: &Space, ancestor: &Individual, count: u64) -> Vec<Individual> {
    let settings = MutationSettings::default();
    let mutator = Mutator::new(space, &settings);
    (0..count).map(|seed| mutator.random(ancestor, seed)).collect()
}

/// A child that broke an invariant would be evaluated with exits that no component allowed.
#[test]
fn a_hundred_thousand_random_pairs_have_children_that_keep_every_invariant() {
    let (space, ancestor) = ema();
    let mut crowd = crowd(&space, &ancestor, 1_000);
    for parent in &crowd {
        assert_eq!(space.check(&parent.genome), Ok(()));
    }
    let mut rng = Rng::new(1);
    for _ in 0..100_000 {
        let (a, b) = (rng.index(crowd.len()), rng.index(crowd.len()));
        let child = crossover(&space, &crowd[a], &crowd[b], &mut rng);
        assert_eq!(space.check(&child.genome), Ok(()), "{:?} and {:?}", crowd[a], crowd[b]);
        assert!((0.01..=0.5).contains(&child.step_size));
        // Children breed too.
        let place = rng.index(crowd.len());
        crowd[place] = child;
    }
}

/// What neither parent has is no inheritance: mechanisms, ties, comparators and choices come from one of them.
#[test]
fn a_child_has_nothing_of_a_kind_that_neither_parent_has() {
    let (space, ancestor) = ema();
    let crowd = crowd(&space, &ancestor, 500);
    let mut rng = Rng::new(2);
    let (mut alike, mut middle) = (0, 0);
    for _ in 0..10_000 {
        let (a, b) = (&crowd[rng.index(crowd.len())], &crowd[rng.index(crowd.len())]);
        let child = crossover(&space, a, b, &mut rng).genome;
        let (a, b) = (&a.genome, &b.genome);
        for slot in Slot::ALL {
            let of = |exits: &ExitGenome| exits.slot(slot).map(|exit| exit.mechanism());
            let is = of(&child.exits);
            assert!(is == of(&a.exits) || is == of(&b.exits), "{slot}");
        }
        for tie in Tie::ALL {
            let of = |exits: &ExitGenome| exits.relations().get(tie).is_some();
            assert!(!of(&child.exits) || of(&a.exits) || of(&b.exits));
        }
        // The choice is the parameter at place 5; the real number at place 2 is one of both, or blended.
        assert!([a, b].iter().any(|parent| parent.parameters[5] == child.parameters[5]));
        let (low, high) = (a.parameters[2].min(b.parameters[2]), a.parameters[2].max(b.parameters[2]));
        let beyond = 0.5 * (high - low) + 1e-12;
        assert!((low - beyond..=high + beyond).contains(&child.parameters[2]));
        alike += usize::from(child.parameters[2] == low || child.parameters[2] == high);
        middle += usize::from(child.parameters[2] > low && child.parameters[2] < high);
    }
    // Half of the values are a parent's; of the others half lie between the parents, all but those that a bound holds. Four standard errors are 200.
    assert!((4_800..5_400).contains(&alike) && (2_300..2_700).contains(&middle), "{alike} {middle}");
}

#[test]
fn equal_parents_have_an_equal_child() {
    let (space, ancestor) = ema();
    for (n, parent) in crowd(&space, &ancestor, 200).iter().enumerate() {
        assert_eq!(crossover(&space, parent, parent, &mut Rng::new(n as u64)), *parent);
    }
}

/// A population that cannot reach every mechanism never finds the exits that need it.
#[test]
fn random_individuals_come_from_everywhere() {
    let (space, ancestor) = ema();
    let crowd = crowd(&space, &ancestor, 2_000);
    let hashes: BTreeSet<GenomeHash> = crowd.iter().map(|one| one.genome.hash()).collect();
    assert_eq!(hashes.len(), crowd.len());
    for mechanism in Mechanism::ALL {
        assert!(crowd.iter().any(|one| one.genome.exits.exit(*mechanism).is_some()), "{mechanism}");
    }
    for tie in Tie::ALL {
        assert!(crowd.iter().any(|one| one.genome.exits.relations().get(tie).is_some()), "{tie}");
    }
    // Three labels and eleven whole numbers are as likely as each other: the 99.9 % points of chi-square for 2 and 10 degrees of freedom.
    for (place, low, count, most) in [(5, 0.0, 3, 13.816), (0, 5.0, 11, 29.588)] {
        let mut counts = vec![0_u32; count];
        crowd.iter().for_each(|one| counts[(one.genome.parameters[place] - low) as usize] += 1);
        let expected = crowd.len() as f64 / count as f64;
        let chi_square: f64 = counts.iter().map(|&n| (f64::from(n) - expected).powi_2() / expected).sum();
        assert!(chi_square < most, "{counts:?}");
    }
}

/// The square, where clippy forbids `powi`.
trait Square {
    fn powi_2(self) -> f64;
}

impl Square for f64 {
    fn powi_2(self) -> f64 {
        self * self
    }
}

/// What an operator forbids to mutate must not come in by another door.
#[test]
fn what_never_mutates_is_the_ancestors() {
    let (space, ancestor) = ema();
    let settings = |change: fn(&mut MutationSettings)| {
        let mut settings = MutationSettings::default();
        change(&mut settings);
        settings
    };
    let exits = &ancestor.genome.exits;
    let structure = |exits: &ExitGenome| exits.exits().map(|exit| exit.mechanism()).collect::<Vec<_>>();
    for seed in 0..500 {
        let random = |settings: &MutationSettings| Mutator::new(&space, settings).random(&ancestor, seed).genome.exits;
        assert_eq!(random(&settings(|settings| settings.exits = false)), *exits);
        assert_eq!(random(&settings(|settings| settings.exit_probability = 0.0)), *exits);
        let fixed = random(&settings(|settings| settings.tiers.structural = 0.0));
        assert_eq!(structure(&fixed), structure(exits));
        let only_structure =
            settings(|settings| settings.tiers = TierWeights { parametric: 0.0, structural: 1.0, relational: 0.0 });
        let child = random(&only_structure);
        for exit in child.exits() {
            let start = exits.exit(exit.mechanism()).copied().unwrap_or_else(|| space.start(exit.mechanism()));
            let lowered =
                matches!(exit.mechanism(), Mechanism::BreakEven | Mechanism::PartialExit | Mechanism::TrailingStop);
            assert!(lowered || *exit == start, "{exit:?}");
        }
    }
}

/// A component whose exits cannot hold the invariants keeps them as they are, rather than none.
#[test]
fn exits_that_cannot_limit_a_loss_stay_as_they_are() {
    let exits = declared(&[(Mechanism::TakeProfit, &[0.2], true)]);
    let space = Space::new(&parameters(), &exits, true);
    let ancestor = individual(&parameters(), &exits);
    for one in crowd(&space, &ancestor, 100) {
        assert_eq!(one.genome.exits, ancestor.genome.exits);
        assert_eq!(space.check_parameters(&one.genome.parameters), Ok(()));
    }
}

#[test]
fn difference_is_the_mean_over_parameters_and_slots() {
    let (space, ancestor) = ema();
    let a = ancestor.genome.clone();
    assert_eq!(space.difference(&a, &a), 0.0);
    // By hand: seven parameters and the four slots of the seed; half of [0.1, 1] is one half, another label is one.
    let mut b = a.clone();
    (b.parameters[2], b.parameters[5]) = (0.55, 2.0);
    assert!((space.difference(&a, &b) - (0.5 + 1.0) / 11.0).abs() < 1e-12);
    let mut c = a.clone();
    c.exits.remove(Mechanism::TakeProfit);
    assert!((space.difference(&a, &c) - 1.0 / 11.0).abs() < 1e-12);
    assert_eq!(space.difference(&a, &c), space.difference(&c, &a));
}

proptest! {
    /// Differential evolution works on units: a value that came back as another one would drift without selection.
    #[test]
    fn units_say_where_a_genome_is_and_bring_it_back(seed in 0_u64..1_000_000, moved in prop::collection::vec(0.0_f64..=1.0, 32)) {
        let (space, ancestor) = ema();
        let settings = MutationSettings::default();
        let one = Mutator::new(&space, &settings).random(&ancestor, seed).genome;
        let units = space.units(&one);
        prop_assert_eq!(units.len(), space.unit_kinds().len());
        prop_assert_eq!(space.unit_kinds().iter().filter(|kind| **kind == Unit::Choice).count(), 1);
        prop_assert!(units.iter().flatten().all(|unit| (0.0..=1.0).contains(unit)));
        prop_assert_eq!(&space.with_units(&one, &[]), &one);
        let back = space.with_units(&one, &units);
        prop_assert!(space.difference(&one, &back) < 1e-12);
        // Anywhere in the cube is a genome of the same structure.
        let elsewhere: Vec<_> = units.iter().zip(moved).map(|(_, unit)| Some(unit)).collect();
        let there = space.with_units(&one, &elsewhere);
        prop_assert_eq!(space.check(&there), Ok(()));
        let kinds = |exits: &ExitGenome| exits.exits().map(|exit| exit.mechanism()).collect::<Vec<_>>();
        prop_assert_eq!(kinds(&there.exits), kinds(&one.exits));
    }
}

/// Half way on a scale, by hand: the arithmetic middle, the geometric one, and the middle label.
#[test]
fn units_follow_the_scale_of_each_value() {
    let (space, ancestor) = ema();
    let half: Vec<_> = space.units(&ancestor.genome).iter().map(|_| Some(0.5)).collect();
    let middle = space.with_units(&ancestor.genome, &half);
    let close = |a: f64, b: f64| (a / b - 1.0).abs() < 1e-12;
    let p = &middle.parameters;
    assert_eq!((p[0], p[1], p[5], p[6]), (10.0, 26.0, 1.0, 2.0));
    assert!(close(p[2], 0.55) && close(p[3], 0.01) && close(p[4], (0.01_f64 * 10.0).sqrt()), "{p:?}");
    let stop = middle.exits.get(Mechanism::FixedStop, "stop-loss").unwrap();
    assert!(close(stop, (0.01_f64 * 0.2).sqrt()), "{stop}");
    let bounds = Interval::new(0.01, 0.2).unwrap();
    assert_eq!(space.bounds().get(Mechanism::FixedStop, "stop-loss"), Some(bounds));
}
