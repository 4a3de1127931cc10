use std::fmt;
use std::num::NonZeroUsize;
use std::sync::Arc;

use wasmtime::{Config, Enabled, Engine, InstanceAllocationStrategy, OptLevel, PoolingAllocationConfig};

use crate::cache::{CacheConfig, Origin};
use crate::gate::Gate;
use crate::identity::EngineFingerprint;
use crate::intake::Intake;
use crate::limits::SizeLimits;
use crate::observer::Observer;
use crate::ticker::Ticker;

/// How a sandbox is set up.
#[derive(Debug, Clone)]
pub struct SandboxConfig {
    /// The most bytes that any component may be granted; the pool's slots are this large.
    pub memory: u64,
    /// Calls that may run at once; further ones wait for their turn.
    pub concurrency: NonZeroUsize,
    /// Whether calls pass a gate of this sandbox's own, which lets `concurrency` of them in and tries one that ran past its deadline once
    /// more, alone; off where a host sees to that over several processes.
    pub gate: bool,
    /// Canonicalise NaN in generated code, at 2 to 3.5 times the cost. Off: floats are canonicalised where they enter and leave a guest.
    pub strict_nan: bool,
    /// What the pre-scan lets through.
    pub size: SizeLimits,
    /// Where compiled code is kept; `None` compiles every time.
    pub cache: Option<CacheConfig>,
    /// Who is told of compilations and calls.
    pub observer: Option<Arc<dyn Observer>>,
}

impl Default for SandboxConfig {
    fn default() -> Self {
        Self {
            memory: crate::Limits::default().memory,
            concurrency: std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN),
            gate: true,
            strict_nan: false,
            size: SizeLimits::default(),
            cache: None,
            observer: None,
        }
    }
}

/// Why no sandbox could be set up: a fault of the host, never of a component.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// The engine refused its configuration, or the machine could not give what it asks for.
    #[error("cannot set up the WebAssembly engine: {0:#}")]
    Engine(wasmtime::Error),
    /// No thread for the deadline clock.
    #[error("cannot start the deadline clock: {0}")]
    Ticker(std::io::Error),
}

/// An engine with its pool, its deadline clock and its compiled cache. Cheap to clone; clones share all of it.
#[derive(Clone)]
pub struct Sandbox {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) engine: Engine,
    pub(crate) fingerprint: EngineFingerprint,
    pub(crate) intake: Intake,
    pub(crate) observer: Option<Arc<dyn Observer>>,
    /// Passed by every call, unless the host has one of its own.
    pub(crate) gate: Option<Gate>,
    _ticker: Ticker,
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox").field("fingerprint", &self.inner.fingerprint).finish_non_exhaustive()
    }
}

impl Sandbox {
    /// Sets up the engine, the pool, the deadline clock and the cache.
    ///
    /// A cache that cannot be used is reported in the log and left out: it costs time, never a result.
    ///
    /// # Errors
    /// [`SandboxError`]: the host failed.
    pub fn new(config: &SandboxConfig) -> Result<Self, SandboxError> {
        let engine = engine(config).map_err(SandboxError::Engine)?;
        let fingerprint = EngineFingerprint::of(&engine);
        let intake = Intake::new(config.size, config.memory, config.cache.as_ref(), fingerprint, Origin::Here);
        let ticker = Ticker::start(&engine).map_err(SandboxError::Ticker)?;
        Ok(Self {
            inner: Arc::new(Inner {
                engine,
                fingerprint,
                intake,
                observer: config.observer.clone(),
                gate: config.gate.then(|| Gate::new(config.concurrency.min(MOST_CALLS))),
                _ticker: ticker,
            }),
        })
    }

    /// What results depend on besides component and input.
    #[must_use]
    pub fn fingerprint(&self) -> EngineFingerprint {
        self.inner.fingerprint
    }
}

/// Opens what the engine wants to have open and cannot open any more in a process that has shut itself in: how the kernel tells which pages
/// of a memory were written, by which memories are cleared faster.
pub fn prepare() {
    let _ = PoolingAllocationConfig::is_pagemap_scan_available();
}

/// The most calls that any pool has places for.
const MOST_CALLS: NonZeroUsize = NonZeroUsize::MIN.saturating_add(1023);

/// The one place where an engine is configured.
fn engine(config: &SandboxConfig) -> wasmtime::Result<Engine> {
    const KEEP_RESIDENT: usize = 1 << 20;
    /// A component made from one core module needs two core instances; one made through a WASI adapter about five.
    const CORE_INSTANCES: u32 = 8;
    const MAX_STACK: usize = 512 << 10;

    let calls = u32::try_from(config.concurrency.min(MOST_CALLS).get())?;
    let tables = u32::try_from(config.size.tables).unwrap_or(u32::MAX);
    let memories = u32::try_from(config.size.memories).unwrap_or(u32::MAX);
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(calls)
        .total_core_instances(calls * CORE_INSTANCES)
        .max_core_instances_per_component(CORE_INSTANCES)
        .total_memories(calls * memories)
        .max_memories_per_component(memories)
        .max_memory_size(usize::try_from(config.memory)?)
        .total_tables(calls * tables)
        .max_tables_per_component(tables)
        .max_tables_per_module(tables)
        .table_elements(usize::try_from(config.size.table_elements)?)
        .max_unused_warm_slots(calls)
        .linear_memory_keep_resident(KEEP_RESIDENT)
        .table_keep_resident(KEEP_RESIDENT)
        .pagemap_scan(Enabled::Auto);

    let mut engine = Config::new();
    engine
        .allocation_strategy(InstanceAllocationStrategy::Pooling(pool))
        .concurrency_support(false)
        .consume_fuel(true)
        .epoch_interruption(true)
        .max_wasm_stack(MAX_STACK)
        .cranelift_opt_level(OptLevel::Speed)
        .cranelift_nan_canonicalization(config.strict_nan)
        .memory_init_cow(true)
        .wasm_component_model(true)
        .wasm_gc(false)
        .wasm_function_references(false)
        .wasm_exceptions(false)
        .wasm_threads(false)
        .wasm_memory64(false)
        .wasm_multi_memory(false)
        .wasm_tail_call(false)
        .wasm_relaxed_simd(false)
        .wasm_wide_arithmetic(false)
        .wasm_custom_page_sizes(false);
    Engine::new(&engine)
}
