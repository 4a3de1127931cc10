//! Prometheus metrics of a process: one registry, its text format, an HTTP endpoint and a file.
//!
//! Every label has a closed set of values, so the number of series is bounded whatever plugins do.

mod evolution;
mod file;
mod guest;
mod labels;
mod mutation;
mod process;
mod review;
mod server;

use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, SystemTime};

use prometheus::core::Collector;
use prometheus::proto::MetricFamily;
use prometheus::{Gauge, Histogram, HistogramOpts, Opts, Registry, TextEncoder};
use seedbed_outcome::{Function, Usage};

pub use evolution::{EvaluationOutcome, Evolution, RunEnd};
pub use file::{FileError, MetricsFile};
pub use labels::Reason;
pub use mutation::{Local, Mutation, Mutations};
pub use process::{peak_resident_bytes, resident_bytes};
pub use review::{RefusalReason, ReviewVerdict};
pub use server::{ServeError, Server};

use guest::Guest;
use review::Reviews;

/// Upper bounds of the buckets of [`Mutation`] durations in seconds: 1 us to 10 s in steps of 1, 2.5 and 5.
const MUTATION_SECONDS: [f64; 22] = [
    1e-6, 2.5e-6, 5e-6, 1e-5, 2.5e-5, 5e-5, 1e-4, 2.5e-4, 5e-4, 1e-3, 2.5e-3, 5e-3, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5,
    1.0, 2.5, 5.0, 10.0,
];
/// Likewise for compiling (a cached component takes well under a millisecond) and for scoring: 100 us to 100 s.
const LONG_SECONDS: [f64; 19] =
    [1e-4, 2.5e-4, 5e-4, 1e-3, 2.5e-3, 5e-3, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 25.0, 50.0, 100.0];

/// The metrics of a process. Made once and handed on: clones share everything.
#[derive(Debug, Clone)]
pub struct Metrics {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    registry: Registry,
    guest: Guest,
    reviews: Reviews,
    compile: Histogram,
    evaluation: Histogram,
    resident: Gauge,
    mutations: OnceLock<Mutations>,
    evolution: OnceLock<Evolution>,
    /// Held by every scrape, so that two do not count one call twice.
    scrape: Mutex<()>,
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

impl Metrics {
    /// Metrics of a process that starts now. Those of mutations appear with [`Metrics::mutations`], those of evolution runs with
    /// [`Metrics::evolution`].
    #[must_use]
    pub fn new() -> Self {
        let registry = Registry::new();
        let build = gauge(&registry, "seedbed_build_info", "Version of the running seedbed; always 1.", |opts| {
            opts.const_label("version", env!("CARGO_PKG_VERSION"))
        });
        build.set(1.0);
        let start = gauge(
            &registry,
            "process_start_time_seconds",
            "Start time of the process in seconds since 1970-01-01 UTC.",
            |opts| opts,
        );
        start.set(SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default().as_secs_f64());
        let resident =
            constant(Gauge::new("process_resident_memory_bytes", "Resident memory of the process in bytes."));
        if process::resident_bytes().is_some() {
            register(&registry, &resident);
        }
        Self {
            shared: Arc::new(Shared {
                guest: Guest::new(&registry),
                reviews: Reviews::new(&registry),
                compile: histogram(
                    &registry,
                    "seedbed_component_compile_seconds",
                    "Time to compile one component, or to load it from the compiled cache.",
                    &LONG_SECONDS,
                ),
                evaluation: histogram(
                    &registry,
                    "seedbed_evaluation_duration_seconds",
                    "Time to score one plugin on one series.",
                    &LONG_SECONDS,
                ),
                resident,
                registry,
                mutations: OnceLock::new(),
                evolution: OnceLock::new(),
                scrape: Mutex::new(()),
            }),
        }
    }

