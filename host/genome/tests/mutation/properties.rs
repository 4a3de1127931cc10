//! What holds for every mutation, whatever was drawn.

use seedbed_genome::{
    Attempt, Change, Clamped, Fault, Interval, Mechanism, MutationSettings, Mutator, Operator, Source, Space, Target,
    Tie,
};

use super::support::{bare, ema_exits, exits, holds_i2, individual, market, one_tier, open_space, parameters};

/// The widest bounds of what a change moved, from the lists and not from the space.
fn bounds(target: Target) -> Interval {
    match target {
        Target::Signal(index) => match &parameters()[index].domain {
            seedbed_genome::Domain::Choice(labels) => Interval::new(0.0, labels.len() as f64 - 1.0).unwrap(),
            seedbed_genome::Domain::Real(interval)
            | seedbed_genome::Domain::LogReal(interval)
            | seedbed_genome::Domain::Integer(interval) => *interval,
        },
        Target::Exit(mechanism, index) => mechanism.parameters()[index].bounds,
        Target::Coefficient(Tie::TargetByStop) => Interval::new(0.5, 10.0).unwrap(),
        Target::Coefficient(Tie::ActivationByTarget) => Interval::new(0.1, 0.9).unwrap(),
        Target::Coefficient(Tie::OffsetByStop | Tie::TriggerByActivation) => Interval::new(0.1, 2.0).unwrap(),
    }
}

/// A user who lets a search run over night would find a stop of 300 %, or a clamp in the log that never was.
#[test]
fn a_million_mutations_stay_in_bounds_and_say_what_was_clamped() {
    let (own, declared) = (parameters(), ema_exits());
    let space = Space::new(&own, &declared, false).with_market(market());
    let domains: Vec<Interval> = (0..own.len()).map(|index| bounds(Target::Signal(index))).collect();
    let settings = MutationSettings { exit_probability: 0.7, ..MutationSettings::default() };
    let mutator = Mutator::new(&space, &settings);
    let mut parent = individual(&own, &declared);
    let mut hash = parent.genome.hash();
    let (mut clamped, mut children) = (0, 0);
    for seed in 0..1_000_000 {
        if seed % 1_000 == 0 {
            parent = individual(&own, &declared);
            hash = parent.genome.hash();
        }
        let attempt = mutator.attempt(&parent, hash, seed);
        let step = attempt.step.expect("a parameter can always move");
        for Change { target, raw, new, clamped: flag, .. } in step.changes {
            let bounds = if let Target::Signal(index) = target { domains[index] } else { bounds(target) };
            assert!(bounds.contains(new), "{target} {new}");
            let outside = raw < bounds.low() || raw > bounds.high();
            assert_eq!(flag != Clamped::None, outside, "{target} {raw} {flag:?}");
            assert_eq!(flag == Clamped::Low, raw < bounds.low(), "{target} {raw} {flag:?}");
            clamped += usize::from(outside);
        }
        if let Ok(proposal) = attempt.result {
            assert_ne!(proposal.hash, hash);
            for exit in proposal.child.genome.exits.exits() {
                for (value, spec) in exit.values().iter().zip(exit.mechanism().parameters()) {
                    assert!(spec.bounds.contains(*value), "{} {} {value}", exit.mechanism(), spec.name);
                    assert!(spec.scale != seedbed_genome::Scale::Integer || value.fract() == 0.0);
                }
            }
            for (value, parameter) in proposal.child.genome.parameters.iter().zip(&own) {
                assert!(parameter.domain.contains(*value), "{} {value}", parameter.name);
            }
            (parent, hash) = (proposal.child, proposal.hash);
            children += 1;
        }
    }
    assert!(clamped > 10_000 && children > 900_000, "{clamped} clamped, {children} children");
}

