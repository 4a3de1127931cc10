use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};
use seedbed_evaluate::Objective;
use seedbed_evolve::Algorithm;
use seedbed_genome::Family;

/// Runs trading strategies that you did not write, inside a WebAssembly sandbox, on real prices.
#[derive(Debug, Parser)]
#[command(name = "seedbed", version, propagate_version = true, after_help = EXIT_CODES)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXIT_CODES: &str =
    "Exit codes: 0 all well, 1 a plugin or check failed, 2 usage or configuration, 3 the host failed, 130 interrupted.";

/// What every command takes.
#[derive(Debug, Args)]
#[command(next_help_heading = "Everywhere")]
pub(crate) struct Global {
    /// Configuration file; without it ./seedbed.toml is read if it is there
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// error, warn, info, debug, trace, or directives such as seedbed_sandbox=debug [default: info]
    #[arg(long, global = true, value_name = "LEVEL")]
    pub(crate) log_level: Option<String>,
    /// Serve Prometheus metrics at http://ADDR/metrics while the command runs; port 0 finds a free one
    #[arg(long, global = true, value_name = "ADDR")]
    pub(crate) metrics: Option<String>,
    /// Write metrics to FILE each 5 seconds and at the end, for a node exporter
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) metrics_file: Option<String>,
    /// Run components in worker processes that are shut in (process), or in this one (none) [default: process]
    #[arg(long, global = true, value_name = "WHERE")]
    pub(crate) isolation: Option<String>,
}

impl Global {
    /// The flags that were given: flag, key, text.
    pub(crate) fn given(&self) -> impl Iterator<Item = (&'static str, &'static str, &str)> {
        [
            ("--log-level", "logging.level", &self.log_level),
            ("--metrics", "metrics.address", &self.metrics),
            ("--metrics-file", "metrics.file", &self.metrics_file),
            ("--isolation", "sandbox.isolation", &self.isolation),
        ]
        .into_iter()
        .filter_map(|(flag, key, text)| Some((flag, key, text.as_deref()?)))
    }
}

/// The command by which a process starts its workers.
pub(crate) const WORKER: &str = "worker";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Evaluate plugins on prices: one scored and explained row each
    Evaluate(Box<Evaluate>),
    /// List the built-in seeds, or show one
    Seeds(Seeds),
    /// Tell whether plugins may run here, and whether they cheat: a verdict each, by rules that can be explained
    Review(Review),
    /// Pin reviewed plugins by hash in seedbed.lock, so that a changed one is refused
    Trust(Trust),
    /// Tell which plugins are ready for how much data
    Ready(Ready),
    /// Mutate plugins' genomes, validate every child in the sandbox, and count what happened
    Mutate(Box<Mutate>),
    /// Tell what mutation logs hold: parameters, clamps, errors and the trend
    Mutations(Mutations),
    /// Evolve plugins' exits and parameters on prices, and tell whether the winner is luck
    Evolve(Box<Evolve>),
    /// List the runs of a store, or show one
    Runs(Runs),
    /// Set runs, or two configurations, side by side
    Compare(Compare),
    /// Write a run as one self-contained HTML file
    Report(ReportFile),
    /// Measure what mutation costs on this machine, and compare with earlier figures
    Bench(Bench),
    /// Start a plugin crate that builds and passes its own tests
    New(New),
    /// Build the plugin crates in a directory to components
    Build(Build),
    /// Check price files, or make synthetic ones
    #[command(subcommand)]
    Data(Data),
    /// Check or show the configuration, or start one
    #[command(subcommand)]
    Config(Configuration),
    /// Serve another seedbed process over standard input, shut in
    #[command(name = WORKER, hide = true)]
    Worker,
}

#[derive(Debug, Args)]
pub(crate) struct Evaluate {
    #[command(flatten)]
    pub(crate) plugins: Plugins,
    /// Prices, CSV or Parquet; may be given several times, once a symbol [default: the embedded IBM daily bars]
    #[arg(long, value_name = "FILE")]
    pub(crate) data: Vec<PathBuf>,
    /// How to print the rows: table for people, json for programs
    #[arg(long, value_enum, default_value_t, hide_possible_values = true)]
    pub(crate) format: Format,
    /// Write every trade to FILE, CSV or Parquet by its ending
    #[arg(long, value_name = "FILE")]
    pub(crate) trades: Option<PathBuf>,
    /// Score this genome instead of each plugin's own: a champion of `seedbed evolve`, or `-` for a genome a line on stdin
    #[arg(long, value_name = "FILE")]
    pub(crate) genome: Option<PathBuf>,
    /// Trade and score only these bars of each symbol, counted from 0; the ones before are history that plugins see
    #[arg(long, value_name = "FROM..TO", requires = "genome")]
    pub(crate) window: Option<Window>,
    #[command(flatten)]
    pub(crate) backtest: Backtest,
}

