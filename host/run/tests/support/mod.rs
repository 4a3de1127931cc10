//! Runs of the built-in seeds on series made here.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking, and each suite uses its own part of this"
)]

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use seedbed_backtest::Settings;
use seedbed_evaluate::{Examiner, Excerpt, Grant, Objective, Plugin, Source, Stage, open};
use seedbed_evolve::{Algorithm, EvolutionSettings};
use seedbed_genome::{Genome, MutationSettings};
use seedbed_market::{Bars, Columns, SynthConfig, synthesize};
use seedbed_report::report::Measured;
use seedbed_run::{Clocks, Division, Ended, Finished, Journal, RunSetup, Symbol, Unwatched, run};
use seedbed_store::GenomeDocument;
use seedbed_worker::{Limits, SandboxConfig, WasiPolicy, Workers};

const DAY: i64 = 86_400_000;

/// A built-in seed, opened once for all tests.
pub(crate) fn plugin(name: &str) -> Arc<Plugin> {
    static PLUGINS: OnceLock<Vec<Arc<Plugin>>> = OnceLock::new();
    let plugins = PLUGINS.get_or_init(|| {
        let workers = Workers::in_process(&SandboxConfig::default()).unwrap();
        let seeds = seedbed_guests::seeds().iter();
        let wanted = seeds.filter(|seed| ["ema-crossover", "rsi-filter", "bollinger-bands"].contains(&seed.name));
        let sources = wanted.map(|seed| Source::Embedded { name: seed.name, component: seed.component });
        let grant = Grant { limits: Limits::default(), wasi: WasiPolicy::Deny };
        open(&workers, sources.collect(), &grant).into_iter().map(|opened| opened.plugin.unwrap()).collect()
    });
    Arc::clone(plugins.iter().find(|plugin| plugin.description().name == name).unwrap())
}

/// One plugin on one series as `seedbed evolve --windows 0` runs it, everything else at its default.
pub(crate) fn setup(name: &str, bars: Bars, seed: u64) -> RunSetup {
    RunSetup {
        plugins: vec![plugin(name)],
        symbols: vec![Symbol { name: "made".to_owned(), bars, settings: Settings::default() }],
        seed,
        algorithm: Algorithm::Genetic,
        objective: Objective::Sharpe,
        evolution: EvolutionSettings::default(),
        mutation: MutationSettings::default(),
        division: Division { windows: 0, ..Division::default() },
        folds: 1,
        min_trades: 2,
        clocks: Clocks::default(),
        memo: Some(64 << 20),
        audit: false,
    }
}

/// A run that is not kept.
pub(crate) fn finished(setup: &RunSetup) -> Finished {
    finished_from(setup, Journal::nowhere())
}

/// A run with its journal.
pub(crate) fn finished_from(setup: &RunSetup, journal: Journal<'_>) -> Finished {
    match run(setup, journal, &mut Unwatched).unwrap() {
        Ended::Finished(finished) => *finished,
        Ended::Stopped => panic!("nobody asked it to stop"),
    }
}

/// The champion as its file says.
pub(crate) fn champion(setup: &RunSetup, finished: &Finished) -> Genome {
    let document = finished.report.champion.as_ref().unwrap().document.as_ref().unwrap();
    let document = GenomeDocument::from_json(document).unwrap();
    let plugin = setup.plugins.iter().find(|plugin| plugin.description().name == document.plugin).unwrap();
    let names = plugin.description().parameters.iter().map(|parameter| parameter.name.as_str());
    document.individual(names).unwrap().genome
}

/// An examiner that knows nothing.
pub(crate) fn examiner<'a, 's>(stage: &'a Stage<'s>) -> Examiner<'a, 's> {
    Examiner { stage, memo: None, timeout: Duration::from_secs(60), audit: false }
}

/// Bars `start..end` as a window, with all that comes before as warm-up.
pub(crate) fn excerpt(setup: &RunSetup, start: usize, end: usize) -> Vec<Excerpt> {
    let excerpt = |symbol: &Symbol| Excerpt {
        symbol: symbol.name.clone(),
        bars: symbol.bars.slice(0..end).unwrap(),
        start,
        settings: symbol.settings,
    };
    setup.symbols.iter().map(excerpt).collect()
}

/// The value of a number that has to be there.
pub(crate) fn value(measured: &Measured) -> f64 {
    match measured {
        Measured::Value(value) => *value,
        Measured::Missing(why) => panic!("no value: {why}"),
    }
}

/// A geometric random walk without drift, 20 % a year: nothing that any strategy could find.
pub(crate) fn walk(bars: usize, seed: u64) -> Bars {
    synthesize(&SynthConfig { bars, seed, drift: 0.0, ..SynthConfig::default() }).unwrap()
}

/// Bars that open at the close before; `step` gives each bar's log return. High and low reach half a step's size beyond the body.
pub(crate) fn from_log_returns(bars: usize, mut step: impl FnMut() -> f64) -> Bars {
    let mut columns = Columns::default();
    let mut close: f64 = 100.0;
    let mut time = 946_857_600_000;
    for _ in 0..bars {
        let open = close;
        let step = step();
        close = open * libm::exp(step);
        let reach = libm::exp(step.abs() / 2.0);
        columns.time.push(time);
        columns.open.push(open);
        columns.high.push(open.max(close) * reach);
        columns.low.push(open.min(close) / reach);
        columns.close.push(close);
        columns.volume.push(1_000_000.0);
        time += DAY;
    }
    Bars::new(columns).unwrap()
}
