//! What each operator does, and what happens where none can act.

use seedbed_genome::{
    Clamped, Edit, Exit, Fault, Interval, Mechanism, MutationSettings, Mutator, Operator, Source, Space, Step, Target,
    Tier,
};

use super::support::{
    bare, declared, ema_exits, exits, first, holds_i2, individual, market, one_tier, open_space, parameters,
};

/// L5 twice is the identity; otherwise a comparator could drift.
#[test]
fn touching_twice_changes_nothing() {
    let space = open_space();
    let settings = one_tier(0.0, 0.0, 1.0);
    let mutator = Mutator::new(&space, &settings);
    let parent = bare(exits(&[Mechanism::FixedStop, Mechanism::TimeStop, Mechanism::AtrTarget]));
    for mechanism in [Mechanism::FixedStop, Mechanism::AtrTarget] {
        let touches = |step: &Step| step.edit == Edit::Touch(mechanism);
        let (_, once) = first(&mutator, &parent, touches);
        assert_ne!(once.hash, parent.genome.hash());
        let (_, twice) = first(&mutator, &once.child, touches);
        assert_eq!((twice.child, twice.hash), (parent.clone(), parent.genome.hash()));
    }
}

/// Exchanging a stop for another kind must not move it; the distances of the reference's formula, there and back.
#[test]
fn a_replacement_keeps_the_distance_there_and_back() {
    let space = open_space();
    let settings = one_tier(0.0, 1.0, 0.0);
    let mutator = Mutator::new(&space, &settings);
    // Average true ranges of 14 and 22 bars and the volatility in `market`.
    let (atr14, atr22, volatility) = (0.011 - 0.0014, 0.011 - 0.0022, 0.008);
    for (from, values, to, place, expected) in [
        (Mechanism::FixedStop, &[0.02][..], Mechanism::AtrStop, 1, 0.02 / atr14),
        (Mechanism::FixedStop, &[0.03], Mechanism::VolatilityStop, 1, 0.03 / volatility),
        (Mechanism::FixedStop, &[0.03], Mechanism::TrailingStop, 0, 0.03),
        (Mechanism::FixedStop, &[0.03], Mechanism::Chandelier, 1, 0.03 / atr22),
        (Mechanism::AtrStop, &[14.0, 2.5], Mechanism::FixedStop, 0, 2.5 * atr14),
        (Mechanism::AtrStop, &[14.0, 2.5], Mechanism::VolatilityStop, 1, 2.5 * atr14 / volatility),
        (Mechanism::AtrStop, &[30.0, 2.5], Mechanism::Chandelier, 1, 2.5),
        (Mechanism::TrailingStop, &[0.03, 0.05], Mechanism::Chandelier, 1, 0.03 / atr22),
        (Mechanism::TakeProfit, &[0.08], Mechanism::AtrTarget, 1, 0.08 / atr14),
    ] {
        let start =
            values.iter().enumerate().fold(Exit::new(from), |exit, (index, value)| exit.with_value(index, *value));
        // With the time stop, each of them may leave; a strict comparator goes with the level.
        let mut genome = exits(&[Mechanism::TimeStop]);
        genome.insert(start.with_touch(seedbed_genome::Touch::Strict));
        let parent = bare(genome);
        let (step, there) = first(&mutator, &parent, |step| step.edit == Edit::Replace { from, to });
        let distance = step.changes[0];
        assert_eq!((distance.target, distance.source), (Target::Exit(to, place), Source::Transfer), "{from} to {to}");
        assert_eq!((distance.clamped, distance.old), (Clamped::None, None), "{from} to {to}");
        assert!((distance.new - expected).abs() < 1e-12, "{from} to {to}: {} {expected}", distance.new);
        let exit = there.child.genome.exits.exit(to).unwrap();
        assert_eq!(exit.touch(), seedbed_genome::Touch::Strict);

        let (step, back) = first(&mutator, &there.child, |step| step.edit == Edit::Replace { from: to, to: from });
        let returned = back.child.genome.exits.exit(from).unwrap();
        let place = usize::from(values.len() > 1 && from != Mechanism::TrailingStop);
        assert_eq!(step.changes[0].target, Target::Exit(from, place));
        assert!((returned.values()[place] - values[place]).abs() < 1e-12, "{to} back to {from}: {returned:?}");
    }
}

/// What does not fit is brought inside, and says so.
#[test]
fn a_transfer_outside_the_bounds_is_clamped_and_reported() {
    let space = open_space();
    let settings = one_tier(0.0, 1.0, 0.0);
    let parent = bare(exits(&[Mechanism::FixedStop]));
    let edit = Edit::Replace { from: Mechanism::FixedStop, to: Mechanism::AtrStop };
    let (step, child) = first(&Mutator::new(&space, &settings), &parent, |step| step.edit == edit);
    assert_eq!((step.changes[0].clamped, step.changes[0].new), (Clamped::High, 6.0));
    assert_eq!(child.child.genome.exits.get(Mechanism::AtrStop, "mult"), Some(6.0));

    // Where the market is unknown, the mechanism comes at its defaults and nothing is called a transfer.
    let space = Space::new(&[], &declared(&[]), false);
    let (step, child) = first(&Mutator::new(&space, &settings), &parent, |step| step.edit == edit);
    assert!(step.changes.iter().all(|change| change.source == Source::Direct));
    assert_eq!(child.child.genome.exits.exit(Mechanism::AtrStop), Some(&Exit::new(Mechanism::AtrStop)));
}