/// Bars from the first to before the last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Window(pub(crate) std::ops::Range<usize>);

impl FromStr for Window {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let ends = text.split_once("..").and_then(|(from, to)| Some((from.parse().ok()?, to.parse().ok()?)));
        match ends {
            Some((from, to)) if from < to => Ok(Self(from..to)),
            _ => Err("a window is two numbers of bars, the smaller first, such as 2862..3270".to_owned()),
        }
    }
}

/// Which plugins a command works on, and how.
#[derive(Debug, Args)]
pub(crate) struct Plugins {
    /// A directory of plugins (folders with a plugin.toml, bare .wasm files) or one of them; without it the built-in seeds
    pub(crate) path: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) family: OfFamily,
    /// Threads to work on [default: one a core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) threads: Option<u16>,
    /// Compile every component anew and keep nothing
    #[arg(long)]
    pub(crate) no_cache: bool,
    #[command(flatten)]
    pub(crate) admission: Admission,
}

/// A filter by family.
#[derive(Debug, Args)]
pub(crate) struct OfFamily {
    /// Only plugins of this family, such as momentum or mean-reversion
    #[arg(long, value_name = "FAMILY", value_parser = family)]
    pub(crate) family: Option<Family>,
}

fn family(name: &str) -> Result<Family, String> {
    Family::from_name(name).ok_or_else(|| {
        let known: Vec<_> = Family::ALL.iter().map(|family| family.name()).collect();
        format!("known families are {}", known.join(", "))
    })
}

#[derive(Debug, Args)]
pub(crate) struct Seeds {
    /// Show this seed: parameters, exits, data needs
    pub(crate) name: Option<String>,
    #[command(flatten)]
    pub(crate) family: OfFamily,
    /// How to print: table for people, json for programs, markdown for documents
    #[arg(long, value_enum, default_value_t, hide_possible_values = true)]
    pub(crate) format: SeedsFormat,
}

/// How the list of seeds is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum SeedsFormat {
    #[default]
    Table,
    Json,
    Markdown,
}

#[derive(Debug, Args)]
pub(crate) struct Review {
    /// Directories of plugins, plugins, or names of built-in seeds; without one all of the seeds
    #[arg(value_name = "PLUGIN")]
    pub(crate) plugins: Vec<PathBuf>,
    /// Prices to try plugins out on, CSV or Parquet [default: the embedded IBM daily bars]
    #[arg(long, value_name = "FILE", conflicts_with = "static_only")]
    pub(crate) data: Option<PathBuf>,
    /// Look at the binaries only, and run nothing
    #[arg(long = "static")]
    pub(crate) static_only: bool,
    /// An earlier component, to say what changed since
    #[arg(long, value_name = "FILE")]
    pub(crate) baseline: Option<PathBuf>,
    /// How to print: text or html for people, json for programs, sarif for code-scanning tools
    #[arg(long, value_enum, default_value_t, hide_possible_values = true)]
    pub(crate) format: ReviewFormat,
    /// Write the report to FILE instead of stdout; an existing file is replaced
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// End with exit code 1 on warnings, too
    #[arg(long)]
    pub(crate) strict: bool,
    /// Print the page of a rule, by its id or name, and review nothing
    #[arg(long, value_name = "RULE", conflicts_with_all = ["plugins", "data", "static_only", "baseline", "format", "output", "strict", "rules"])]
    pub(crate) explain: Option<String>,
    /// List all rules with their levels under the policy, and review nothing
    #[arg(long, conflicts_with_all = ["plugins", "data", "static_only", "baseline", "format", "output", "strict"])]
    pub(crate) rules: bool,
    #[command(flatten)]
    pub(crate) grounds: Grounds,
}

/// How a review is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum ReviewFormat {
    #[default]
    Text,
    Json,
    Sarif,
    Html,
}

