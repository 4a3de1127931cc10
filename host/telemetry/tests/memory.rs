//! Alone in its process, since it measures the process.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, helpers included"
)]

mod support;

use std::time::Duration;

use seedbed_outcome::{Function, Usage};
use seedbed_telemetry::metrics::{Metrics, Mutation, Reason};
use support::Scrape;

/// Metrics that keep their samples fill the machine in a long run.
#[test]
fn ten_million_mutations_keep_nothing() {
    const ALL: u32 = 10_000_000;
    const MOST_GROWTH: f64 = (1 << 20) as f64;
    let metrics = Metrics::new();
    let mut local = metrics.mutations(Some([0.5, 0.3, 0.2])).local();
    let usage = Usage { fuel_instantiate: 1, fuel_call: 1, peak_memory: 1, ..Usage::default() };
    let mut lengths = Vec::new();
    for at in 1..=ALL {
        local.mutation(&Mutation { tier: None, attempts: 1, failed: None, took: Duration::from_nanos(u64::from(at)) });
        local.failed_attempt(Reason::NoChange);
        metrics.guest_call(Function::Accept, &usage);
        if at % 100 == 0 {
            local.flush();
        }
        if at % (ALL / 10) == 0 {
            lengths.push(metrics.text().lines().count());
        }
    }
    let scrape = Scrape::read(&metrics.text());
    assert_eq!(scrape.value("exit_mutation_duration_seconds_count"), f64::from(ALL));
    assert!(lengths.windows(2).all(|pair| pair[0] == pair[1]), "{lengths:?}");
    let growth = scrape.value("seedbed_resident_memory_growth_bytes");
    assert!(growth <= MOST_GROWTH, "grew by {growth} bytes");
}
