use std::ops::Range;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rayon::prelude::*;
use seedbed_backtest::Settings;
use seedbed_genome::Genome;
use seedbed_market::Bars;
use seedbed_outcome::{GuestText, Status};

use crate::{Opened, Plugin, Rejection, Scored, score};

/// One series to score on, and the account that trades it.
#[derive(Debug, Clone)]
pub struct Series<'a> {
    /// Name of the symbol.
    pub symbol: &'a str,
    /// Its prices.
    pub bars: &'a Bars,
    /// Fills, costs and bars a year.
    pub settings: Settings,
    /// The bars that are traded and scored; `None` for all.
    pub window: Option<Range<usize>>,
}

/// The row of one plugin on one series, or of one plugin that could not be opened.
#[derive(Debug)]
pub struct Row {
    /// The plugin's file or folder name, made safe to print.
    pub label: GuestText,
    /// The plugin, if it could be opened.
    pub plugin: Option<Arc<Plugin>>,
    /// The symbol; none where the plugin could not be opened.
    pub symbol: Option<String>,
    /// The score, or why there is none.
    pub result: Result<Scored, Rejection>,
}

impl Row {
    /// The row's verdict.
    #[must_use]
    pub fn status(&self) -> Status {
        match &self.result {
            Ok(scored) => scored.status(),
            Err(rejection) => rejection.status(),
        }
    }
}

/// Evaluates every plugin on every series, at its own genome or at a given one, in parallel on the calling thread's rayon pool.
///
/// Rows are in the order of `opened`, then of `series`, whatever the number of threads. A plugin that fails costs its own rows only.
/// `scored` is told on the spot, by whichever thread, how long each scoring took.
#[must_use]
pub fn evaluate(
    opened: Vec<Opened>,
    genome: Option<&Genome>,
    series: &[Series<'_>],
    scored: impl Fn(Duration) + Sync,
) -> Vec<Row> {
    let jobs: Vec<_> = opened
        .into_iter()
        .flat_map(|Opened { label, plugin }| match plugin {
            Err(rejection) => vec![Job::Rejected(label, rejection)],
            Ok(plugin) => series.iter().map(|series| Job::Score(label.clone(), Arc::clone(&plugin), series)).collect(),
        })
        .collect();
    jobs.into_par_iter().map(|job| job.run(genome, &scored)).collect()
}

enum Job<'a> {
    Rejected(GuestText, Rejection),
    Score(GuestText, Arc<Plugin>, &'a Series<'a>),
}

impl Job<'_> {
    fn run(self, genome: Option<&Genome>, scored: impl Fn(Duration)) -> Row {
        match self {
            Self::Rejected(label, rejection) => Row { label, plugin: None, symbol: None, result: Err(rejection) },
            Self::Score(label, plugin, series) => {
                let symbol = series.symbol;
                let _span = tracing::info_span!("score", plugin = %label, symbol).entered();
                let start = Instant::now();
                let result = match genome {
                    Some(genome) => score(&plugin, genome, series),
                    None => score(&plugin, &plugin.genome(), series),
                };
                scored(start.elapsed());
                Row { label, plugin: Some(plugin), symbol: Some(symbol.to_owned()), result }
            }
        }
    }
}