/// What plugins are judged by.
#[derive(Debug, Args)]
pub(crate) struct Grounds {
    /// Policy to review under; overrides review.policy of the configuration [default: the built-in policy]
    #[arg(long, value_name = "FILE")]
    pub(crate) policy: Option<String>,
    /// Refuse every plugin that seedbed.lock does not pin exactly as it is
    #[arg(long)]
    pub(crate) frozen: bool,
}

impl Grounds {
    /// The flags that were given: flag, key, text.
    pub(crate) fn given(&self) -> impl Iterator<Item = (&'static str, &'static str, &str)> {
        let policy = self.policy.as_deref().map(|policy| ("--policy", "review.policy", policy));
        let frozen = self.frozen.then_some(("--frozen", "review.frozen", "true"));
        policy.into_iter().chain(frozen)
    }
}

#[derive(Debug, Args)]
pub(crate) struct Trust {
    /// Plugins or directories of them: each is reviewed, and pinned unless it fails
    #[arg(value_name = "PLUGIN", required_unless_present_any = ["list", "forget"])]
    pub(crate) plugins: Vec<PathBuf>,
    /// Policy to review under; overrides review.policy of the configuration [default: the built-in policy]
    #[arg(long, value_name = "FILE")]
    pub(crate) policy: Option<String>,
    /// Pin also what fails: it then runs in spite of it, as long as component, policy and findings stay exactly these
    #[arg(long)]
    pub(crate) accept_failures: bool,
    /// Prices to try plugins out on, CSV or Parquet [default: the embedded IBM daily bars]
    #[arg(long, value_name = "FILE", conflicts_with = "static_only")]
    pub(crate) data: Option<PathBuf>,
    /// Decide by the binaries only, and run nothing
    #[arg(long = "static")]
    pub(crate) static_only: bool,
    /// List what is pinned
    #[arg(long, conflicts_with_all = ["plugins", "accept_failures", "data", "static_only"])]
    pub(crate) list: bool,
    /// Take the pin of a plugin away; may be given several times
    #[arg(long, value_name = "NAME", conflicts_with_all = ["plugins", "accept_failures", "data", "static_only", "list"])]
    pub(crate) forget: Vec<String>,
    /// How to print what was decided: table for people, json for programs
    #[arg(long, value_enum, default_value_t, hide_possible_values = true)]
    pub(crate) format: Format,
}

impl Trust {
    /// The flag that sets a key, if it was given: flag, key, text.
    pub(crate) fn policy(&self) -> impl Iterator<Item = (&'static str, &'static str, &str)> {
        self.policy.as_deref().map(|policy| ("--policy", "review.policy", policy)).into_iter()
    }
}

/// Which plugins a command runs.
#[derive(Debug, Args)]
pub(crate) struct Admission {
    #[command(flatten)]
    pub(crate) grounds: Grounds,
    /// Run plugins that nobody reviewed; the output says so
    #[arg(long, conflicts_with_all = ["policy", "frozen"])]
    pub(crate) no_review: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Ready {
    #[command(flatten)]
    pub(crate) plugins: Plugins,
    /// Prices, CSV or Parquet; may be given several times, once a symbol [default: the embedded IBM daily bars]
    #[arg(long, value_name = "FILE")]
    pub(crate) data: Vec<PathBuf>,
    /// Take only the last N bars of each symbol
    #[arg(long, value_name = "N")]
    pub(crate) bars: Option<usize>,
    /// How to print the rows: table for people, json for programs
    #[arg(long, value_enum, default_value_t, hide_possible_values = true)]
    pub(crate) format: Format,
}

#[derive(Debug, Args)]
pub(crate) struct Mutate {
    #[command(flatten)]
    pub(crate) plugins: Plugins,
    /// Lines of descent of each plugin, all from its own genome
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) count: u32,
    /// Mutations of each line, one upon the other
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) generations: u32,
    /// Seed of the random numbers: the same seed gives the same children
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub(crate) seed: u64,
    /// Prices that children are validated on, CSV or Parquet [default: the embedded IBM daily bars]
    #[arg(long, value_name = "FILE")]
    pub(crate) data: Option<PathBuf>,
    /// Run `signals` for children with their parent's parameters, too
    #[arg(long)]
    pub(crate) paranoid: bool,
    /// Append one JSON line an attempt to FILE
    #[arg(long, value_name = "FILE")]
    pub(crate) log: Option<PathBuf>,
    /// Write `clamped` as true or false into the log, as older readers expect it
    #[arg(long, requires = "log")]
    pub(crate) compat: bool,
    /// Print every child as its differences to its parent
    #[arg(long)]
    pub(crate) show: bool,
    /// End with exit code 1 when a plugin's success rate is below RATE, 0 to 1
    #[arg(long, value_name = "RATE", value_parser = rate)]
    pub(crate) min_success_rate: Option<f64>,
    /// How to print the statistics: table for people, json for programs
    #[arg(long, value_enum, default_value_t, hide_possible_values = true)]
    pub(crate) format: Format,
}

