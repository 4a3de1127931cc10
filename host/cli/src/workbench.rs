//! What the benchmarks measure: the built-in `ema-crossover` seed on the embedded bars, mutated as `seedbed mutate` does it at the default
//! configuration, whatever is configured. `seedbed bench` and the criterion benchmarks share it.

use std::ffi::OsString;
use std::fs;
use std::num::NonZeroU32;
use std::ops::ControlFlow;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Context;
use seedbed_evaluate::{Grant, Mutation, Plan, Plugin, Source, ValidationRules, Validator, market_scale};
use seedbed_genome::{Genome, MarketScale};
use seedbed_market::{Bars, sample};
use seedbed_telemetry::log::{Dialect, Rotation};
use seedbed_telemetry::logging::Heartbeat;
use seedbed_worker::{EngineFingerprint, SandboxConfig, Workers};
use tempfile::TempDir;

use crate::config::{CATALOGUE, Config, FILE, Sources};
use crate::exit::{OrStop, Stop};
use crate::interrupt::Interrupt;
use crate::mutation::{Log, LogFile, Recorder, Subject};
use crate::setup::{self, Session};
use crate::telemetry::Telemetry;

/// The seed that is measured.
pub const SEED: &str = "ema-crossover";

/// Which mutations are measured.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Case {
    /// The share of mutations that act on exits; the others act on the seed's own parameters.
    pub exit_probability: f64,
    /// Whether `signals` runs for exit-only children, too.
    pub paranoid: bool,
    /// Whether statistics, log, metrics and events are kept of them; without, nobody looks at a mutation.
    pub observed: bool,
}

impl Case {
    /// 30 % of mutations act on exits.
    pub const DEFAULT: Self = Self { exit_probability: 0.3, paranoid: false, observed: true };
    /// All mutations act on exits.
    pub const EXITS: Self = Self { exit_probability: 1.0, ..Self::DEFAULT };
    /// All mutations act on the seed's own parameters.
    pub const PARAMETERS: Self = Self { exit_probability: 0.0, ..Self::DEFAULT };
    /// The default mix, with `signals` for every child.
    pub const PARANOID: Self = Self { paranoid: true, ..Self::DEFAULT };
    /// The default mix, which nobody looks at.
    pub const UNOBSERVED: Self = Self { observed: false, ..Self::DEFAULT };
}

/// What a run of mutations came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run {
    /// Mutations with a validated child.
    pub validated: u64,
    /// Wall clock of the run, opening and closing of the log apart.
    pub took: Duration,
}

/// A seed, prices and a place for logs, ready to be measured.
pub struct Workbench {
    session: Session,
    interrupt: Interrupt,
    workers: Workers,
    observed: Plugin,
    unobserved: Plugin,
    scale: MarketScale,
    folder: TempDir,
}

impl Workbench {
    /// A workbench with metrics of its own. Events go to the log of the process, if one was started.
    ///
    /// # Errors
    /// Where the temporary folder or the sandbox cannot be had.
    pub fn new() -> anyhow::Result<Self> {
        let telemetry = Config::load(Sources { folder: TempDir::new()?.path().to_owned(), ..Sources::default() })
            .or_usage()
            .and_then(|config| Telemetry::start(&config.metrics));
        telemetry.and_then(|telemetry| Self::with(telemetry, Interrupt::default())).map_err(|stop| stop.error)
    }

    /// A workbench that counts into these metrics. A run ends early when somebody asks for it.
    pub(crate) fn with(telemetry: Telemetry, interrupt: Interrupt) -> Result<Self, Stop> {
        let folder = TempDir::with_prefix("seedbed-bench-").context("cannot make a temporary folder").or_host()?;
        let config = Config::load(Sources { folder: folder.path().to_owned(), ..Sources::default() }).or_host()?;
        fs::write(folder.path().join(FILE), every_key()).context("cannot write into the temporary folder").or_host()?;
        let session = Session { config, telemetry };
        let threads = all_threads();
        // In this process: the benchmarks' own executable is no worker.
        let observed = setup::sandbox(&session.config, &session.telemetry, threads, true);
        let workers = Workers::in_process(&observed).or_host()?;
        let unobserved = Workers::in_process(&SandboxConfig {
            memory: session.config.limits.memory.as_bytes(),
            concurrency: threads.try_into().unwrap_or(std::num::NonZeroUsize::MIN),
            ..SandboxConfig::default()
        })
        .or_host()?;
        let grant = setup::grant(&session.config);
        Ok(Self {
            observed: plugin(&workers, &grant)?,
            unobserved: plugin(&unobserved, &grant)?,
            scale: market_scale(sample()),
            session,
            interrupt,
            workers,
            folder,
        })
    }