/// A candidate without a stop would be backtested to the end of the history and look like a genius.
#[test]
fn no_chain_loses_its_last_stop() {
    let spaces = [
        (open_space(), exits(&[Mechanism::TimeStop])),
        (open_space(), exits(&[Mechanism::FixedStop, Mechanism::TakeProfit])),
        (open_space(), exits(&[Mechanism::Chandelier, Mechanism::SignalExit, Mechanism::PartialExit])),
        (Space::new(&[], &ema_exits(), true).with_lock_profit(true), ema_exits().genome),
        (Space::new(&[], &ema_exits(), false), ema_exits().genome),
    ];
    for (lineage, (space, exits)) in spaces.iter().enumerate() {
        for settings in [one_tier(0.5, 0.3, 0.2), one_tier(0.0, 1.0, 0.0), one_tier(0.1, 0.4, 0.5)] {
            let mutator = Mutator::new(space, &settings);
            let mut parent = bare(*exits);
            let mut hash = parent.genome.hash();
            for seed in 0..10_000 {
                if let Ok(proposal) = mutator.attempt(&parent, hash, seed + 10_000 * lineage as u64).result {
                    (parent, hash) = (proposal.child, proposal.hash);
                }
                assert!(holds_i2(&parent), "seed {seed}: {:?}", parent.genome);
                assert_eq!(space.check(&parent.genome), Ok(()));
                assert_eq!(hash, parent.genome.hash());
            }
        }
    }
}

/// A derived value that lags behind its source is a stop nobody chose.
#[test]
fn derived_values_follow_their_formula_then_the_bounds() {
    let space = open_space();
    let settings = one_tier(0.5, 0.0, 0.5);
    let mutator = Mutator::new(&space, &settings);
    let mut parent =
        bare(exits(&[Mechanism::FixedStop, Mechanism::TrailingStop, Mechanism::TakeProfit, Mechanism::BreakEven]));
    let mut hash = parent.genome.hash();
    let (mut derived, mut limited) = (0, 0);
    for seed in 0..50_000 {
        let attempt = mutator.attempt(&parent, hash, seed);
        let Ok(proposal) = attempt.result else { continue };
        let exits = &proposal.child.genome.exits;
        let value = |mechanism, index: usize| exits.exit(mechanism).map(|exit| exit.values()[index]);
        let stop = value(Mechanism::FixedStop, 0);
        let target = value(Mechanism::TakeProfit, 0);
        let activation = value(Mechanism::TrailingStop, 1);
        for (tie, from, to, low, high) in [
            (Tie::TargetByStop, stop, target, 0.05, 0.5),
            (Tie::ActivationByTarget, target, activation, 0.0, 0.2),
            (Tie::OffsetByStop, stop, value(Mechanism::TrailingStop, 0), 0.005, 0.05),
            (Tie::TriggerByActivation, activation, value(Mechanism::BreakEven, 0), 0.005, 0.1),
        ] {
            if let Some(coefficient) = exits.relations().get(tie) {
                assert_eq!(to.unwrap(), (coefficient * from.unwrap()).clamp(low, high), "{tie}");
                derived += 1;
            }
        }
        let step = attempt.step.unwrap();
        let by_relation = |change: &&Change| change.source == Source::Relation;
        limited += step.changes.iter().filter(by_relation).filter(|change| change.clamped.is_clamped()).count();
        assert!(step.changes.first().is_none_or(|principal| principal.source != Source::Relation));
        (parent, hash) = (proposal.child, proposal.hash);
    }
    assert!(derived > 10_000 && limited > 100, "{derived} derived, {limited} of them clamped");
}

/// Tiers that are not drawn as configured make an operator's alert on tier shares fire for nothing.
///
/// 13.816 is the 0.999 quantile of chi-square with 2 degrees of freedom (NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.4).
#[test]
fn tiers_are_drawn_by_their_weights() {
    let (own, declared) = (parameters(), ema_exits());
    let space = Space::new(&own, &declared, false);
    let parent = individual(&own, &declared);
    let hash = parent.genome.hash();
    for weights in [[0.5, 0.3, 0.2], [0.7, 0.2, 0.1], [2.0, 1.0, 1.0]] {
        let settings = one_tier(weights[0], weights[1], weights[2]);
        let mutator = Mutator::new(&space, &settings);
        let mut counts = [0_u32; 3];
        for seed in 0..100_000 {
            let step = mutator.attempt(&parent, hash, seed).step.unwrap();
            assert!(!step.fell_back());
            counts[step.tier.unwrap() as usize] += 1;
        }
        let total: f64 = weights.iter().sum();
        let statistic: f64 = counts
            .iter()
            .zip(weights)
            .map(|(&count, weight)| {
                let expected = 100_000.0 * weight / total;
                (f64::from(count) - expected) * (f64::from(count) - expected) / expected
            })
            .sum();
        assert!(statistic < 13.816, "{counts:?}: {statistic}");
    }
}

