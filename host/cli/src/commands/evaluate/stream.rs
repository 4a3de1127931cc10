//! A genome a line in, a score a line out: how other optimisers drive the sandbox.

use std::io::{self, BufRead, Write};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use seedbed_backtest::{Metrics, Ratio};
use seedbed_evaluate::{Examiner, Excerpt, Memo, Opened, Plugin, Series, Stage};
use serde_json::{Value, json};

use super::genome;
use crate::exit::{Exit, OrStop, Stop};

/// Wall clock of one genome.
const TIMEOUT: Duration = Duration::from_secs(300);
/// Bytes of signals that are kept.
const MEMO: usize = 256 << 20;

/// Scores genomes until stdin ends. Several symbols are one account at equal weight.
pub(super) fn run(opened: Vec<Opened>, series: &[Series<'_>], pool: &rayon::ThreadPool) -> Result<Exit, Stop> {
    let plugins: Vec<Arc<Plugin>> = opened.into_iter().filter_map(|opened| opened.plugin.ok()).collect();
    let excerpts: Vec<Excerpt> = series.iter().map(excerpt).collect();
    let memo = Memo::new(MEMO);
    let mut failed = false;
    pool.install(|| {
        let (stdin, mut stdout) = (io::stdin().lock(), io::stdout().lock());
        let stage = Stage::new(&excerpts);
        let examiner = Examiner { stage: &stage, memo: Some(&memo), timeout: TIMEOUT, audit: false };
        for line in stdin.lines() {
            let line = line.context("cannot read stdin").or_usage()?;
            let answer = score(&plugins, &examiner, &line);
            failed |= answer.is_err();
            let answer = answer.unwrap_or_else(|error| json!({ "error": format!("{error:#}") }));
            match writeln!(stdout, "{answer}").and_then(|()| stdout.flush()) {
                Err(error) if error.kind() == io::ErrorKind::BrokenPipe => break,
                written => written.or_host()?,
            }
        }
        Ok(if failed { Exit::Findings } else { Exit::Success })
    })
}

fn excerpt(series: &Series<'_>) -> Excerpt {
    let window = series.window.clone().unwrap_or(0..series.bars.len());
    Excerpt {
        symbol: series.symbol.to_owned(),
        bars: series.bars.slice(0..window.end).unwrap_or_else(|| series.bars.clone()),
        start: window.start,
        settings: series.settings,
    }
}

fn score(plugins: &[Arc<Plugin>], examiner: &Examiner<'_, '_>, line: &str) -> anyhow::Result<Value> {
    let document = genome::parse(line)?;
    let Some(plugin) = plugins.iter().find(|plugin| plugin.description().name == document.plugin) else {
        bail!("no plugin is named {}", document.plugin);
    };
    let genome = genome::checked(&document, plugin)?;
    let hash = genome.hash();
    examiner.accept(plugin, &genome)?;
    let metrics = examiner.score(plugin, &genome, hash)?;
    Ok(answer(&metrics, &hash.to_string()))
}

fn answer(metrics: &Metrics, hash: &str) -> Value {
    let ratio = |ratio: Ratio| ratio.value();
    json!({
        "genome": hash,
        "bars": metrics.bars,
        "total_return": metrics.total_return,
        "sharpe": ratio(metrics.sharpe),
        "sortino": ratio(metrics.sortino),
        "calmar": ratio(metrics.calmar),
        "cagr": ratio(metrics.cagr),
        "max_drawdown": metrics.max_drawdown,
        "trades": metrics.trades,
        "win_rate": ratio(metrics.win_rate),
        "exposure": metrics.exposure,
    })
}