#[derive(Debug, Args)]
pub(crate) struct Mutations {
    /// Logs of `seedbed mutate --log`, each read with the older files beside it, FILE.1 and so on
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// How to print what they hold: table for people, json for programs
    #[arg(long, value_enum, default_value_t, hide_possible_values = true)]
    pub(crate) format: Format,
}

#[derive(Debug, Args)]
pub(crate) struct Evolve {
    /// Directories of plugins, or plugins, that evolve beside each other; without one the built-in seeds
    #[arg(value_name = "PLUGIN")]
    pub(crate) plugins: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) family: OfFamily,
    /// Prices, CSV or Parquet; may be given several times, once a symbol [default: the embedded IBM daily bars]
    #[arg(long, value_name = "FILE")]
    pub(crate) data: Vec<PathBuf>,
    /// Individuals of a generation, of all plugins together [default: 50]
    #[arg(long, value_name = "N")]
    pub(crate) population: Option<String>,
    /// Generations of each evolution [default: 10]
    #[arg(long, value_name = "N")]
    pub(crate) generations: Option<String>,
    /// Seed of the random numbers: the same seed gives the same run
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub(crate) seed: u64,
    /// Evaluations of each evolution (2000), or wall clock of the whole run (90s, 10m, 2h), instead of a number of generations
    #[arg(long, value_name = "EVALS|TIME", conflicts_with = "generations")]
    pub(crate) budget: Option<Budget>,
    /// How generations follow each other: ga, lshade, nsga2, random, or auto: lshade from 2,000 evaluations, ga below
    #[arg(long, value_name = "NAME", default_value = "ga", value_parser = algorithm)]
    pub(crate) algorithm: AlgorithmChoice,
    /// What is made as large as it can be: sharpe, sortino, calmar, cagr, return, drawdown
    #[arg(long, value_name = "NAME", default_value = "sharpe", value_parser = objective)]
    pub(crate) objective: Objective,
    #[command(flatten)]
    pub(crate) windows: Windows,
    /// Draw the tiers of mutation as they succeed, each with a floor, instead of by their weights
    #[arg(long)]
    pub(crate) adaptive_tiers: bool,
    /// Score candidates on N parts of the training one after the other, by the mean, and give one up that can no longer win
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(2..=20))]
    pub(crate) race: Option<u16>,
    /// Start an island anew around its best after N generations without a better one
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) restart_after: Option<u32>,
    /// Compute everything anew, and keep neither signals nor scores
    #[arg(long)]
    pub(crate) no_memo: bool,
    /// Ask components again whose signals are known, one of sixteen, and end the run where an answer differs
    #[arg(long, conflicts_with = "no_memo")]
    pub(crate) check_memo: bool,
    /// Go on with a run that was stopped or killed; everything else is as it was begun
    #[arg(long, value_name = "RUN", conflicts_with_all = ["plugins", "family", "data", "population", "generations", "seed", "budget", "algorithm", "objective", "name", "adaptive_tiers", "race", "restart_after", "Windows", "Backtest"])]
    pub(crate) resume: Option<String>,
    /// Name of the run [default: the time and the plugin]
    #[arg(long, value_name = "RUN")]
    pub(crate) name: Option<String>,
    /// Write the champion to FILE, for `seedbed evaluate --genome`
    #[arg(long, value_name = "FILE")]
    pub(crate) champion: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) store: StorePath,
    /// Threads to work on [default: one a core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) threads: Option<u16>,
    /// Compile every component anew and keep nothing
    #[arg(long)]
    pub(crate) no_cache: bool,
    /// How to print the result: table for people, json for programs
    #[arg(long, value_enum, default_value_t, hide_possible_values = true)]
    pub(crate) format: Format,
    #[command(flatten)]
    pub(crate) admission: Admission,
    #[command(flatten)]
    pub(crate) backtest: Backtest,
}

