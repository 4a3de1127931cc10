//! From the configuration to what commands work with.

use std::num::NonZeroUsize;

use anyhow::Context;
use seedbed_backtest as backtest;
use seedbed_evaluate::Grant;
use seedbed_genome::{Interval, MutationSettings, ParameterRanges, TierWeights};
use seedbed_plugin::FileLimits;
use seedbed_worker::{
    CacheConfig, CompileLimits, Isolation, Limits, Program, SandboxConfig, SizeLimits, Wall, WasiPolicy, Workers,
    WorkersConfig,
};

use crate::args::{self, Global};
use crate::config::{self, Cache, Config, Flag, Sources};
use crate::exit::{OrStop, Stop};
use crate::telemetry::{self, Telemetry};
use crate::{folders, output};

/// A command under way: what it was told, and what it tells of itself.
#[derive(Debug)]
#[must_use = "metrics are served and written for as long as the session is kept"]
pub(crate) struct Session {
    pub(crate) config: Config,
    pub(crate) telemetry: Telemetry,
}

/// Reads the configuration with these flags on top, and starts the log and the metrics. Remarks go to stderr.
pub(crate) fn configure<'a>(
    global: &'a Global,
    flags: impl IntoIterator<Item = (&'static str, &'static str, &'a str)>,
) -> Result<Session, Stop> {
    let config = load(global, flags)?;
    telemetry::log(&config.logging)?;
    telemetry::log_origins(&config.settings);
    for notice in &config.notices {
        output::note("warning", notice);
    }
    let telemetry = Telemetry::start(&config.metrics)?;
    Ok(Session { config, telemetry })
}

/// The configuration with these flags on top; nothing is started.
pub(crate) fn load<'a>(
    global: &'a Global,
    flags: impl IntoIterator<Item = (&'static str, &'static str, &'a str)>,
) -> Result<Config, Stop> {
    Config::load(sources(global, flags)?).or_usage()
}

/// Where the configuration comes from, with these flags on top.
pub(crate) fn sources<'a>(
    global: &'a Global,
    flags: impl IntoIterator<Item = (&'static str, &'static str, &'a str)>,
) -> Result<Sources, Stop> {
    let flags = flags.into_iter().chain(global.given());
    Ok(Sources {
        folder: std::env::current_dir().context("cannot tell the current folder").or_host()?,
        named: global.config.clone(),
        environment: std::env::vars_os().collect(),
        flags: flags.map(|(flag, key, text)| Flag { flag, key, text: text.to_owned() }).collect(),
    })
}

/// The pool of threads that a command works on.
pub(crate) fn threads(asked: Option<u16>) -> Result<rayon::ThreadPool, Stop> {
    let threads = asked.map_or(0, usize::from);
    rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .thread_name(|index| format!("seedbed-{index}"))
        .build()
        .context("cannot start the worker threads")
        .or_host()
}

/// What runs the components of a command, so many calls at once; its metrics count what it does.
pub(crate) fn workers(session: &Session, threads: usize, no_cache: bool) -> Result<Workers, Stop> {
    workers_of(&session.config, &session.telemetry, threads, no_cache)
}

/// The same for another configuration than the session's.
pub(crate) fn workers_of(
    config: &Config,
    telemetry: &Telemetry,
    threads: usize,
    no_cache: bool,
) -> Result<Workers, Stop> {
    let sandbox = sandbox(config, telemetry, threads, no_cache);
    let isolation = match config.sandbox.isolation {
        config::Isolation::None | config::Isolation::InProcess => Isolation::None,
        config::Isolation::Process => Isolation::Process,
    };
    let program = Program::this([args::WORKER]);
    let workers = Workers::new(WorkersConfig { sandbox, isolation, program, compile: CompileLimits::default() });
    let workers = workers.or_host()?;
    for layer in workers.layers().into_iter().flatten() {
        // Without one of these, code that broke out could reach files or the network; the others stand behind them.
        let matters = matches!(layer.wall, Wall::Landlock | Wall::Seccomp);
        if matters && !layer.is_active() {
            tracing::warn!("worker processes: {layer}");
        } else {
            tracing::debug!("worker processes: {layer}");
        }
    }
    Ok(workers)
}

