use std::path::PathBuf;
use std::time::Duration;

use seedbed_settings::{ByteSize, Problems, SecretUrl, Settings};

use super::keys;
use super::words::{Backend, Entry, Fill, Isolation, LogFormat, Sides, Wasi};

/// What one call of a component may cost.
#[derive(Debug, Clone, PartialEq)]
pub struct Limits {
    /// Units of fuel for each bar.
    pub fuel_per_bar: u64,
    /// Units of fuel besides.
    pub fuel_base: u64,
    /// Wall-clock backstop behind the fuel.
    pub deadline: Duration,
    /// Linear memories and tables of one instance together.
    pub memory: ByteSize,
    /// The largest component file.
    pub component_size: ByteSize,
}

impl Limits {
    pub(super) fn read(settings: &Settings) -> Result<Self, Problems> {
        Ok(Self {
            fuel_per_bar: settings.get("limits.fuel_per_bar")?,
            fuel_base: settings.get("limits.fuel_base")?,
            deadline: settings.get("limits.deadline")?,
            memory: settings.get("limits.memory")?,
            component_size: settings.get("limits.component_size")?,
        })
    }
}

/// How much a trade takes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Size {
    /// All the cash.
    AllIn,
    /// A fixed number of units, above zero.
    Units(f64),
}

/// How convictions become trades.
#[derive(Debug, Clone, PartialEq)]
pub struct Backtest {
    /// When decisions fill.
    pub fill: Fill,
    /// Fraction of the traded value, each side.
    pub fees: f64,
    /// Fraction of the price, each side.
    pub slippage: f64,
    /// Whether fills of stops and targets slip too.
    pub stop_slippage: bool,
    /// How much a trade takes.
    pub size: Size,
    /// The sides that may be entered.
    pub sides: Sides,
    /// The conviction beyond which a position is entered, in [0, 1].
    pub entry_threshold: f64,
    /// When a conviction beyond the threshold enters.
    pub entry: Entry,
    /// Cash at the start, above zero.
    pub cash: f64,
    /// Bars a year; `None` to infer them.
    pub bars_per_year: Option<f64>,
}

impl Backtest {
    /// `size` is read apart: two keys give it.
    pub(super) fn read(settings: &Settings, size: Size) -> Result<Self, Problems> {
        Ok(Self {
            fill: settings.get("backtest.fill")?,
            fees: settings.get("backtest.fees")?,
            slippage: settings.get("backtest.slippage")?,
            stop_slippage: settings.get("backtest.stop_slippage")?,
            size,
            sides: settings.get("backtest.sides")?,
            entry_threshold: settings.get("backtest.entry_threshold")?,
            entry: settings.get("backtest.entry")?,
            cash: settings.get("backtest.cash")?,
            bars_per_year: settings.optional("backtest.bars_per_year")?,
        })
    }
}

/// How exits mutate.
#[derive(Debug, Clone, PartialEq)]
pub struct ExitMutation {
    /// Whether exits mutate at all.
    pub enabled: bool,
    /// How often a mutation is one of the exits, in [0, 1].
    pub probability: f64,
    /// Weights of the three tiers; they sum to 1.
    pub tier_weights: [f64; 3],
    /// Whether range steps are symmetric on the log scale.
    pub drift_free: bool,
    /// Factors `(low, high)` of one step of a stop loss.
    pub stop_loss_range: (f64, f64),
    /// Factors `(low, high)` of one step of a profit target.
    pub take_profit_range: (f64, f64),
    /// Factors `(low, high)` of one step of a trailing offset.
    pub trailing_range: (f64, f64),
    /// Attempts in all, at least one.
    pub attempts: u32,
    /// The time for one attempt.
    pub validation_timeout: Duration,
    /// Whether the mutation log is written.
    pub log_mutations: bool,
    /// Whether tiers are counted.
    pub track_mutation_types: bool,
    /// Whether validation events are logged.
    pub log_validation: bool,
}

impl ExitMutation {
    /// `tier_weights` are read apart: a rule holds between them.
    pub(super) fn read(settings: &Settings, tier_weights: [f64; 3]) -> Result<Self, Problems> {
        let seconds = settings.get::<u64>("exit_mutation.validation.validation_timeout")?;
        Ok(Self {
            enabled: settings.get("exit_mutation.enabled")?,
            probability: settings.get("exit_mutation.exit_mutation_probability")?,
            tier_weights,
            drift_free: settings.get("exit_mutation.mutation_config.drift_free")?,
            stop_loss_range: settings.get("exit_mutation.mutation_config.parameter_ranges.stop_loss_range")?,
            take_profit_range: settings.get("exit_mutation.mutation_config.parameter_ranges.take_profit_range")?,
            trailing_range: settings.get("exit_mutation.mutation_config.parameter_ranges.trailing_range")?,
            attempts: settings.get("exit_mutation.validation.max_retries")?,
            validation_timeout: Duration::from_secs(seconds),
            log_mutations: settings.get("exit_mutation.monitoring.log_mutations")?,
            track_mutation_types: settings.get("exit_mutation.monitoring.track_mutation_types")?,
            log_validation: settings.get("exit_mutation.monitoring.log_validation")?,
        })
    }
}

