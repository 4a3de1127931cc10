//! What an operator reads off the metrics of evolution runs.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking, helpers included"
)]

mod support;

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::SystemTime;

use seedbed_telemetry::metrics::{EvaluationOutcome, Metrics, RunEnd};
use support::Scrape;

const PROGRESS: &str = "seedbed_evolution_last_progress_timestamp_seconds";
const OF_A_GENERATION: [&str; 5] = [
    "seedbed_evolution_generation",
    "seedbed_evolution_best_fitness",
    "seedbed_evolution_median_fitness",
    "seedbed_evolution_diversity_ratio",
    "seedbed_evolution_distinct_trials",
];

fn scrape(metrics: &Metrics) -> Scrape {
    Scrape::read(&metrics.text())
}

/// Dashboards and alerts name these; a renamed metric is an alert that never fires.
#[test]
fn every_pinned_metric_is_there_under_its_name_and_type() {
    let metrics = Metrics::new();
    assert!(scrape(&metrics).types.keys().all(|name| !name.contains("evolution")), "a command that does not evolve");
    let evolution = metrics.evolution();
    evolution.begins();
    evolution.phase(1, 5);
    evolution.generation(0, Some(1.5), Some(-0.25), 0.4, 48);
    evolution.memo(0, 0, 0, 0, 0);
    let pinned = [
        ("seedbed_evolution_under_way", "gauge"),
        (PROGRESS, "gauge"),
        ("seedbed_evolution_phase", "gauge"),
        ("seedbed_evolution_phases", "gauge"),
        ("seedbed_evolution_generation", "gauge"),
        ("seedbed_evolution_best_fitness", "gauge"),
        ("seedbed_evolution_median_fitness", "gauge"),
        ("seedbed_evolution_diversity_ratio", "gauge"),
        ("seedbed_evolution_distinct_trials", "gauge"),
        ("seedbed_evolution_critical_failures", "gauge"),
        ("seedbed_evolution_evaluations_total", "counter"),
        ("seedbed_evolution_evaluation_failures_total", "counter"),
        ("seedbed_evolution_memo_lookups_total", "counter"),
        ("seedbed_evolution_memo_bytes", "gauge"),
        ("seedbed_evolution_duplicates_total", "counter"),
        ("seedbed_evolution_runs_total", "counter"),
    ];
    let scrape = scrape(&metrics);
    for (name, kind) in pinned {
        assert_eq!(scrape.types.get(name).map(String::as_str), Some(kind), "{name}");
    }
    let evolution = scrape.types.keys().filter(|name| name.starts_with("seedbed_evolution")).count();
    assert_eq!(evolution, pinned.len(), "{:?}", scrape.types);
}

/// A counter that is born at its first value hides that value from `rate()`; a fitness of 0 that nobody has would be believed.
#[test]
fn counters_are_there_at_zero_and_gauges_only_once_there_is_something_to_tell() {
    let metrics = Metrics::new();
    let _evolution = metrics.evolution();
    let scrape = scrape(&metrics);
    for outcome in ["scored", "raced", "undefined", "failed", "skipped"] {
        assert_eq!(scrape.value(&format!("seedbed_evolution_evaluations_total{{outcome=\"{outcome}\"}}")), 0.0);
    }
    for reason in [
        "refused",
        "trapped",
        "out-of-fuel",
        "past-deadline",
        "out-of-memory",
        "bad-output",
        "worker-lost",
        "backtest",
        "impure",
        "other",
    ] {
        assert_eq!(scrape.value(&format!("seedbed_evolution_evaluation_failures_total{{reason=\"{reason}\"}}")), 0.0);
    }
    for end in ["finished", "stopped", "failed"] {
        assert_eq!(scrape.value(&format!("seedbed_evolution_runs_total{{end=\"{end}\"}}")), 0.0);
    }
    for series in ["of=\"signals\",result=\"hit\"", "of=\"scores\",result=\"miss\""] {
        assert_eq!(scrape.value(&format!("seedbed_evolution_memo_lookups_total{{{series}}}")), 0.0);
    }
    assert_eq!(scrape.value("seedbed_evolution_under_way"), 0.0);
    assert_eq!(scrape.value("seedbed_evolution_critical_failures"), 0.0);
    for name in OF_A_GENERATION.into_iter().chain([PROGRESS, "seedbed_evolution_phase", "seedbed_evolution_memo_bytes"])
    {
        assert!(!scrape.samples.contains_key(name), "{name}");
    }
}

