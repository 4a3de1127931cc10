//! Splits of bars. If one of these fails, a strategy is tested on bars that it was trained on.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::single_range_in_vec_init,
    reason = "a test fails by panicking, helpers included; lists of one range are meant"
)]

mod support;

use std::ops::Range;

use proptest::prelude::*;
use seedbed_backtest::splits::{CombinatorialFolds, Fold, PurgedFolds, SplitError, Training, WalkForward, Window};
use serde_json::{Value, json as value};
use support::json;

fn whole(entry: &Value, name: &str) -> usize {
    entry[name].as_u64().unwrap() as usize
}

fn bars(ranges: &[Range<usize>]) -> Vec<usize> {
    ranges.iter().cloned().flatten().collect()
}

#[test]
fn walk_forward_windows_equal_the_vectors() {
    let file = json("vectors.json");
    let example = &file["walk_forward_example"];
    for (training, name) in [(Training::Rolling, "windows"), (Training::Anchored, "anchored_windows")] {
        let [train, test, step] = ["train", "test", "step"].map(|name| whole(example, name));
        let walk = WalkForward { train, test, step, training, purge: 0, embargo: 0 };
        let windows = walk.windows(whole(example, "T")).unwrap();
        let ranges = |Window { train, test }: &Window| value!([[train.start, train.end], [test.start, test.end]]);
        assert_eq!(Value::Array(windows.iter().map(ranges).collect()), example[name]);
    }
}

#[test]
fn a_walk_over_all_bars_ends_at_the_last_one() {
    let walk = WalkForward::over(1_003, 4, 2, Training::Rolling).unwrap();
    assert_eq!((walk.train, walk.test), (335, 167));
    let tests: Vec<_> = walk.windows(1_003).unwrap().into_iter().map(|window| window.test).collect();
    assert_eq!(tests, [335..502, 502..669, 669..836, 836..1_003]);
    let gapped = WalkForward { purge: 10, embargo: 5, ..walk }.windows(1_003).unwrap();
    assert_eq!(gapped[1], Window { train: 167..487, test: 502..669 });
}

#[test]
fn a_walk_that_cannot_be_is_refused_by_name() {
    let walk = WalkForward { train: 40, test: 20, step: 20, training: Training::Rolling, purge: 0, embargo: 0 };
    let error = walk.windows(59).unwrap_err();
    assert_eq!(error, SplitError::TooFewBars { what: "window 1".to_owned(), bars: 59, needed: 60 });
    assert_eq!(error.to_string(), "window 1 needs 60 bars, there are 59: give more bars or split them less");
    assert!(matches!(WalkForward { step: 0, ..walk }.windows(100), Err(SplitError::Zero { .. })));
    assert!(matches!(WalkForward { train: 0, ..walk }.windows(100), Err(SplitError::Zero { .. })));
    assert!(matches!(WalkForward { test: 0, ..walk }.windows(100), Err(SplitError::Zero { .. })));
    let greedy = WalkForward { purge: 30, embargo: 10, ..walk }.windows(100);
    assert!(matches!(greedy, Err(SplitError::NothingToTrain { .. })));
    assert!(matches!(
        WalkForward { purge: usize::MAX, embargo: 1, ..walk }.windows(100),
        Err(SplitError::NothingToTrain { .. })
    ));
    assert!(matches!(WalkForward { test: usize::MAX, ..walk }.windows(100), Err(SplitError::TooFewBars { .. })));
    assert!(matches!(WalkForward::over(5, 4, 2, Training::Anchored), Err(SplitError::TooFewBars { .. })));
    assert!(matches!(WalkForward::over(5, 0, 2, Training::Anchored), Err(SplitError::Zero { .. })));
}

#[test]
fn purged_folds_equal_the_vectors() {
    let file = json("vectors.json");
    let example = &file["purged_kfold"];
    let [folds, horizon, embargo] = ["k", "label_horizon", "embargo"].map(|name| whole(example, name));
    let ours = PurgedFolds { folds, horizon, embargo }.split(whole(example, "T")).unwrap();
    let expected = example["folds"].as_array().unwrap();
    assert_eq!((ours.len(), expected.len()), (4, 4));
    for (Fold { test, train }, expected) in ours.iter().zip(expected) {
        assert_eq!(value!([test[0].start, test[0].end - 1]), expected["test"]);
        assert_eq!(value!(bars(train)), expected["train"]);
    }
}