/// How the sandbox of a command is set up, wherever it is.
pub(crate) fn sandbox(config: &Config, telemetry: &Telemetry, threads: usize, no_cache: bool) -> SandboxConfig {
    SandboxConfig {
        memory: config.limits.memory.as_bytes(),
        concurrency: NonZeroUsize::new(threads).unwrap_or(NonZeroUsize::MIN),
        strict_nan: config.sandbox.strict_nan,
        size: SizeLimits { bytes: config.limits.component_size.as_bytes(), ..SizeLimits::default() },
        cache: if no_cache { None } else { cache(&config.sandbox.cache) },
        observer: Some(telemetry.observer()),
        ..SandboxConfig::default()
    }
}

/// The key never lies in the cache's folder, whoever chose that.
fn cache(wanted: &Cache) -> Option<CacheConfig> {
    let user = folders::compiled_cache();
    if user.is_none() && *wanted != Cache::Off {
        tracing::warn!("compiling without a cache: no home folder; set HOME, or XDG_CACHE_HOME and XDG_STATE_HOME");
    }
    match wanted {
        Cache::Off => None,
        Cache::User => user,
        Cache::Folder(folder) => user.map(|user| CacheConfig { folder: folder.clone(), ..user }),
    }
}

/// What the operator grants to every plugin.
pub(crate) fn grant(config: &Config) -> Grant {
    Grant {
        limits: Limits {
            fuel_base: config.limits.fuel_base,
            fuel_per_bar: config.limits.fuel_per_bar,
            deadline: config.limits.deadline,
            timeout: None,
            memory: config.limits.memory.as_bytes(),
        },
        wasi: match config.sandbox.wasi {
            config::Wasi::Deny => WasiPolicy::Deny,
            config::Wasi::Inert => WasiPolicy::Inert,
        },
    }
}

/// What the operator allows plugin files to cost.
pub(crate) fn file_limits(config: &Config) -> FileLimits {
    FileLimits { component: config.limits.component_size, ..FileLimits::default() }
}

/// The account that trades; bars a year as configured, else as told from the bars.
pub(crate) fn account(config: &config::Backtest, inferred_bars_per_year: f64) -> backtest::Settings {
    backtest::Settings {
        fill: match config.fill {
            config::Fill::NextOpen => backtest::Fill::NextOpen,
            config::Fill::Close => backtest::Fill::Close,
        },
        fees: config.fees,
        slippage: config.slippage,
        stop_slippage: config.stop_slippage,
        size: match config.size {
            config::Size::AllIn => backtest::Size::AllIn,
            config::Size::Units(units) => backtest::Size::Units(units),
        },
        sides: match config.sides {
            config::Sides::Long => backtest::Sides::Long,
            config::Sides::Short => backtest::Sides::Short,
            config::Sides::Both => backtest::Sides::Both,
        },
        entry_threshold: config.entry_threshold,
        entry: match config.entry {
            config::Entry::Edge => backtest::EntryMode::Edge,
            config::Entry::Level => backtest::EntryMode::Level,
        },
        cash: config.cash,
        bars_per_year: config.bars_per_year.unwrap_or(inferred_bars_per_year),
    }
}

/// How genomes are mutated. The configuration has checked every range.
pub(crate) fn mutation(config: &config::ExitMutation) -> MutationSettings {
    let [parametric, structural, relational] = config.tier_weights;
    let defaults = ParameterRanges::default();
    let range = |(low, high), default| Interval::new(low, high).unwrap_or(default);
    MutationSettings {
        exits: config.enabled,
        exit_probability: config.probability,
        tiers: TierWeights { parametric, structural, relational },
        ranges: ParameterRanges {
            stop_loss: range(config.stop_loss_range, defaults.stop_loss),
            take_profit: range(config.take_profit_range, defaults.take_profit),
            trailing: range(config.trailing_range, defaults.trailing),
        },
        drift_free: config.drift_free,
        ..MutationSettings::default()
    }
}
