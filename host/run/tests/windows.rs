//! No look ahead, windows that do not count, and runs that go on where they were cut off.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking, helpers included"
)]

mod support;

use seedbed_evolve::EvolutionSettings;
use seedbed_market::Bars;
use seedbed_report::report::FoldResult;
use seedbed_run::{Division, Finished, Journal, RunError, RunSetup, Unwatched, run};
use seedbed_store::{Evaluation, EvaluationStatus, ObjectBackend, RunId, Segment, Store};
use serde_json::json;
use support::{finished, finished_from, setup, walk};

/// Two windows of 100 bars after a first training of 300, and 100 untouched bars: 600 in all.
fn short(bars: Bars) -> RunSetup {
    RunSetup {
        division: Division { windows: 2, ..Division::default() },
        evolution: EvolutionSettings { population: 20, generations: 4, ..EvolutionSettings::default() },
        ..setup("bollinger-bands", bars, 7)
    }
}

/// The same prices up to a bar; from there on those before it backwards, ten times as high.
fn other_from(bars: &Bars, cut: usize) -> Bars {
    let mut columns = bars.clone().into_columns();
    for column in [&mut columns.open, &mut columns.high, &mut columns.low, &mut columns.close] {
        let (before, after) = column.split_at_mut(cut);
        after.iter_mut().zip(before.iter().rev()).for_each(|(after, before)| *after = before * 10.0);
    }
    Bars::new(columns).unwrap()
}

fn recorded(setup: &RunSetup) -> (Finished, Vec<Segment>) {
    let store = ObjectBackend::in_memory();
    let id = RunId::new("whole").unwrap();
    let lease = store.create(&id, &json!({})).unwrap();
    let finished = finished_from(setup, Journal::open(&store, &lease).unwrap());
    (finished, store.segments(&id).unwrap())
}

fn rows<'a>(segments: &'a [Segment], phase: &'a str) -> Vec<&'a Evaluation> {
    segments.iter().flat_map(|segment| &segment.rows).filter(|row| row.phase == phase).collect()
}

/// Fails when a training sees bars that come after it: every figure out of sample would be worthless.
#[test]
fn what_comes_after_a_training_does_not_change_it() {
    let bars = walk(600, 3);
    let (whole, as_it_was) = recorded(&short(bars.clone()));

    let (changed, otherwise) = recorded(&short(other_from(&bars, 400)));
    for phase in ["window-1", "window-2"] {
        assert_eq!(rows(&as_it_was, phase), rows(&otherwise, phase), "{phase} is trained on bars before 400");
    }
    assert_ne!(rows(&as_it_was, "final"), rows(&otherwise, "final"), "it is trained on the bars from 400 to 500");
    let folds = |finished: &Finished| finished.report.verdict.walk_forward.clone().unwrap().folds;
    assert_eq!(folds(&whole)[0], folds(&changed)[0], "window-1 is tested on bars before 400");
    assert_ne!(folds(&whole)[1], folds(&changed)[1], "window-2 is tested on the bars from 400 to 500");

    let (unseen, otherwise) = recorded(&short(other_from(&bars, 500)));
    assert_eq!(as_it_was, otherwise, "nothing is trained on the untouched window");
    let (verdict, other) = (&whole.report.verdict, &unseen.report.verdict);
    assert_eq!(verdict.sentence, other.sentence);
    assert_eq!(verdict.overfitting, other.overfitting);
    assert_eq!(verdict.walk_forward, other.walk_forward);
    assert_eq!(verdict.periods[..2], other.periods[..2]);
    assert_ne!(verdict.periods[2], other.periods[2], "the champion is looked at on the untouched window");
}

/// Fails when a window of hardly any trade counts: its Sharpe ratio would be that of one lucky trade.
#[test]
fn a_window_of_too_few_trades_is_refused_by_name() {
    let setup = RunSetup { min_trades: 1_000, ..short(walk(600, 3)) };
    let verdict = finished(&setup).report.verdict;
    let walk = verdict.walk_forward.unwrap();
    let refusals = walk.folds.iter().map(|fold| match &fold.result {
        FoldResult::Refused(why) => (fold.name.as_str(), why.as_str()),
        FoldResult::Scored { .. } => panic!("{} counts", fold.name),
    });
    let refusals: Vec<_> = refusals.collect();
    assert_eq!(refusals.iter().map(|(name, _)| *name).collect::<Vec<_>>(), ["window-1", "window-2"]);
    for (name, why) in refusals {
        assert!(why.ends_with(" in its test, fewer than 1000"), "{name}: {why}");
    }
    let none = seedbed_report::report::Measured::Missing("no window counts".to_owned());
    assert_eq!([&walk.ratio, &walk.spread, &walk.stitched_sharpe], [&none; 3]);
}