/// What is logged, and where.
#[derive(Debug, Clone, PartialEq)]
pub struct Logging {
    /// A level or filter directives.
    pub level: String,
    /// How a line looks.
    pub format: LogFormat,
    /// A file that gets the log too.
    pub file: Option<PathBuf>,
}

impl Logging {
    pub(super) fn read(settings: &Settings) -> Result<Self, Problems> {
        Ok(Self {
            level: settings.get(keys::LEVEL)?,
            format: settings.get("logging.format")?,
            file: settings.optional("logging.file")?,
        })
    }
}

/// Prometheus metrics.
#[derive(Debug, Clone, PartialEq)]
pub struct Metrics {
    /// `host:port` to serve them on.
    pub address: Option<String>,
    /// A file to write them to.
    pub file: Option<PathBuf>,
}

impl Metrics {
    pub(super) fn read(settings: &Settings) -> Result<Self, Problems> {
        Ok(Self { address: settings.optional("metrics.address")?, file: settings.optional("metrics.file")? })
    }
}

/// Where compiled components are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cache {
    /// In the user's cache folder.
    User,
    /// In this folder.
    Folder(PathBuf),
    /// Nowhere.
    Off,
}

/// How components run.
#[derive(Debug, Clone, PartialEq)]
pub struct Sandbox {
    /// What a component that imports WASI gets.
    pub wasi: Wasi,
    /// Where components run.
    pub isolation: Isolation,
    /// Where compiled components are kept.
    pub cache: Cache,
    /// Whether generated code canonicalises NaN.
    pub strict_nan: bool,
}

impl Sandbox {
    pub(super) fn read(settings: &Settings) -> Result<Self, Problems> {
        Ok(Self {
            wasi: settings.get("sandbox.wasi")?,
            isolation: settings.get("sandbox.isolation")?,
            cache: match settings.optional::<PathBuf>("sandbox.cache")? {
                None => Cache::User,
                Some(folder) if folder.as_os_str() == "off" => Cache::Off,
                Some(folder) => Cache::Folder(folder),
            },
            strict_nan: settings.get("sandbox.strict_nan")?,
        })
    }
}

/// Which plugins may run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    /// The policy's file; `None` for the built-in policy.
    pub policy: Option<PathBuf>,
    /// The lock's file; `None` for the one in the current folder.
    pub lock: Option<PathBuf>,
    /// Whether every plugin must be pinned exactly as it is.
    pub frozen: bool,
}

impl Review {
    pub(super) fn read(settings: &Settings) -> Result<Self, Problems> {
        Ok(Self {
            policy: settings.optional("review.policy")?,
            lock: settings.optional("review.lock")?,
            frozen: settings.get("review.frozen")?,
        })
    }
}

/// Where runs are kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Storage {
    /// What keeps them.
    pub backend: Backend,
    /// The directory of a local store.
    pub path: Option<PathBuf>,
    /// The address of a remote one.
    pub url: Option<SecretUrl>,
}

impl Storage {
    pub(super) fn read(settings: &Settings) -> Result<Self, Problems> {
        Ok(Self {
            backend: settings.get("storage.backend")?,
            path: settings.optional("storage.path")?,
            url: settings.optional("storage.url")?,
        })
    }
}

/// How generations follow each other. Rates and ratios lie in [0, 1].
#[derive(Debug, Clone, PartialEq)]
pub struct Evolution {
    /// Individuals of a generation.
    pub population_size: u32,
    /// Generations of a run.
    pub generations: u32,
    /// How often a child is mutated.
    pub mutation_rate: f64,
    /// How often a child has two parents.
    pub crossover_rate: f64,
    /// The share of a generation that lives on unchanged.
    pub elite_ratio: f64,
    /// The fitness below which nothing is exported.
    pub min_fitness_threshold: f64,
    /// The time for a run.
    pub max_evaluation_time: Duration,
    /// The time for one evaluation.
    pub evaluation_timeout: Duration,
}

impl Evolution {
    pub(super) fn read(settings: &Settings) -> Result<Self, Problems> {
        Ok(Self {
            population_size: settings.get("evolution.population_size")?,
            generations: settings.get("evolution.generations")?,
            mutation_rate: settings.get("evolution.mutation_rate")?,
            crossover_rate: settings.get("evolution.crossover_rate")?,
            elite_ratio: settings.get("evolution.elite_ratio")?,
            min_fitness_threshold: settings.get("evolution.min_fitness_threshold")?,
            max_evaluation_time: Duration::from_secs(settings.get("evolution.max_evaluation_time")?),
            evaluation_timeout: Duration::from_secs(settings.get("evolution.evaluation_timeout")?),
        })
    }
}
