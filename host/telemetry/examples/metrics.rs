//! Prints every metric once, for `promtool check metrics`.

use std::io::{self, Write};
use std::time::Duration;

use seedbed_genome::Tier;
use seedbed_outcome::{Function, Usage};
use seedbed_telemetry::metrics::{EvaluationOutcome, Metrics, Mutation, Reason, RefusalReason, ReviewVerdict};

fn main() -> io::Result<()> {
    let metrics = Metrics::new();
    metrics.compiled(Duration::from_millis(30));
    metrics.evaluated(Duration::from_millis(2));
    metrics.reviewed(ReviewVerdict::Fail);
    metrics.refused(RefusalReason::Policy);
    metrics.guest_call(
        Function::Accept,
        &Usage { fuel_instantiate: 2_000, fuel_call: 300, peak_memory: 2 << 20, ..Usage::default() },
    );
    let mut local = metrics.mutations(Some([0.5, 0.3, 0.2])).local();
    local.failed_attempt(Reason::NoChange);
    let took = Duration::from_micros(12);
    local.mutation(&Mutation { tier: Some(Tier::Parametric), attempts: 2, failed: None, took });
    local.flush();
    let evolution = metrics.evolution();
    evolution.begins();
    evolution.phase(1, 5);
    evolution.evaluated(EvaluationOutcome::Scored, 50);
    evolution.memo(8, 2, 10, 40, 4096);
    evolution.generation(0, Some(1.2), Some(0.3), 0.5, 40);
    io::stdout().lock().write_all(metrics.text().as_bytes())
}
