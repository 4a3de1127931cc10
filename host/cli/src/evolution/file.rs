use std::collections::BTreeMap;
use std::fmt::Display;
use std::time::Duration;

use anyhow::{Context, anyhow, bail};
use seedbed_backtest::splits::Training;
use seedbed_evaluate::{Objective, Plugin};
use seedbed_evolve::{Algorithm, EvolutionSettings};
use seedbed_run::Division;
use seedbed_settings::{Key, Origin};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::args::{AlgorithmChoice, Budget, Evolve, TrainingMode};
use crate::config::{self, CATALOGUE, Config};

/// What a run began with, as the store keeps it: enough to begin it anew, or to go on with it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct RunFile {
    /// Version of this form.
    pub(crate) version: u32,
    /// Version of the program.
    pub(crate) seedbed: String,
    /// When it began, ISO 8601.
    pub(crate) started: String,
    /// Where plugins were looked for; none for the built-in seeds.
    pub(crate) paths: Vec<String>,
    /// The one family that was asked for.
    pub(crate) family: Option<String>,
    /// The plugins that evolve.
    pub(crate) plugins: Vec<PluginRef>,
    /// The prices.
    pub(crate) symbols: Vec<SymbolRef>,
    /// Every value of the configuration that is not the default and that a result can depend on.
    pub(crate) settings: BTreeMap<String, String>,
    /// What is searched, and how.
    pub(crate) search: SearchPlan,
}

/// A plugin of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PluginRef {
    pub(crate) name: String,
    pub(crate) version: String,
    /// BLAKE3 of its component, hexadecimal.
    pub(crate) component: String,
}

/// A symbol of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SymbolRef {
    pub(crate) name: String,
    /// The hash of its bars, hexadecimal.
    pub(crate) bars: String,
}

/// What is searched, and how.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct SearchPlan {
    pub(crate) seed: u64,
    pub(crate) algorithm: String,
    pub(crate) objective: String,
    pub(crate) budget_evaluations: Option<u64>,
    pub(crate) budget_seconds: Option<u64>,
    pub(crate) windows: u16,
    pub(crate) training: String,
    pub(crate) train_tests: u16,
    pub(crate) purge: usize,
    pub(crate) embargo: usize,
    pub(crate) min_trades: usize,
    pub(crate) adaptive_tiers: bool,
    /// Parts of a training that candidates are raced over; 1 of a run that was begun before there were any.
    #[serde(default = "whole")]
    pub(crate) folds: u16,
    pub(crate) restart_after: Option<u32>,
}

impl RunFile {
    const VERSION: u32 = 1;

    pub(crate) fn new(started: String, paths: Vec<String>, args: &Evolve, config: &Config) -> Self {
        Self {
            version: Self::VERSION,
            seedbed: env!("CARGO_PKG_VERSION").to_owned(),
            started,
            paths,
            family: args.family.family.map(|family| family.name().to_owned()),
            plugins: Vec::new(),
            symbols: Vec::new(),
            settings: settings(config),
            search: SearchPlan::new(args, &config.evolution),
        }
    }

    pub(crate) fn from_value(value: Value) -> anyhow::Result<Self> {
        match value.get("version").and_then(Value::as_u64) {
            Some(version) if version > u64::from(Self::VERSION) => bail!(
                "the run was begun by a newer seedbed (version {version} of run.json, this one reads {}); use that one",
                Self::VERSION
            ),
            _ => serde_json::from_value(value).context("run.json cannot be read"),
        }
    }

    pub(crate) fn to_value(&self) -> anyhow::Result<Value> {
        serde_json::to_value(self).context("run.json cannot be written")
    }