impl Evolve {
    /// The flags that set keys: flag, key, text.
    pub(crate) fn given(&self) -> impl Iterator<Item = (&'static str, &'static str, &str)> {
        let own = [
            ("--population", "evolution.population_size", &self.population),
            ("--generations", "evolution.generations", &self.generations),
        ];
        let own = own.into_iter().filter_map(|(flag, key, text)| Some((flag, key, text.as_deref()?)));
        own.chain(self.backtest.given()).chain(self.admission.grounds.given())
    }
}

/// How the history is divided.
#[derive(Debug, Clone, Copy, Args)]
#[command(next_help_heading = "Walk forward")]
pub(crate) struct Windows {
    /// Windows that are trained on and then tested; 0 for none. The last part of the history stays untouched in any case
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u16).range(0..=100))]
    pub(crate) windows: u16,
    /// Where the training of later windows begins: anchored at the first bar, or rolling along
    #[arg(long, value_enum, value_name = "MODE", default_value_t)]
    pub(crate) training: TrainingMode,
    /// Length of the first training, in tests
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub(crate) train_tests: u16,
    /// Bars before a test that are not trained on, because their outcome reaches into it
    #[arg(long, value_name = "BARS", default_value_t = 0)]
    pub(crate) purge: usize,
    /// Further bars before a test that are not trained on
    #[arg(long, value_name = "BARS", default_value_t = 0)]
    pub(crate) embargo: usize,
    /// Fewest trades of a test that counts
    #[arg(long, value_name = "N", default_value_t = 2)]
    pub(crate) min_trades: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum TrainingMode {
    #[default]
    Anchored,
    Rolling,
}

/// Where runs are kept.
#[derive(Debug, Args)]
pub(crate) struct StorePath {
    /// Folder that runs are kept in; overrides storage.path of the configuration [default: seedbed-store]
    #[arg(long, value_name = "DIR")]
    pub(crate) store: Option<String>,
}

impl StorePath {
    /// The flag, if it was given: flag, key, text.
    pub(crate) fn given(&self) -> impl Iterator<Item = (&'static str, &'static str, &str)> {
        self.store.as_deref().map(|text| ("--store", "storage.path", text)).into_iter()
    }
}

/// What an evolution may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Budget {
    /// Evaluations of each evolution.
    Evaluations(u64),
    /// Wall clock of the run.
    Time(Duration),
}

impl FromStr for Budget {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong =
            || "a budget is a number of evaluations, such as 2000, or a time, such as 90s, 10m or 2h".to_owned();
        if let Ok(evaluations) = text.parse::<u64>() {
            return if evaluations > 0 { Ok(Self::Evaluations(evaluations)) } else { Err(wrong()) };
        }
        let unit = text.char_indices().last().map(|(place, unit)| (text.get(..place).unwrap_or_default(), unit));
        let (number, seconds) = match unit {
            Some((number, 's')) => (number, 1),
            Some((number, 'm')) => (number, 60),
            Some((number, 'h')) => (number, 3600),
            _ => return Err(wrong()),
        };
        let seconds = number.parse::<u64>().ok().and_then(|number| number.checked_mul(seconds));
        seconds.filter(|seconds| *seconds > 0).map(|seconds| Self::Time(Duration::from_secs(seconds))).ok_or_else(wrong)
    }
}

/// An algorithm, or the choice of one by what the run may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AlgorithmChoice {
    Auto,
    This(Algorithm),
}

fn algorithm(name: &str) -> Result<AlgorithmChoice, String> {
    if name == "auto" {
        return Ok(AlgorithmChoice::Auto);
    }
    Algorithm::from_name(name).map(AlgorithmChoice::This).ok_or_else(|| {
        let known: Vec<_> = Algorithm::ALL.iter().map(|algorithm| algorithm.name()).collect();
        format!("known algorithms are {} and auto", known.join(", "))
    })
}

fn objective(name: &str) -> Result<Objective, String> {
    Objective::from_name(name).ok_or_else(|| {
        let known: Vec<_> = Objective::ALL.iter().map(|objective| objective.name()).collect();
        format!("known objectives are {}", known.join(", "))
    })
}

#[derive(Debug, Args)]
pub(crate) struct Runs {
    #[command(subcommand)]
    pub(crate) command: Option<RunsCommand>,
    #[command(flatten)]
    pub(crate) store: StorePath,
    /// How to print: table for people, json for programs
    #[arg(long, value_enum, default_value_t, hide_possible_values = true)]
    pub(crate) format: Format,
}