#[test]
fn a_run_is_told_as_it_was_reported() {
    let metrics = Metrics::new();
    let evolution = metrics.evolution();
    evolution.begins();
    evolution.phase(2, 5);
    evolution.evaluated(EvaluationOutcome::Scored, 40);
    metrics.evolution().evaluated(EvaluationOutcome::Scored, 3);
    evolution.evaluated(EvaluationOutcome::Raced, 4);
    evolution.evaluated(EvaluationOutcome::Undefined, 2);
    evolution.evaluated(EvaluationOutcome::Failed, 1);
    evolution.evaluated(EvaluationOutcome::Skipped, 6);
    for reason in ["trapped", "backtest", "impure", "out-of-luck", "refused", "refused"] {
        evolution.failed(reason);
    }
    evolution.critical_failures(1);
    evolution.critical_failures(0);
    evolution.critical_failures(2);
    evolution.generation(7, Some(1.25), Some(-0.5), 0.375, 47);
    evolution.memo(10, 5, 20, 30, 4096);
    evolution.memo(11, 5, 22, 33, 1024);
    evolution.duplicates(3, 1);
    evolution.duplicates(4, 0);
    let during = scrape(&metrics);
    for (series, value) in [
        ("under_way", 1.0),
        ("phase", 2.0),
        ("phases", 5.0),
        ("generation", 7.0),
        ("best_fitness", 1.25),
        ("median_fitness", -0.5),
        ("diversity_ratio", 0.375),
        ("distinct_trials", 47.0),
        ("critical_failures", 3.0),
        ("evaluations_total{outcome=\"scored\"}", 43.0),
        ("evaluations_total{outcome=\"raced\"}", 4.0),
        ("evaluations_total{outcome=\"undefined\"}", 2.0),
        ("evaluations_total{outcome=\"failed\"}", 1.0),
        ("evaluations_total{outcome=\"skipped\"}", 6.0),
        ("evaluation_failures_total{reason=\"trapped\"}", 1.0),
        ("evaluation_failures_total{reason=\"backtest\"}", 1.0),
        ("evaluation_failures_total{reason=\"impure\"}", 1.0),
        ("evaluation_failures_total{reason=\"refused\"}", 2.0),
        ("evaluation_failures_total{reason=\"other\"}", 1.0),
        ("evaluation_failures_total{reason=\"out-of-fuel\"}", 0.0),
        ("memo_lookups_total{of=\"signals\",result=\"hit\"}", 11.0),
        ("memo_lookups_total{of=\"signals\",result=\"miss\"}", 5.0),
        ("memo_lookups_total{of=\"scores\",result=\"hit\"}", 22.0),
        ("memo_lookups_total{of=\"scores\",result=\"miss\"}", 33.0),
        ("memo_bytes", 1024.0),
        ("duplicates_total{handling=\"redrawn\"}", 7.0),
        ("duplicates_total{handling=\"served\"}", 1.0),
        ("runs_total{end=\"stopped\"}", 0.0),
    ] {
        assert_eq!(during.value(&format!("seedbed_evolution_{series}")), value, "{series}");
    }
    evolution.ends(RunEnd::Stopped);
    let after = scrape(&metrics);
    assert_eq!(after.value("seedbed_evolution_under_way"), 0.0);
    assert_eq!(after.value("seedbed_evolution_runs_total{end=\"stopped\"}"), 1.0);
    assert_eq!(after.value("seedbed_evolution_runs_total{end=\"finished\"}"), 0.0);
    assert_eq!(after.value("seedbed_evolution_best_fitness"), 1.25, "a text file tells how the run ended");
}