/// Fails when a run that was killed between two batches ends otherwise than one that was not.
#[test]
fn a_run_cut_at_any_border_ends_the_same() {
    ends_the_same(&short(walk(600, 3)));
}

/// Fails when a race that was resumed has forgotten what earlier candidates reached.
#[test]
fn a_race_cut_at_any_border_ends_the_same() {
    let setup = RunSetup { folds: 3, ..short(walk(600, 3)) };
    let raced = |segments: &[Segment]| {
        let rows = segments.iter().flat_map(|segment| &segment.rows);
        rows.filter(|row| row.status == EvaluationStatus::Raced).count()
    };
    assert!(raced(&recorded(&setup).1) > 0, "nobody was given up, so nothing was shown");
    ends_the_same(&setup);
}

fn ends_the_same(setup: &RunSetup) {
    let (whole, segments) = recorded(setup);
    assert_eq!(finished(setup).digest, whole.digest, "whether it is kept changes nothing");
    assert!(segments.len() >= 8, "{} segments are too few to cut", segments.len());
    for cut in 0..=segments.len() {
        let (store, id) = cut_off(&segments[..cut]);
        let lease = store.claim(&id).unwrap();
        let resumed = finished_from(setup, Journal::open(&store, &lease).unwrap());
        assert_eq!(resumed.digest, whole.digest, "cut after {cut} segments");
        assert_eq!(resumed.report, whole.report, "cut after {cut} segments");
        assert_eq!(store.segments(&id).unwrap(), segments, "cut after {cut} segments");
    }
}

/// Fails when a result depends on the machine, or on what happened to be known.
#[test]
fn threads_memo_and_audit_change_nothing() {
    let setup = short(walk(600, 3));
    let digest = |threads, setup: &RunSetup| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| finished(setup).digest)
    };
    let usual = digest(1, &setup);
    assert_eq!(digest(2, &setup), usual, "2 threads");
    assert_eq!(digest(8, &setup), usual, "8 threads");
    assert_eq!(digest(2, &RunSetup { memo: None, ..setup.clone() }), usual, "no memo");
    assert_eq!(digest(2, &RunSetup { memo: Some(10_000), ..setup.clone() }), usual, "a memo with hardly any place");
    assert_eq!(digest(2, &RunSetup { audit: true, ..setup.clone() }), usual, "asked again");
    let raced = RunSetup { folds: 3, ..setup.clone() };
    let usual_race = digest(1, &raced);
    assert_eq!(digest(8, &raced), usual_race, "a race of 8 threads");
    assert_ne!(usual_race, usual, "a race is another search");
    assert_ne!(digest(2, &RunSetup { seed: 8, ..setup }), usual, "another seed");
}

/// Fails when the evaluations of one run are taken for those of another.
#[test]
fn another_runs_evaluations_are_refused() {
    let setup = short(walk(600, 3));
    let (_, segments) = recorded(&setup);
    let (store, id) = cut_off(&segments[..2]);
    let lease = store.claim(&id).unwrap();
    let other = RunSetup { seed: 8, ..setup };
    let refused = run(&other, Journal::open(&store, &lease).unwrap(), &mut Unwatched).unwrap_err();
    assert!(matches!(&refused, RunError::OtherRun { phase, .. } if phase == "window-1"), "{refused}");
}

/// A store as a process leaves it that was killed after these segments.
fn cut_off(segments: &[Segment]) -> (ObjectBackend, RunId) {
    let store = ObjectBackend::in_memory();
    let id = RunId::new("cut").unwrap();
    let lease = store.create(&id, &json!({})).unwrap();
    segments.iter().for_each(|segment| store.append(&lease, segment).unwrap());
    (store, id)
}