/// A tier that cannot act must not turn into failures, and the log must say that another one stood in.
#[test]
fn a_tier_without_an_operator_is_replaced_and_recorded() {
    let space = open_space();
    let parent = bare(exits(&[Mechanism::TimeStop]));
    let hash = parent.genome.hash();
    // A time stop alone has no comparator, no tie and nothing to combine with.
    let settings = one_tier(0.0, 0.5, 0.5);
    let mutator = Mutator::new(&space, &settings);
    let steps: Vec<_> = (0..1_000).filter_map(|seed| mutator.attempt(&parent, hash, seed).step).collect();
    assert_eq!(steps.len(), 1_000);
    assert!(steps.iter().all(|step| step.tier == Some(Tier::Structural)));
    let fell_back = steps.iter().filter(|step| step.fell_back()).count();
    assert!((400..600).contains(&fell_back), "{fell_back}");
    assert!(steps.iter().all(|step| step.fell_back() == (step.drawn == Some(Tier::Relational))));

    let settings = one_tier(0.0, 0.0, 1.0);
    let attempt = Mutator::new(&space, &settings).attempt(&parent, hash, 1);
    assert_eq!((attempt.step, attempt.result), (None, Err(Fault::NoOperator)));
}

/// A component that declares no exit, or only a target, is first given something that limits its loss.
#[test]
fn exits_without_a_stop_get_one_first() {
    let space = open_space();
    let settings = one_tier(0.5, 0.3, 0.2);
    let mutator = Mutator::new(&space, &settings);
    for exits in [exits(&[]), exits(&[Mechanism::TakeProfit, Mechanism::SignalExit])] {
        let parent = bare(exits);
        let hash = parent.genome.hash();
        for seed in 0..1_000 {
            let attempt = mutator.attempt(&parent, hash, seed);
            let step = attempt.step.unwrap();
            assert_eq!(step.tier, Some(Tier::Structural));
            assert!(matches!(step.edit, Edit::Add(mechanism) if mechanism.limits_loss()), "{:?}", step.edit);
            assert!(holds_i2(&attempt.result.unwrap().child));
        }
    }
    // Nothing may be added here, so there is nothing to do but to say so.
    let closed = Space::new(&[], &declared(&[]), true);
    let parent = bare(exits(&[]));
    let attempt = Mutator::new(&closed, &settings).attempt(&parent, parent.genome.hash(), 7);
    assert_eq!(attempt.result, Err(Fault::NoOperator));
}

/// The author of a component closed its exits because no other ones make sense.
#[test]
fn closed_exits_admit_declared_mechanisms_only() {
    let declared = ema_exits();
    let space = Space::new(&[], &declared, true).with_market(market());
    let settings = one_tier(0.2, 0.7, 0.1);
    let mutator = Mutator::new(&space, &settings);
    let mut parent = bare(declared.genome);
    let mut seen = std::collections::BTreeSet::new();
    for seed in 0..10_000 {
        if let Ok(proposal) = mutator.attempt(&parent, parent.genome.hash(), seed).result {
            parent = proposal.child;
        }
        seen.extend(parent.genome.exits.exits().map(Exit::mechanism));
    }
    let declared: std::collections::BTreeSet<_> = declared.mechanisms.keys().copied().collect();
    assert_eq!(seen, declared, "the disabled break-even came in, too");
}