/// Fitness on other bars is another number: shown as that of the phase at hand, it would be believed.
#[test]
fn what_belongs_to_an_earlier_phase_or_run_is_forgotten() {
    let metrics = Metrics::new();
    let evolution = metrics.evolution();
    evolution.begins();
    evolution.phase(1, 2);
    evolution.evaluated(EvaluationOutcome::Scored, 40);
    evolution.critical_failures(2);
    evolution.generation(9, Some(1.5), Some(0.5), 0.25, 40);
    evolution.memo(100, 200, 300, 400, 4096);
    evolution.phase(2, 2);
    let second = scrape(&metrics);
    assert!(OF_A_GENERATION.iter().all(|name| !second.samples.contains_key(*name)), "{:?}", second.samples);
    assert_eq!(second.value("seedbed_evolution_critical_failures"), 2.0, "of the run");
    evolution.generation(0, None, None, 0.0, 0);
    let none = scrape(&metrics);
    assert_eq!(none.value("seedbed_evolution_generation"), 0.0);
    assert!(!none.samples.contains_key("seedbed_evolution_best_fitness"), "nothing has a fitness");

    evolution.ends(RunEnd::Failed);
    evolution.begins();
    evolution.memo(150, 1, 2, 3, 512);
    let next = scrape(&metrics);
    for (series, value) in [
        ("under_way", 1.0),
        ("critical_failures", 0.0),
        ("evaluations_total{outcome=\"scored\"}", 40.0),
        ("memo_lookups_total{of=\"signals\",result=\"hit\"}", 250.0),
        ("memo_lookups_total{of=\"signals\",result=\"miss\"}", 201.0),
        ("memo_bytes", 512.0),
        ("runs_total{end=\"failed\"}", 1.0),
    ] {
        assert_eq!(next.value(&format!("seedbed_evolution_{series}")), value, "{series}");
    }
    assert!(!next.samples.contains_key("seedbed_evolution_phase") && !next.samples.contains_key(OF_A_GENERATION[0]));
}

/// The alert for a stalled run reads this one. A run that skips what is left does not move, nor does a reason by itself.
#[test]
fn the_time_of_the_last_progress_moves_with_progress_only() {
    let now = || SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs_f64();
    let metrics = Metrics::new();
    let evolution = metrics.evolution();
    let before = now();
    evolution.begins();
    let mut last = scrape(&metrics).value(PROGRESS);
    assert!((before..=now()).contains(&last), "{before} {last}");
    let mut moved = || {
        let now = scrape(&metrics).value(PROGRESS);
        std::mem::replace(&mut last, now) < now
    };
    evolution.evaluated(EvaluationOutcome::Skipped, 12);
    evolution.evaluated(EvaluationOutcome::Scored, 0);
    evolution.failed("trapped");
    evolution.critical_failures(1);
    evolution.memo(1, 1, 1, 1, 1);
    evolution.duplicates(1, 1);
    assert!(!moved());
    evolution.phase(1, 1);
    assert!(moved());
    evolution.evaluated(EvaluationOutcome::Failed, 1);
    assert!(moved(), "a candidate that failed is done, too");
    evolution.generation(0, None, None, 0.0, 0);
    assert!(moved());
    evolution.ends(RunEnd::Finished);
    assert!(moved());
}

/// A scrape between two values of one report would show a median above the best.
#[test]
fn a_scrape_sees_whole_reports_only() {
    let metrics = Metrics::new();
    let evolution = metrics.evolution();
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        let reporting = scope.spawn(|| {
            let mut generation = 0;
            while !done.load(Ordering::Relaxed) {
                let fitness = f64::from(generation);
                evolution.generation(generation, Some(fitness), Some(fitness), 0.5, u64::from(generation));
                generation += 1;
            }
        });
        let mut changed = 0;
        let mut last = None;
        while changed < 200 {
            let scrape = scrape(&metrics);
            let told = OF_A_GENERATION.map(|name| scrape.samples.get(name).copied());
            assert!([told[1], told[2], told[4]].iter().all(|value| *value == told[0]), "{told:?}");
            changed += u32::from(told[0] != last);
            last = told[0];
        }
        done.store(true, Ordering::Relaxed);
        reporting.join().unwrap();
    });
}