#[derive(Debug, Subcommand)]
pub(crate) enum RunsCommand {
    /// Show one run: how far it is, what it found, and whether that is luck
    Show {
        /// Its name, or the first letters of it
        run: String,
        #[command(flatten)]
        store: StorePath,
        /// How to print: table for people, json for programs
        #[arg(long, value_enum, default_value_t, hide_possible_values = true)]
        format: Format,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Compare {
    /// Two runs of the store, or two configurations (files ending in .toml) that are run over paired seeds
    #[arg(value_name = "RUN|CONFIG", num_args = 2, required = true)]
    pub(crate) sides: Vec<String>,
    /// Paired seeds of two configurations, 1 to N [default: 5]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub(crate) seeds: Option<u32>,
    /// Plugins that two configurations evolve; without one the built-in seeds
    #[arg(long, value_name = "PLUGIN")]
    pub(crate) plugins: Vec<PathBuf>,
    /// Prices of two configurations, CSV or Parquet [default: the embedded IBM daily bars]
    #[arg(long, value_name = "FILE")]
    pub(crate) data: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) store: StorePath,
    /// Threads to work on [default: one a core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) threads: Option<u16>,
    #[command(flatten)]
    pub(crate) admission: Admission,
    /// How to print: table for people, json for programs
    #[arg(long, value_enum, default_value_t, hide_possible_values = true)]
    pub(crate) format: Format,
}

#[derive(Debug, Args)]
pub(crate) struct ReportFile {
    /// The run's name, or the first letters of it
    pub(crate) run: String,
    /// Where to write [default: RUN.html]
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) store: StorePath,
}

fn rate(text: &str) -> Result<f64, String> {
    text.parse::<f64>()
        .ok()
        .filter(|rate| (0.0..=1.0).contains(rate))
        .ok_or_else(|| "a rate is a number from 0 to 1".into())
}

#[derive(Debug, Args)]
pub(crate) struct Bench {
    /// Write the figures to FILE as JSON; an existing file is replaced
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Compare with the figures in FILE, and end with exit code 1 when one is worse by more than the tolerance
    #[arg(long, value_name = "FILE")]
    pub(crate) compare: Option<PathBuf>,
    /// How much worse a figure may be, as a fraction
    #[arg(long, value_name = "FRACTION", default_value_t = 0.25, requires = "compare", value_parser = tolerance, allow_negative_numbers = true)]
    pub(crate) tolerance: f64,
    /// Seconds for each measurement
    #[arg(long, value_name = "SECONDS", default_value_t = 2.0, value_parser = seconds, allow_negative_numbers = true)]
    pub(crate) seconds: f64,
    /// How to print the figures: table for people, json for programs
    #[arg(long, value_enum, default_value_t, hide_possible_values = true)]
    pub(crate) format: Format,
}

fn tolerance(text: &str) -> Result<f64, String> {
    let tolerance = text.parse::<f64>().ok().filter(|tolerance| (0.0..=1000.0).contains(tolerance));
    tolerance.ok_or_else(|| "a tolerance is a fraction from 0 to 1000, such as 0.25 for a quarter".into())
}

fn seconds(text: &str) -> Result<f64, String> {
    let seconds = text.parse::<f64>().ok().filter(|seconds| (0.01..=3600.0).contains(seconds));
    seconds.ok_or_else(|| "a measurement takes 0.01 to 3600 seconds".into())
}

/// `[backtest]` of the configuration as flags; texts, so that one reader judges file, environment and flags alike.
#[derive(Debug, Args)]
#[command(next_help_heading = "Backtest (overrides [backtest] of the configuration)")]
pub(crate) struct Backtest {
    /// When a decision at a bar's close fills: next-open or close
    #[arg(long)]
    fill: Option<String>,
    /// Fees as a fraction of the traded value, each side
    #[arg(long, value_name = "FRACTION", allow_negative_numbers = true)]
    fees: Option<String>,
    /// Slippage of market fills as a fraction of the price
    #[arg(long, value_name = "FRACTION", allow_negative_numbers = true)]
    slippage: Option<String>,
    /// Trade with all the cash, whatever the configuration says: all-in
    #[arg(long, conflicts_with = "units")]
    size: Option<String>,
    /// Trade a fixed number of units instead of all the cash
    #[arg(long, value_name = "UNITS", allow_negative_numbers = true)]
    units: Option<String>,
    /// Sides to enter: long, short or both
    #[arg(long)]
    sides: Option<String>,
    /// Conviction beyond which an entry is wanted
    #[arg(long, value_name = "CONVICTION", allow_negative_numbers = true)]
    entry_threshold: Option<String>,
    /// edge: the first bar beyond the threshold enters; level: any such bar while flat
    #[arg(long)]
    entry: Option<String>,
    /// Cash at the start
    #[arg(long, value_name = "CASH", allow_negative_numbers = true)]
    cash: Option<String>,
    /// Bars a year for annual figures [default: told from the bars]
    #[arg(long, value_name = "BARS", allow_negative_numbers = true)]
    bars_per_year: Option<String>,
}