    /// The settings as flags that go before any others; those that the run began without are their defaults.
    pub(crate) fn flags(&self) -> anyhow::Result<Vec<(&'static str, &'static str, String)>> {
        if let Some(path) = self.settings.keys().find(|path| CATALOGUE.key(path).is_none()) {
            bail!("the run was begun with {path}, which this seedbed does not know; use the one that began it");
        }
        let flag = |(key, text): (&'static Key, String)| ("--resume", key.path(), text);
        Ok(with_defaults(&self.settings).map(flag).collect())
    }

    /// Nothing is set that the run began without and that has no default to go back to.
    pub(crate) fn check_settings(&self, config: &Config) -> anyhow::Result<()> {
        let now = settings(config);
        let begun: BTreeMap<_, _> = with_defaults(&self.settings).map(|(key, text)| (key.path(), text)).collect();
        match now.keys().find(|path| !begun.contains_key(path.as_str())) {
            Some(path) => bail!("{path} is set now, and was not when the run began; unset it, or begin a new run"),
            None => Ok(()),
        }
    }

    /// The plugins are those that the run began with.
    pub(crate) fn check_plugins(&self, plugins: &[PluginRef]) -> anyhow::Result<()> {
        for begun in &self.plugins {
            match plugins.iter().find(|plugin| plugin.name == begun.name) {
                None => bail!("plugin {} is no longer there; the run began with it", begun.name),
                Some(plugin) if plugin.component != begun.component => bail!(
                    "plugin {} has changed since the run began: it was component {}, now it is {}; put the old one back, or begin a new run",
                    begun.name,
                    begun.component,
                    plugin.component
                ),
                Some(_) => {}
            }
        }
        match plugins.iter().find(|plugin| self.plugins.iter().all(|begun| begun.name != plugin.name)) {
            Some(new) => {
                bail!("plugin {} was not there when the run began; take it away, or begin a new run", new.name)
            }
            None => Ok(()),
        }
    }
}

impl RunFile {
    /// All that a run begins with, by name.
    pub(crate) fn beginning(&self) -> BTreeMap<String, String> {
        let settings = with_defaults(&self.settings).map(|(key, value)| (key.path().to_owned(), value));
        let plugins = self.plugins.iter();
        let plugins = plugins
            .map(|plugin| (format!("plugin {}", plugin.name), format!("{} {}", plugin.version, plugin.component)));
        let prices = self.symbols.iter().map(|symbol| (format!("prices {}", symbol.name), symbol.bars.clone()));
        let search =
            serde_json::to_value(&self.search).ok().and_then(|search| search.as_object().cloned()).unwrap_or_default();
        let search = search.into_iter().map(|(name, value)| (name.replace('_', " "), bare(&value)));
        let program = [("seedbed".to_owned(), self.seedbed.clone())];
        settings.chain(plugins).chain(prices).chain(search).chain(program).collect()
    }
}

/// Every setting that a result depends on, by key.
pub(crate) fn effective(config: &Config) -> BTreeMap<String, String> {
    with_defaults(&settings(config)).map(|(key, value)| (key.path().to_owned(), value)).collect()
}

impl PluginRef {
    pub(crate) fn of(plugin: &Plugin) -> Self {
        Self {
            name: plugin.description().name.clone(),
            version: plugin.version().to_string(),
            component: plugin.component().hash().to_string(),
        }
    }
}

/// What is set, of the keys that a result depends on.
fn settings(config: &Config) -> BTreeMap<String, String> {
    let set = config.settings.iter().filter(|setting| setting.origin != Origin::Default && counts(setting.key));
    set.map(|setting| (setting.key.path().to_owned(), bare(&setting.value))).collect()
}

/// Whether a result depends on a key; it does not on paths, addresses and levels.
fn counts(key: &Key) -> bool {
    const SECTIONS: [&str; 4] = ["limits", "backtest", "exit_mutation", "evolution"];
    const KEYS: [&str; 2] = ["sandbox.wasi", "sandbox.strict_nan"];
    let section = key.path().split('.').next().unwrap_or_default();
    SECTIONS.contains(&section) || KEYS.contains(&key.path())
}

/// Every key that counts with what is set, else with its default.
fn with_defaults(settings: &BTreeMap<String, String>) -> impl Iterator<Item = (&'static Key, String)> {
    let in_units = settings.contains_key("backtest.units");
    let keys = CATALOGUE.keys().iter().filter(move |key| counts(key) && !(in_units && key.path() == "backtest.size"));
    keys.filter_map(|key| Some((key, settings.get(key.path()).cloned().or_else(|| Some(bare(&key.default_value()?)))?)))
}

/// A value as a flag takes it.
fn bare(value: &impl Display) -> String {
    value.to_string().trim_matches('"').to_owned()
}

fn whole() -> u16 {
    1
}

impl SearchPlan {
    /// The final evolution of a run as `seedbed evolve` begins it, without any window before: the same bars stay untouched.
    pub(crate) fn without_windows(seed: u64) -> Self {
        Self {
            seed,
            algorithm: Algorithm::default().name().to_owned(),
            objective: Objective::default().name().to_owned(),
            budget_evaluations: None,
            budget_seconds: None,
            windows: 0,
            training: "anchored".to_owned(),
            train_tests: 7,
            purge: 0,
            embargo: 0,
            min_trades: 0,
            adaptive_tiers: false,
            folds: 1,
            restart_after: None,
        }
    }

