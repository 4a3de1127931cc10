use std::sync::Arc;
use std::time::Duration;

use seedbed_jail::Layers;
use seedbed_sandbox::{EngineFingerprint, LoadError, Sandbox, SandboxConfig, SandboxError, WasiPolicy};

use crate::component::Component;
use crate::pool::Pool;
use crate::program::Program;

/// Where components are compiled and run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Isolation {
    /// In this process: for benchmarks, and where no other process may be started.
    None,
    /// In worker processes that are shut in.
    #[default]
    Process,
}

/// How workers are set up.
#[derive(Debug, Clone)]
pub struct WorkersConfig {
    /// What is common to both kinds of isolation; `concurrency` is the number of workers at most.
    pub sandbox: SandboxConfig,
    /// Where components run.
    pub isolation: Isolation,
    /// What is started as a worker under [`Isolation::Process`].
    pub program: Program,
    /// What compiling one component may cost under [`Isolation::Process`]; in this process nothing bounds it but [`SizeLimits`].
    ///
    /// [`SizeLimits`]: crate::SizeLimits
    pub compile: CompileLimits,
}

/// What the process that compiles one component may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CompileLimits {
    /// Processor time, all threads together; whole seconds, at least one.
    pub processor: Duration,
    /// Bytes of memory.
    pub memory: u64,
    /// Wall clock, in case that it sleeps instead.
    pub clock: Duration,
}

impl Default for CompileLimits {
    fn default() -> Self {
        Self { processor: Duration::from_secs(30), memory: 1 << 30, clock: Duration::from_secs(60) }
    }
}

/// Why nothing can be run: a fault of the host, never of a component.
#[derive(Debug, thiserror::Error)]
pub enum WorkersError {
    /// No engine in this process.
    #[error(transparent)]
    Sandbox(#[from] SandboxError),
    /// The first worker did not come up.
    #[error("cannot start a worker process: {0}; `--isolation none` runs components in this process")]
    Start(String),
}

/// Runs components, here or in worker processes. Cheap to clone; clones share the workers, which end with the last of them and of the
/// components.
#[derive(Debug, Clone)]
pub struct Workers {
    place: Place,
}

#[derive(Debug, Clone)]
enum Place {
    Here(Sandbox),
    Processes(Arc<Pool>),
}

impl Workers {
    /// Sets up the engine in this process, or starts the first worker; further ones follow as calls need them.
    ///
    /// # Errors
    /// [`WorkersError`]: the host failed.
    pub fn new(config: WorkersConfig) -> Result<Self, WorkersError> {
        let WorkersConfig { sandbox, isolation, program, compile } = config;
        match isolation {
            Isolation::None => Self::in_process(&sandbox),
            Isolation::Process => {
                let pool = Pool::start(&sandbox, program, compile);
                let pool = pool.map_err(|lost| WorkersError::Start(lost.to_string()))?;
                Ok(Self { place: Place::Processes(Arc::new(pool)) })
            }
        }
    }

    /// Everything in this process.
    ///
    /// # Errors
    /// [`WorkersError::Sandbox`]: the host failed.
    pub fn in_process(config: &SandboxConfig) -> Result<Self, WorkersError> {
        Ok(Self { place: Place::Here(Sandbox::new(config)?) })
    }

    /// Makes a component ready to be called. No guest code runs.
    ///
    /// # Errors
    /// [`LoadError`] says why the component is turned away.
    pub fn load(&self, bytes: &[u8], policy: WasiPolicy) -> Result<Component, LoadError> {
        match &self.place {
            Place::Here(sandbox) => sandbox.load(bytes, policy).map(Component::here),
            Place::Processes(pool) => Ok(Component::remote(Arc::clone(pool), pool.load(bytes, policy)?)),
        }
    }

    /// What results depend on besides component and input.
    #[must_use]
    pub fn fingerprint(&self) -> EngineFingerprint {
        match &self.place {
            Place::Here(sandbox) => sandbox.fingerprint(),
            Place::Processes(pool) => pool.engine(),
        }
    }

    /// The walls around components besides WebAssembly's own, as the first worker found them; `None` in this process.
    #[must_use]
    pub fn layers(&self) -> Option<&Layers> {
        match &self.place {
            Place::Here(_) => None,
            Place::Processes(pool) => Some(pool.layers()),
        }
    }

    /// Where components run.
    #[must_use]
    pub fn isolation(&self) -> Isolation {
        match &self.place {
            Place::Here(_) => Isolation::None,
            Place::Processes(_) => Isolation::Process,
        }
    }
}
