//! What an operator reads off the metrics: names, sums, and nothing that contradicts itself.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking, helpers included"
)]

mod support;

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use seedbed_genome::{Change, Clamped, Mechanism, Source, Target, Tier};
use seedbed_outcome::{Function, Usage};
use seedbed_telemetry::metrics::{Metrics, Mutation, Reason};
use support::Scrape;

const MICRO: Duration = Duration::from_micros(1);
const SUCCESS: Mutation = Mutation { tier: None, attempts: 1, failed: None, took: MICRO };

fn change(target: Target, clamped: Clamped) -> Change {
    Change { target, old: Some(0.1), raw: 0.3, new: 0.2, clamped, rounded: false, source: Source::Direct }
}

/// Dashboards and alerts name these; a renamed metric is an alert that never fires.
#[test]
fn every_pinned_metric_is_there_under_its_name_and_type() {
    let metrics = Metrics::new();
    let mut local = metrics.mutations(Some([0.5, 0.3, 0.2])).local();
    local.mutation(&SUCCESS);
    local.flush();
    let scrape = Scrape::read(&metrics.text());
    let pinned = [
        ("exit_mutations_total", "counter"),
        ("exit_mutations_success_total", "counter"),
        ("exit_mutation_success_rate", "gauge"),
        ("exit_mutation_duration_seconds", "histogram"),
        ("exit_mutation_attempts_total", "counter"),
        ("exit_mutation_retries_total", "counter"),
        ("exit_mutation_attempt_failures_total", "counter"),
        ("exit_mutations_failed_total", "counter"),
        ("exit_mutation_deadline_voids_total", "counter"),
        ("exit_mutations_by_tier_total", "counter"),
        ("exit_mutation_tier_target_ratio", "gauge"),
        ("exit_mutation_clamps_total", "counter"),
        ("seedbed_guest_fuel_total", "counter"),
        ("seedbed_guest_memory_peak_bytes", "gauge"),
        ("seedbed_guest_instances_total", "counter"),
        ("seedbed_component_compile_seconds", "histogram"),
        ("seedbed_evaluation_duration_seconds", "histogram"),
        ("seedbed_refusals_total", "counter"),
        ("seedbed_review_verdicts_total", "counter"),
        ("seedbed_build_info", "gauge"),
        ("process_resident_memory_bytes", "gauge"),
        ("process_start_time_seconds", "gauge"),
        ("seedbed_resident_memory_growth_bytes", "gauge"),
    ];
    for (name, kind) in pinned {
        assert_eq!(scrape.types.get(name).map(String::as_str), Some(kind), "{name}");
    }
    assert_eq!(scrape.types.len(), pinned.len(), "{:?}", scrape.types);
    for (tier, share) in [("parametric", 0.5), ("structural", 0.3), ("relational", 0.2)] {
        assert_eq!(scrape.value(&format!("exit_mutation_tier_target_ratio{{tier=\"{tier}\"}}")), share);
    }
}

/// A counter that is born at its first value hides that value from `rate()`.
#[test]
fn what_can_be_counted_is_there_at_zero_before_it_happens() {
    let metrics = Metrics::new();
    let _mutations = metrics.mutations(Some([0.5, 0.3, 0.2]));
    let scrape = Scrape::read(&metrics.text());
    for code in [
        "no-change",
        "no-operator",
        "invariant",
        "refused",
        "trapped",
        "out-of-fuel",
        "past-deadline",
        "out-of-memory",
        "bad-output",
        "worker-lost",
    ] {
        assert_eq!(scrape.value(&format!("exit_mutation_attempt_failures_total{{reason=\"{code}\"}}")), 0.0);
        assert_eq!(scrape.value(&format!("exit_mutations_failed_total{{reason=\"{code}\"}}")), 0.0);
    }
    for series in ["bound=\"low\",parameter=\"fixed-stop.stop-loss\"", "bound=\"high\",parameter=\"signal\""] {
        assert_eq!(scrape.value(&format!("exit_mutation_clamps_total{{{series}}}")), 0.0);
    }
    assert!(!scrape.types.contains_key("exit_mutation_success_rate"), "0 of 0 is no rate, and would fire an alert");
    assert!(!scrape.types.contains_key("seedbed_resident_memory_growth_bytes"));
}

