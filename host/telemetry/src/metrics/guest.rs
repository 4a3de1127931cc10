use std::array;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};

use prometheus::{Gauge, IntCounter, IntCounterVec, Opts, Registry};
use seedbed_outcome::{Function, Usage};

use super::{process, registered};

/// What guest calls cost, summed on the calling thread's own cache lines and joined when somebody looks.
#[derive(Debug)]
pub(super) struct Guest {
    shards: [Shard; SHARDS],
    fuel: [IntCounter; FUNCTIONS],
    peak: Gauge,
    instances: IntCounter,
}

/// Threads beyond this number share; the sums stay exact.
const SHARDS: usize = 16;
const FUNCTIONS: usize = Function::ALL.len();

/// Two lines, since processors fetch lines in pairs.
#[derive(Debug, Default)]
#[repr(align(128))]
struct Shard {
    fuel: [AtomicU64; FUNCTIONS],
    peak: AtomicU64,
    instances: AtomicU64,
}

impl Guest {
    pub(super) fn new(registry: &Registry) -> Self {
        let fuel = IntCounterVec::new(
            Opts::new("seedbed_guest_fuel_total", "Fuel burnt by guest calls, instantiation included."),
            &["function"],
        );
        let fuel = registered(registry, fuel);
        Self {
            shards: array::from_fn(|_| Shard::default()),
            fuel: Function::ALL.map(|function| fuel.with_label_values(&[function.name()])),
            peak: registered(
                registry,
                Gauge::new("seedbed_guest_memory_peak_bytes", "Most memory that any guest instance has held so far."),
            ),
            instances: registered(
                registry,
                IntCounter::new("seedbed_guest_instances_total", "Fresh guest instances made."),
            ),
        }
    }

    pub(super) fn record(&self, function: Function, usage: &Usage) {
        let Some(shard) = self.shards.get(thread() % SHARDS) else { return };
        if let Some(fuel) = shard.fuel.get(function as usize) {
            fuel.fetch_add(usage.fuel_instantiate.saturating_add(usage.fuel_call), Relaxed);
        }
        shard.instances.fetch_add(1, Relaxed);
        if usage.peak_memory > shard.peak.load(Relaxed) {
            shard.peak.fetch_max(usage.peak_memory, Relaxed);
        }
    }

    /// Brings the metrics up to date; not for two threads at once.
    pub(super) fn publish(&self) {
        let sum = |of: &dyn Fn(&Shard) -> u64| self.shards.iter().fold(0_u64, |sum, shard| sum.wrapping_add(of(shard)));
        let advance = |counter: &IntCounter, to: u64| counter.inc_by(to.wrapping_sub(counter.get()));
        for (at, counter) in self.fuel.iter().enumerate() {
            advance(counter, sum(&|shard| shard.fuel.get(at).map_or(0, |fuel| fuel.load(Relaxed))));
        }
        advance(&self.instances, sum(&|shard| shard.instances.load(Relaxed)));
        let peak = self.shards.iter().map(|shard| shard.peak.load(Relaxed)).max();
        self.peak.set(process::as_gauge(peak.unwrap_or(0)));
    }
}

/// A small number of the calling thread's own.
fn thread() -> usize {
    static THREADS: AtomicUsize = AtomicUsize::new(0);
    thread_local!(static NUMBER: usize = THREADS.fetch_add(1, Relaxed));
    NUMBER.with(|number| *number)
}
