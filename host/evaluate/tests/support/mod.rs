//! Seeds and series that the suites on scoring share.
#![allow(
    dead_code,
    clippy::unwrap_used,
    reason = "a test fails by panicking, and each suite uses its own part of this"
)]

use std::sync::Arc;
use std::time::Duration;

use seedbed_backtest::Settings;
use seedbed_evaluate::{Examiner, Excerpt, Grant, Memo, Plugin, Source, Stage, open};
use seedbed_genome::{Exit, ExitGenome, Genome, Mechanism};
use seedbed_market::{Bars, SynthConfig, synthesize};
use seedbed_worker::{Limits, SandboxConfig, WasiPolicy, Workers};

/// A built-in seed under these limits.
pub(crate) fn plugin(name: &str, config: &SandboxConfig, grant: Grant) -> Arc<Plugin> {
    let workers = Workers::in_process(config).unwrap();
    let seed = seedbed_guests::seeds().iter().find(|seed| seed.name == name).unwrap();
    let source = Source::Embedded { name: seed.name, component: seed.component };
    open(&workers, vec![source], &grant).pop().unwrap().plugin.unwrap()
}

/// As everybody gets it.
pub(crate) fn bollinger_bands() -> Arc<Plugin> {
    plugin("bollinger-bands", &SandboxConfig::default(), grant())
}

pub(crate) fn grant() -> Grant {
    Grant { limits: Limits::default(), wasi: WasiPolicy::Deny }
}

pub(crate) fn bars(count: usize, seed: u64) -> Bars {
    synthesize(&SynthConfig { bars: count, seed, ..SynthConfig::default() }).unwrap()
}

pub(crate) fn excerpt(symbol: &str, bars: Bars, start: usize) -> Excerpt {
    Excerpt { symbol: symbol.to_owned(), bars, start, settings: Settings::default() }
}

pub(crate) fn examiner<'a, 's>(stage: &'a Stage<'s>, memo: Option<&'a Memo>) -> Examiner<'a, 's> {
    Examiner { stage, memo, timeout: Duration::from_secs(60), audit: false }
}

/// The plugin's own genome with other bands, and a stop of its own.
pub(crate) fn genome(plugin: &Plugin, lookback: u32, stop: f64) -> Genome {
    let mut exits: ExitGenome = plugin.exits().genome;
    exits.insert(Exit::new(Mechanism::FixedStop).with_value(0, stop));
    let mut parameters = plugin.parameters().to_vec();
    if let Some(first) = parameters.first_mut() {
        *first = f64::from(lookback);
    }
    Genome { parameters, exits }
}