    /// Mutates the seed's genome so often on so many threads, and shows `each` every block of ten once it is written down; when `each` breaks, the
    /// run ends. The same seed gives the same children.
    ///
    /// # Errors
    /// Where the log cannot be written or the threads cannot be started.
    pub fn mutate(
        &self,
        case: Case,
        count: u32,
        threads: usize,
        seed: u64,
        each: impl FnMut(&[Mutation]) -> ControlFlow<()> + Send,
    ) -> anyhow::Result<Run> {
        self.run(case, count, threads, seed, each).map_err(|stop| stop.error)
    }

    fn run(
        &self,
        case: Case,
        count: u32,
        threads: usize,
        seed: u64,
        mut each: impl FnMut(&[Mutation]) -> ControlFlow<()> + Send,
    ) -> Result<Run, Stop> {
        let plugin = if case.observed { &self.observed } else { &self.unobserved };
        let config = &self.session.config;
        let mut subject = Subject::new(plugin, self.bars(), &self.scale, config, case.paranoid);
        subject.settings.exit_probability = case.exit_probability;
        let attempts = NonZeroU32::new(config.exit_mutation.attempts).unwrap_or(NonZeroU32::MIN);
        let plan = Plan { lineages: count, generations: 1, attempts, seed };
        let pool = setup::threads(u16::try_from(threads).ok())?;
        if !case.observed {
            let mut validated = 0;
            let start = Instant::now();
            let _ended = pool.install(|| {
                subject.campaign().run(
                    &plan,
                    |mutations| mutations,
                    |mutations| {
                        validated += mutations.iter().filter(|mutation| mutation.child().is_some()).count() as u64;
                        each(&mutations)
                    },
                )
            });
            return Ok(Run { validated, took: start.elapsed() });
        }
        let path = self.folder.path().join("mutations.jsonl");
        let rotation = Rotation { bytes: 16 << 20, files: NonZeroU32::MIN };
        let file = LogFile { path: &path, dialect: Dialect::Current, rotation };
        let log = Log::open(&file, seed, &config.exit_mutation)?;
        let never = Heartbeat::new(Duration::MAX);
        let mut recorder = Recorder::new(&self.session, log, never, self.interrupt.clone());
        let mut statistics = recorder.statistics();
        let start = Instant::now();
        let _ended = pool.install(|| recorder.run(&subject.campaign(), &plan, plugin, &mut statistics, each));
        let took = start.elapsed();
        recorder.finish()?;
        Ok(Run { validated: statistics.successes(), took })
    }

    /// The genome that is mutated.
    #[must_use]
    pub fn genome(&self) -> Genome {
        self.observed.genome()
    }

    /// What asks the seed whether it can live with a child.
    #[must_use]
    pub fn validator(&self) -> Validator<'_> {
        let timeout = self.session.config.exit_mutation.validation_timeout;
        Validator::new(&self.observed, self.bars(), ValidationRules { timeout, paranoid: false })
    }

    /// The engine that runs the seed.
    #[must_use]
    pub fn engine(&self) -> EngineFingerprint {
        self.workers.fingerprint()
    }

    /// A configuration that sets every key in its file, in an environment of ordinary size.
    #[must_use]
    pub fn sources(&self) -> Sources {
        sources(self.folder.path())
    }

    pub(crate) fn interrupt(&self) -> &Interrupt {
        &self.interrupt
    }

    #[expect(clippy::unused_self, reason = "the prices are the workbench's, wherever they are kept")]
    fn bars(&self) -> &'static Bars {
        sample()
    }
}

/// The threads of this machine.
#[must_use]
pub fn all_threads() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// The configuration of a folder, in an environment of ordinary size, one variable of which sets a key.
#[must_use]
pub fn sources(folder: &Path) -> Sources {
    let mut environment: Vec<(OsString, OsString)> = (0..40)
        .map(|index| (format!("VARIABLE_{index}").into(), "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin".into()))
        .collect();
    environment.push(("SEEDBED_BACKTEST_FEES".into(), "0.002".into()));
    Sources { folder: folder.to_owned(), environment, ..Sources::default() }
}

/// A file with every key at its default and its documentation, as `config init` writes it, but nothing commented out.
#[must_use]
pub fn every_key() -> String {
    let line = |line: &str| line.strip_prefix('#').filter(|rest| !rest.starts_with(' ')).unwrap_or(line).to_owned();
    CATALOGUE.template().lines().filter(|line| !line.contains("# unset")).map(|text| line(text) + "\n").collect()
}

fn plugin(workers: &Workers, grant: &Grant) -> Result<Plugin, Stop> {
    let seed = seedbed_guests::seeds().iter().find(|seed| seed.name == SEED);
    let seed = seed.context("the seed that is measured is not built in").or_host()?;
    Plugin::open(workers, Source::Embedded { name: seed.name, component: seed.component }, grant).or_host()
}