    pub(crate) fn new(args: &Evolve, evolution: &config::Evolution) -> Self {
        let (budget_evaluations, budget_seconds) = match args.budget {
            None => (None, None),
            Some(Budget::Evaluations(evaluations)) => (Some(evaluations), None),
            Some(Budget::Time(time)) => (None, Some(time.as_secs())),
        };
        let evaluations = budget_evaluations
            .unwrap_or_else(|| u64::from(evolution.population_size) * u64::from(evolution.generations));
        let algorithm = match args.algorithm {
            AlgorithmChoice::Auto => Algorithm::auto(evaluations),
            AlgorithmChoice::This(algorithm) => algorithm,
        };
        Self {
            seed: args.seed,
            algorithm: algorithm.name().to_owned(),
            objective: args.objective.name().to_owned(),
            budget_evaluations,
            budget_seconds,
            windows: args.windows.windows,
            training: match args.windows.training {
                TrainingMode::Anchored => "anchored".to_owned(),
                TrainingMode::Rolling => "rolling".to_owned(),
            },
            train_tests: args.windows.train_tests,
            purge: args.windows.purge,
            embargo: args.windows.embargo,
            min_trades: args.windows.min_trades,
            adaptive_tiers: args.adaptive_tiers,
            folds: args.race.unwrap_or(1),
            restart_after: args.restart_after,
        }
    }

    pub(crate) fn algorithm(&self) -> anyhow::Result<Algorithm> {
        Algorithm::from_name(&self.algorithm).ok_or_else(|| anyhow!("algorithm {} is not known", self.algorithm))
    }

    pub(crate) fn objective(&self) -> anyhow::Result<Objective> {
        Objective::from_name(&self.objective).ok_or_else(|| anyhow!("objective {} is not known", self.objective))
    }

    pub(crate) fn time(&self) -> Option<Duration> {
        self.budget_seconds.map(Duration::from_secs)
    }

    pub(crate) fn division(&self) -> anyhow::Result<Division> {
        Ok(Division {
            windows: self.windows.into(),
            train_tests: self.train_tests.into(),
            training: match self.training.as_str() {
                "anchored" => Training::Anchored,
                "rolling" => Training::Rolling,
                other => bail!("training {other} is not known"),
            },
            purge: self.purge,
            embargo: self.embargo,
        })
    }

    /// A budget of evaluations or of time goes on past the configured generations until it is spent.
    pub(crate) fn evolution(&self, config: &config::Evolution, attempts: u32) -> EvolutionSettings {
        let generations = match (self.budget_evaluations, self.budget_seconds) {
            (None, None) => config.generations,
            _ => u32::MAX,
        };
        EvolutionSettings {
            population: config.population_size,
            generations,
            mutation_rate: config.mutation_rate,
            crossover_rate: config.crossover_rate,
            elite_ratio: config.elite_ratio,
            attempts,
            budget: self.budget_evaluations,
            adaptive_tiers: self.adaptive_tiers,
            stagnation: self.restart_after,
            ..EvolutionSettings::default()
        }
    }
}