impl Backtest {
    /// The flags that were given: flag, key, text.
    pub(crate) fn given(&self) -> impl Iterator<Item = (&'static str, &'static str, &str)> {
        [
            ("--fill", "backtest.fill", &self.fill),
            ("--fees", "backtest.fees", &self.fees),
            ("--slippage", "backtest.slippage", &self.slippage),
            ("--size", "backtest.size", &self.size),
            ("--units", "backtest.units", &self.units),
            ("--sides", "backtest.sides", &self.sides),
            ("--entry-threshold", "backtest.entry_threshold", &self.entry_threshold),
            ("--entry", "backtest.entry", &self.entry),
            ("--cash", "backtest.cash", &self.cash),
            ("--bars-per-year", "backtest.bars_per_year", &self.bars_per_year),
        ]
        .into_iter()
        .filter_map(|(flag, key, text)| Some((flag, key, text.as_deref()?)))
    }
}

/// How a command prints its result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum Format {
    /// For people
    #[default]
    Table,
    /// For programs
    Json,
}

#[derive(Debug, Args)]
pub(crate) struct New {
    /// Name of the plugin and of its folder: a-z, 0-9 and -
    pub(crate) name: String,
    /// The built-in seed to start from; an unknown name lists them
    #[arg(long, default_value = "ema-crossover")]
    pub(crate) template: String,
    /// Use the SDK at PATH instead of a copy inside the plugin's folder
    #[arg(long, value_name = "PATH")]
    pub(crate) sdk_path: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Build {
    /// A plugin crate, or a directory of plugin crates
    #[arg(default_value = ".")]
    pub(crate) dir: PathBuf,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Data {
    /// Validate price files and say what they are
    Check {
        /// CSV or Parquet files
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        /// How to print what they are: table for people, json for programs
        #[arg(long, value_enum, default_value_t, hide_possible_values = true)]
        format: Format,
    },
    /// Write a seeded synthetic series: the same seed gives the same bytes
    Synth(Synth),
}

#[derive(Debug, Args)]
pub(crate) struct Synth {
    /// Where to write, CSV or Parquet by the ending; an existing file is replaced only with --force
    #[arg(value_name = "FILE")]
    pub(crate) to: PathBuf,
    /// Number of bars
    #[arg(long, default_value_t = 2_520, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) bars: u32,
    /// Seed of the random numbers
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// First price
    #[arg(long, default_value_t = 100.0, allow_negative_numbers = true)]
    pub(crate) price: f64,
    /// Mean of log returns a year
    #[arg(long, default_value_t = 0.05, allow_negative_numbers = true)]
    pub(crate) drift: f64,
    /// Standard deviation of log returns a year
    #[arg(long, default_value_t = 0.2, allow_negative_numbers = true)]
    pub(crate) volatility: f64,
    /// Replace an existing file
    #[arg(long)]
    pub(crate) force: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Configuration {
    /// Say everything that is wrong with a configuration, or that nothing is
    Check {
        /// The file to check, as with --config
        file: Option<PathBuf>,
        /// How to print what is wrong: table for people, json for programs
        #[arg(long, value_enum, default_value_t, hide_possible_values = true)]
        format: Format,
    },
    /// Print the effective configuration and where each value comes from
    Show {
        /// How to print the values: table for people, json for programs
        #[arg(long, value_enum, default_value_t, hide_possible_values = true)]
        format: Format,
    },
    /// Write the defaults as a file to edit: every key with its documentation, commented out
    Init {
        /// Where to write, - for stdout [default: the file that would be read, which is ./seedbed.toml]
        file: Option<PathBuf>,
        /// Replace an existing file
        #[arg(long)]
        force: bool,
    },
}
