use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::anyhow;
use seedbed_evaluate::{Plugin, Source, open};
use seedbed_genome::Family;
use seedbed_market::profile;
use seedbed_run::{Clocks, RunSetup, Symbol};
use seedbed_worker::Workers;

use super::SearchPlan;
use crate::config::Config;
use crate::exit::{OrStop, Stop};
use crate::inputs::{self, Market};
use crate::review::Doorkeeper;
use crate::{output, setup};

/// Bytes of signals that a run keeps at most.
const MEMO: usize = 256 << 20;

/// What a run works on.
pub(crate) struct Prepared {
    pub(crate) plugins: Vec<Arc<Plugin>>,
    pub(crate) symbols: Vec<Symbol>,
}

impl Prepared {
    pub(crate) fn setup(self, config: &Config, plan: &SearchPlan, memo: bool, audit: bool) -> anyhow::Result<RunSetup> {
        Ok(RunSetup {
            plugins: self.plugins,
            symbols: self.symbols,
            seed: plan.seed,
            algorithm: plan.algorithm()?,
            objective: plan.objective()?,
            evolution: plan.evolution(&config.evolution, config.exit_mutation.attempts),
            mutation: setup::mutation(&config.exit_mutation),
            division: plan.division()?,
            folds: plan.folds.into(),
            min_trades: plan.min_trades,
            clocks: Clocks {
                evaluation: config.evolution.evaluation_timeout,
                generation: config.evolution.max_evaluation_time,
                run: plan.time(),
            },
            memo: memo.then_some(MEMO),
            audit,
        })
    }
}

/// Opens the plugins that these paths name, or the built-in seeds. One that cannot be opened is reported and left out.
pub(crate) fn opened(
    paths: &[PathBuf],
    family: Option<Family>,
    config: &Config,
    workers: &Workers,
    doorkeeper: &Doorkeeper,
    notices: &mut Vec<String>,
) -> Result<Vec<Arc<Plugin>>, Stop> {
    let sources: Vec<Source> = match paths {
        [] => inputs::sources(None, config)?,
        paths => {
            let each = paths.iter().map(|path| inputs::sources(Some(path.as_path()), config));
            each.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect()
        }
    };
    notices.extend(doorkeeper.remark().map(ToOwned::to_owned));
    let mut opened = open(workers, doorkeeper.guard(sources), &setup::grant(config));
    inputs::keep_family(&mut opened, family);
    let mut plugins = Vec::new();
    for opened in opened {
        match opened.plugin {
            Ok(plugin) => plugins.push(plugin),
            Err(rejection) => {
                let notice = format!("{} does not take part: {rejection}", opened.label);
                output::note("warning", &notice);
                notices.push(notice);
            }
        }
    }
    if plugins.is_empty() {
        return Err(anyhow!("no plugin is left to evolve; mend those above, or name others")).or_usage();
    }
    Ok(plugins)
}

/// The symbols of price files, or the sample.
pub(crate) fn symbols(files: &[PathBuf], config: &Config, notices: &mut Vec<String>) -> Result<Vec<Symbol>, Stop> {
    let markets = inputs::markets(files)?;
    if markets.unreadable > 0 {
        return Err(anyhow!("a run needs all of its prices; mend the files above, or leave them out")).or_usage();
    }
    let symbol = |Market { symbol, profile }: Market| {
        notices.extend(profile.suspected_splits.iter().map(|split| format!("{}: {split}", symbol.name)));
        let settings = setup::account(&config.backtest, profile.bars_per_year);
        Symbol { name: symbol.name, bars: symbol.bars, settings }
    };
    Ok(markets.markets.into_iter().map(symbol).collect())
}

/// A symbol whose bars come from the store.
pub(crate) fn stored_symbol(name: &str, bars: seedbed_market::Bars, config: &Config) -> Symbol {
    let settings = setup::account(&config.backtest, profile(&bars).bars_per_year);
    Symbol { name: name.to_owned(), bars, settings }
}

/// Paths as a run keeps them: absolute, so that it can be resumed from anywhere.
pub(crate) fn kept(paths: &[PathBuf]) -> Result<Vec<String>, Stop> {
    let text = |path: &PathBuf| {
        let path: PathBuf = std::path::absolute(Path::new(path)).or_usage()?;
        let text = path.to_str().map(ToOwned::to_owned);
        text.ok_or_else(|| anyhow!("{} is not UTF-8; rename it", path.display())).or_usage()
    };
    paths.iter().map(text).collect()
}