/// I6 and I7 are refused with their numbers, so that an author sees which bounds contradict each other.
#[test]
fn contradicting_exits_are_refused_by_name() {
    let settings = one_tier(1.0, 0.0, 0.0);
    let mut genome = exits(&[Mechanism::FixedStop, Mechanism::TakeProfit, Mechanism::PartialExit]);
    genome.set_value((Mechanism::TakeProfit, 0), 0.06);
    genome.set_value((Mechanism::PartialExit, 0), 0.3);
    let attempts = |space: &Space, genome| {
        let parent = bare(genome);
        let hash = parent.genome.hash();
        let results: Vec<_> = (0..200)
            .filter_map(|seed| Mutator::new(space, &settings).attempt(&parent, hash, seed).result.err())
            .collect();
        results.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let says = attempts(&open_space(), genome);
    assert!(
        says.contains(
            &"the child breaks invariant I7: partial-exit triggers at 0.3, not below the target 0.06".to_owned()
        ),
        "{says:?}"
    );

    let mut genome = exits(&[Mechanism::TrailingStop]);
    genome.set_value((Mechanism::TrailingStop, 1), 0.0);
    assert_eq!(open_space().check(&bare(genome).genome), Ok(()), "I6 is optional");
    let locked = open_space().with_lock_profit(true);
    let violation = locked.check(&bare(genome).genome).unwrap_err();
    assert_eq!(
        (violation.code(), violation.to_string().as_str()),
        ("I6", "the trailing stop's offset 0.025 exceeds its activation 0, so it would lock in a loss")
    );
}

/// A target that costs eat up is allowed, and said.
#[test]
fn thin_targets_warn() {
    let genome = exits(&[Mechanism::FixedStop, Mechanism::AtrTarget]);
    // 3 average true ranges of 0.96 % are 2.88 %; the test market's costs are 1.5 % a round trip.
    let space = open_space().with_round_trip_cost(0.015);
    let says: Vec<_> = space.warnings(&genome).iter().map(|warning| (warning.code(), warning.to_string())).collect();
    assert_eq!(says.len(), 1);
    assert_eq!(says[0].0, "I8");
    assert!(
        says[0].1.starts_with("the target of 0.0288")
            && says[0].1.ends_with("less than twice the round-trip cost of 0.015"),
        "{says:?}"
    );
    assert_eq!(open_space().with_round_trip_cost(0.014).warnings(&genome), []);
    assert_eq!(
        Space::new(&[], &declared(&[]), false).with_round_trip_cost(0.015).warnings(&genome),
        [],
        "unknown market"
    );
}

/// A factor range of 1 alone moves nothing: that is no success, however often it is tried.
#[test]
fn a_child_like_its_parent_is_a_failure() {
    let declared = declared(&[(Mechanism::FixedStop, &[0.1], true)]);
    let space = Space::new(&[], &declared, true);
    let mut settings = one_tier(1.0, 0.0, 0.0);
    settings.mix = seedbed_genome::Mix { factor: 1.0, gauss: 0.0, self_adaptive: 0.0, reset: 0.0 };
    settings.ranges.stop_loss = Interval::new(1.0, 1.0).unwrap();
    let parent = bare(declared.genome);
    let hash = parent.genome.hash();
    for seed in 0..100 {
        let attempt = Mutator::new(&space, &settings).attempt(&parent, hash, seed);
        assert_eq!(attempt.result, Err(Fault::NoChange));
        assert_eq!(attempt.step.map(|step| step.operator), Some(Operator::Factor));
    }
}

/// Exits have no say in the signals, and the signals none in the exits: otherwise a memoised answer would be the wrong one.
#[test]
fn own_parameters_move_alone() {
    let (own, declared) = (parameters(), ema_exits());
    let space = Space::new(&own, &declared, false);
    let settings = MutationSettings { exit_probability: 0.0, ..MutationSettings::default() };
    let mutator = Mutator::new(&space, &settings);
    let parent = individual(&own, &declared);
    let hash = parent.genome.hash();
    let (mut moved, mut labels) = (std::collections::BTreeSet::new(), Vec::new());
    for seed in 0..10_000 {
        let attempt = mutator.attempt(&parent, hash, seed);
        let step = attempt.step.unwrap();
        let Target::Signal(index) = step.changes[0].target else { panic!("{step:?}") };
        assert_eq!((step.changes.len(), step.tier, step.edit), (1, None, Edit::Values));
        assert_ne!(step.operator, Operator::Factor, "P2 is for the three exit parameters that have a range");
        let child = attempt.result.unwrap().child;
        assert_eq!(child.genome.exits, parent.genome.exits);
        moved.insert(index);
        if own[index].name == "mode" {
            assert_eq!(step.operator, Operator::Reset);
            labels.push(child.genome.parameters[index]);
        }
    }
    // The one whose domain is a point is the last.
    assert_eq!(moved, (0..own.len() - 1).collect());
    assert!(labels.iter().all(|label| [0.0, 2.0].contains(label)), "1 is the parent's");
    let share = labels.iter().filter(|label| **label == 0.0).count() as f64 / labels.len() as f64;
    assert!((0.4..0.6).contains(&share), "{share}");
}

/// What cannot move on one side must not fail the mutation while the other side can.
#[test]
fn exits_and_own_parameters_stand_in_for_each_other() {
    let (own, declared) = (parameters(), ema_exits());
    let parent = individual(&own, &declared);
    let settings = one_tier(0.0, 0.0, 0.0);
    let space = Space::new(&own, &declared, false);
    let step = Mutator::new(&space, &settings).attempt(&parent, parent.genome.hash(), 1).step.unwrap();
    assert!(matches!(step.changes[0].target, Target::Signal(_)));

    let space = Space::new(&[], &declared, false);
    let mut settings = MutationSettings { exit_probability: 0.0, ..MutationSettings::default() };
    let parent = bare(declared.genome);
    let step = Mutator::new(&space, &settings).attempt(&parent, parent.genome.hash(), 1).step.unwrap();
    assert!(step.tier.is_some());
    settings.exits = false;
    let attempt = Mutator::new(&space, &settings).attempt(&parent, parent.genome.hash(), 1);
    assert_eq!(attempt.result, Err(Fault::NoOperator));
}