/// The share of exit mutations is what an operator configures; 3.2905 is the two-sided 0.001 quantile of the normal distribution.
#[test]
fn exits_are_mutated_at_the_configured_share() {
    let (own, declared) = (parameters(), ema_exits());
    let space = Space::new(&own, &declared, false);
    let parent = individual(&own, &declared);
    let hash = parent.genome.hash();
    let settings = MutationSettings::default();
    let mutator = Mutator::new(&space, &settings);
    let steps = (0..100_000).map(|seed| mutator.attempt(&parent, hash, seed).step.unwrap());
    let count = steps.filter(|step| step.tier.is_some()).count() as f64;
    let sd = f64::sqrt(100_000.0 * 0.3 * 0.7);
    assert!((count - 30_000.0).abs() < 3.2905 * sd, "{count}");

    let settings = MutationSettings { exits: false, ..settings };
    let mutator = Mutator::new(&space, &settings);
    assert!((0..1_000).all(|seed| mutator.attempt(&parent, hash, seed).step.unwrap().drawn.is_none()));
}

/// The log must be enough to get the winner back.
#[test]
fn replaying_the_steps_gives_the_same_individual_bit_for_bit() {
    let (own, declared) = (parameters(), ema_exits());
    let space = Space::new(&own, &declared, false).with_market(market());
    let settings = MutationSettings { exit_probability: 0.8, ..MutationSettings::default() };
    let mutator = Mutator::new(&space, &settings);
    let first = individual(&own, &declared);
    let (mut parent, mut hash, mut replayed) = (first.clone(), first.genome.hash(), first);
    let mut operators = std::collections::BTreeSet::new();
    for seed in 0..50_000 {
        if let Attempt { step: Some(step), result: Ok(proposal), .. } = mutator.attempt(&parent, hash, seed) {
            assert_eq!(replayed.apply(&step), Ok(()), "{step:?}");
            operators.insert(step.operator);
            (parent, hash) = (proposal.child, proposal.hash);
            assert_eq!(replayed.genome.hash(), hash, "{step:?}");
            assert_eq!(replayed, parent, "{step:?}");
            assert_eq!(replayed.step_size.to_bits(), parent.step_size.to_bits());
        }
    }
    assert_eq!(operators, Operator::ALL.into_iter().collect(), "every operator acted");
}

/// A step of another individual must not be applied by halves.
#[test]
fn a_step_that_does_not_fit_changes_nothing() {
    let space = open_space();
    let settings = one_tier(1.0, 1.0, 1.0);
    let mutator = Mutator::new(&space, &settings);
    let parent = bare(exits(&[Mechanism::FixedStop, Mechanism::TakeProfit, Mechanism::TimeStop]));
    let stranger = bare(exits(&[Mechanism::TrailingStop, Mechanism::AtrTarget, Mechanism::SignalExit]));
    let mut refused = 0;
    for seed in 0..1_000 {
        let Some(step) = mutator.attempt(&parent, parent.genome.hash(), seed).step else { continue };
        let mut other = stranger.clone();
        if other.apply(&step).is_err() {
            assert_eq!(other, stranger);
            refused += 1;
        }
    }
    assert!(refused > 500, "{refused}");
}

/// After a failed mutation the parent lives on, and must be who it was.
#[test]
fn a_failed_attempt_leaves_the_parent_as_it_was() {
    let space = open_space();
    let settings = one_tier(1.0, 1.0, 1.0);
    let mutator = Mutator::new(&space, &settings);
    let parent = bare(exits(&[Mechanism::FixedStop, Mechanism::TakeProfit, Mechanism::TimeStop]));
    let (before, hash) = (parent.genome.canonical(), parent.genome.hash());
    for seed in 0..1_000 {
        let Ok(proposal) = mutator.attempt(&parent, hash, seed).result else { continue };
        // The same draw, told that its child is the parent.
        let attempt = mutator.attempt(&parent, proposal.hash, seed);
        assert_eq!(attempt.result, Err(Fault::NoChange));
        assert!(attempt.step.is_some(), "a failed attempt tells what it tried");
        assert_eq!(parent.genome.canonical(), before);
    }
}