#[test]
fn each_mutation_is_counted_once_and_its_attempts_apart() {
    let metrics = Metrics::new();
    let mut local = metrics.mutations(Some([0.5, 0.3, 0.2])).local();
    // Succeeds at its third attempt; fails with its only one; one of the seed's own parameters.
    local.failed_attempt(Reason::NoChange);
    local.failed_attempt(Reason::PastDeadline);
    local.mutation(&Mutation { tier: Some(Tier::Structural), attempts: 3, failed: None, took: 30 * MICRO });
    local.failed_attempt(Reason::Trapped);
    local.mutation(&Mutation {
        tier: Some(Tier::Parametric),
        attempts: 1,
        failed: Some(Reason::Trapped),
        took: 2 * MICRO,
    });
    local.mutation(&Mutation { took: Duration::from_secs(11), ..SUCCESS });
    local.change(&change(Target::Exit(Mechanism::TrailingStop, 1), Clamped::High));
    local.change(&change(Target::Signal(7), Clamped::Low));
    local.change(&change(Target::Signal(8), Clamped::None));
    local.flush();
    let scrape = Scrape::read(&metrics.text());
    for (series, value) in [
        ("exit_mutations_total", 3.0),
        ("exit_mutations_success_total", 2.0),
        ("exit_mutation_success_rate", 2.0 / 3.0),
        ("exit_mutation_attempts_total", 5.0),
        ("exit_mutation_retries_total", 2.0),
        ("exit_mutation_deadline_voids_total", 1.0),
        ("exit_mutation_attempt_failures_total{reason=\"no-change\"}", 1.0),
        ("exit_mutation_attempt_failures_total{reason=\"past-deadline\"}", 1.0),
        ("exit_mutation_attempt_failures_total{reason=\"trapped\"}", 1.0),
        ("exit_mutations_failed_total{reason=\"trapped\"}", 1.0),
        ("exit_mutations_failed_total{reason=\"no-change\"}", 0.0),
        ("exit_mutations_by_tier_total{tier=\"parametric\"}", 1.0),
        ("exit_mutations_by_tier_total{tier=\"structural\"}", 1.0),
        ("exit_mutations_by_tier_total{tier=\"relational\"}", 0.0),
        ("exit_mutation_clamps_total{bound=\"high\",parameter=\"trailing-stop.activation\"}", 1.0),
        ("exit_mutation_clamps_total{bound=\"low\",parameter=\"signal\"}", 1.0),
        ("exit_mutation_clamps_total{bound=\"high\",parameter=\"signal\"}", 0.0),
        ("exit_mutation_duration_seconds_count", 3.0),
    ] {
        assert_eq!(scrape.value(series), value, "{series}");
    }
    let duration = scrape.buckets("exit_mutation_duration_seconds");
    assert_eq!((duration[0].0, duration[21].0, duration.len()), (1e-6, 10.0, 23));
    for (bound, count) in duration {
        let expected = f64::from(u8::from(bound >= 2e-6)) + f64::from(u8::from(bound >= 3e-5));
        assert_eq!(count, if bound.is_infinite() { 3.0 } else { expected }, "{bound}");
    }
}

#[test]
fn without_tracking_there_is_nothing_by_tier() {
    let metrics = Metrics::new();
    let mut local = metrics.mutations(None).local();
    local.mutation(&Mutation { tier: Some(Tier::Parametric), ..SUCCESS });
    drop(local);
    let scrape = Scrape::read(&metrics.text());
    assert_eq!(scrape.value("exit_mutations_total"), 1.0);
    assert!(scrape.types.keys().all(|name| !name.contains("tier")), "{:?}", scrape.types);
}

/// Also without the last flush, which whoever is stopped early forgets.
#[test]
fn counts_of_many_threads_sum_exactly() {
    const THREADS: u32 = 8;
    const EACH: u32 = 10_007;
    let metrics = Metrics::new();
    let mutations = metrics.mutations(None);
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                let mut local = mutations.local();
                for at in 0..EACH {
                    local.mutation(&Mutation { attempts: 2, ..SUCCESS });
                    local.failed_attempt(Reason::Refused);
                    let peak_memory = u64::from(at);
                    let usage = Usage { fuel_instantiate: 1, fuel_call: 2, peak_memory, ..Usage::default() };
                    metrics.guest_call(Function::Accept, &usage);
                    if at % 100 == 0 {
                        local.flush();
                    }
                }
            });
        }
    });
    let scrape = Scrape::read(&metrics.text());
    let all = f64::from(THREADS * EACH);
    for (series, value) in [
        ("exit_mutations_total", all),
        ("exit_mutations_success_total", all),
        ("exit_mutation_retries_total", all),
        ("exit_mutation_attempts_total", 2.0 * all),
        ("exit_mutation_duration_seconds_count", all),
        ("exit_mutation_attempt_failures_total{reason=\"refused\"}", all),
        ("seedbed_guest_fuel_total{function=\"accept\"}", 3.0 * all),
        ("seedbed_guest_fuel_total{function=\"signals\"}", 0.0),
        ("seedbed_guest_instances_total", all),
        ("seedbed_guest_memory_peak_bytes", f64::from(EACH - 1)),
    ] {
        assert_eq!(scrape.value(series), value, "{series}");
    }
}

/// A scrape between two counters of one flush would show a success rate that never was.
#[test]
fn a_scrape_sees_whole_flushes_only() {
    let metrics = Metrics::new();
    let mutations = metrics.mutations(None);
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        let recording = scope.spawn(|| {
            let mut local = mutations.local();
            while !done.load(Ordering::Relaxed) {
                for _ in 0..7 {
                    local.mutation(&SUCCESS);
                }
                local.flush();
            }
        });
        let mut changed = 0;
        let mut last = 0.0;
        while changed < 200 {
            let scrape = Scrape::read(&metrics.text());
            let total = scrape.value("exit_mutations_total");
            assert_eq!(total % 7.0, 0.0);
            assert_eq!(scrape.value("exit_mutations_success_total"), total);
            assert_eq!(scrape.value("exit_mutation_duration_seconds_count"), total);
            changed += u32::from(total != last);
            last = total;
        }
        done.store(true, Ordering::Relaxed);
        recording.join().unwrap();
    });
}