/// As scikit-learn's KFold does it.
#[test]
fn bars_that_do_not_divide_lengthen_the_first_folds() {
    let folds = PurgedFolds { folds: 3, horizon: 0, embargo: 0 }.split(8).unwrap();
    let tests: Vec<_> = folds.into_iter().flat_map(|fold| fold.test).collect();
    assert_eq!(tests, [0..3, 3..6, 6..8]);
}

#[test]
fn combinations_of_folds_equal_the_vectors() {
    let file = json("vectors.json");
    let all = file["cpcv"].as_array().unwrap();
    assert_eq!(all.len(), 4);
    for entry in all {
        let purged = PurgedFolds { folds: whole(entry, "N"), horizon: 0, embargo: 0 };
        let folds = CombinatorialFolds { purged, test: whole(entry, "k") };
        assert_eq!(folds.count().unwrap(), whole(entry, "splits"));
        assert_eq!(folds.split(240).unwrap().len(), whole(entry, "splits"));
        let paths = folds.paths().unwrap();
        assert_eq!(paths.len(), whole(entry, "paths"));
        // Each path tests every bar once, and no split's fold is on two paths.
        let splits = folds.split(240).unwrap();
        for fold in 0..purged.folds {
            let bar = 240 / purged.folds * fold;
            let mut testing: Vec<usize> = paths.iter().map(|path| path[fold]).collect();
            assert!(testing.iter().all(|split| splits[*split].test.iter().any(|range| range.contains(&bar))));
            testing.dedup();
            assert_eq!(testing.len(), paths.len());
        }
    }
}

#[test]
fn folds_that_cannot_be_are_refused_by_name() {
    let purged = PurgedFolds { folds: 4, horizon: 0, embargo: 0 };
    for (folds, test) in [(1, 1), (4, 0), (4, 4), (4, 5), (0, 0)] {
        let split = CombinatorialFolds { purged: PurgedFolds { folds, ..purged }, test }.split(100);
        assert_eq!(split, Err(SplitError::Folds { folds, test }));
    }
    assert!(matches!(purged.split(3), Err(SplitError::TooFewBars { bars: 3, needed: 4, .. })));
    let error = PurgedFolds { horizon: 20, ..purged }.split(20).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the test of fold 1 keeps no bar to train on: shorten the purge, the embargo or the tests"
    );
    let many = CombinatorialFolds { purged: PurgedFolds { folds: 100, ..purged }, test: 50 };
    assert!(matches!(many.paths(), Err(SplitError::TooManySplits { .. })));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    /// The rule of statistics.md, bar by bar.
    #[test]
    fn training_bars_are_those_of_the_rule(
        bars_count in 6..80_usize, folds in 2..6_usize, test in 1..5_usize, horizon in 0..6_usize, embargo in 0..6_usize,
    ) {
        prop_assume!(test < folds);
        let folds = CombinatorialFolds { purged: PurgedFolds { folds, horizon, embargo }, test };
        for Fold { test, train } in folds.split(bars_count).into_iter().flatten() {
            let kept = |bar: &usize| {
                test.iter().all(|test| bar + horizon < test.start || *bar > test.end - 1 + horizon + embargo)
            };
            prop_assert_eq!(bars(&train), (0..bars_count).filter(kept).collect::<Vec<_>>());
        }
    }

    #[test]
    fn walk_forward_training_is_before_the_test(
        bars in 1..500_usize, windows in 1..9_usize, multiple in 1..5_usize, purge in 0..9_usize, embargo in 0..9_usize,
        anchored in any::<bool>(),
    ) {
        let training = if anchored { Training::Anchored } else { Training::Rolling };
        let Ok(walk) = WalkForward::over(bars, windows, multiple, training) else { return Ok(()) };
        let Ok(made) = (WalkForward { purge, embargo, ..walk }).windows(bars) else { return Ok(()) };
        prop_assert_eq!(made.len(), windows);
        prop_assert_eq!(made.last().map(|window| window.test.end), Some(bars));
        for window in &made {
            prop_assert_eq!(window.train.end + purge + embargo, window.test.start);
            prop_assert!(window.train.start < window.train.end && window.test.start < window.test.end);
        }
        prop_assert!(made.windows(2).all(|pair| pair[0].test.end == pair[1].test.start));
    }
}