    /// The metrics of mutations: from the first call on they are there, at zero.
    ///
    /// `shares` are the configured shares of the three tiers; `None` leaves out all that is counted by tier. Only the first call's count.
    #[must_use]
    pub fn mutations(&self, shares: Option<[f64; 3]>) -> Mutations {
        self.shared.mutations.get_or_init(|| Mutations::new(&self.shared.registry, shares)).clone()
    }

    /// The metrics of evolution runs: from the first call on they are there, counters at zero.
    #[must_use]
    pub fn evolution(&self) -> Evolution {
        self.shared.evolution.get_or_init(|| Evolution::new(&self.shared.registry)).clone()
    }

    /// Counts one guest call and the fresh instance it ran in. May be called on any thread at any rate: some thirty nanoseconds.
    pub fn guest_call(&self, function: Function, usage: &Usage) {
        self.shared.guest.record(function, usage);
    }

    /// Counts a component that was compiled, or loaded from the compiled cache.
    pub fn compiled(&self, took: Duration) {
        self.shared.compile.observe(took.as_secs_f64());
    }

    /// Counts a plugin that was scored on one series.
    pub fn evaluated(&self, took: Duration) {
        self.shared.evaluation.observe(took.as_secs_f64());
    }

    /// Counts a review before a plugin runs.
    pub fn reviewed(&self, verdict: ReviewVerdict) {
        self.shared.reviews.reviewed(verdict);
    }

    /// Counts a plugin that was refused before any of its code ran.
    pub fn refused(&self, reason: RefusalReason) {
        self.shared.reviews.refused(reason);
    }

    /// Everything in the text format 0.0.4, as of now. Memory is read here, not before.
    #[must_use]
    pub fn text(&self) -> String {
        encoded(&self.gather())
    }

    /// [`Metrics::text`] without what a node exporter, which reads it from a file, tells of its own process under the same names.
    pub(crate) fn text_of_file(&self) -> String {
        let mut families = self.gather();
        families.retain(|family| !family.name().starts_with("process_"));
        encoded(&families)
    }

    fn gather(&self) -> Vec<MetricFamily> {
        let shared = &*self.shared;
        let _one = shared.scrape.lock().unwrap_or_else(PoisonError::into_inner);
        let resident = process::resident_bytes();
        if let Some(bytes) = resident {
            shared.resident.set(process::as_gauge(bytes));
        }
        shared.guest.publish();
        let gather = || match shared.evolution.get() {
            Some(evolution) => evolution.publish(|| shared.registry.gather()),
            None => shared.registry.gather(),
        };
        match shared.mutations.get() {
            Some(mutations) => mutations.publish(resident, gather),
            None => gather(),
        }
    }
}

fn encoded(families: &[MetricFamily]) -> String {
    TextEncoder::new().encode_to_string(families).unwrap_or_else(|error| format!("# {error}\n"))
}

/// The media type of [`Metrics::text`].
const CONTENT_TYPE: &str = prometheus::TEXT_FORMAT;

fn gauge(registry: &Registry, name: &str, help: &str, with: impl FnOnce(Opts) -> Opts) -> Gauge {
    registered(registry, Gauge::with_opts(with(Opts::new(name, help))))
}

fn histogram(registry: &Registry, name: &str, help: &str, buckets: &[f64]) -> Histogram {
    registered(registry, Histogram::with_opts(HistogramOpts::new(name, help).buckets(buckets.to_vec())))
}

/// A metric that was just made, in the registry.
fn registered<T: Collector + Clone + 'static>(registry: &Registry, made: prometheus::Result<T>) -> T {
    let metric = constant(made);
    register(registry, &metric);
    metric
}

fn register<T: Collector + Clone + 'static>(registry: &Registry, metric: &T) {
    constant(registry.register(Box::new(metric.clone())));
}

/// Making a metric fails only by its name, its labels or its buckets.
#[expect(
    clippy::expect_used,
    reason = "names, labels and buckets are constants of this crate, and the tests make every metric"
)]
fn constant<T>(made: prometheus::Result<T>) -> T {
    made.expect("metrics are well formed")
}
