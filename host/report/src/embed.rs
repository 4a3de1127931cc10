//! What the page carries of a report: the same facts, with long series thinned, as JSON that the page's script reads.

mod account;
mod price;
mod trades;
mod trials;

use serde::Serialize;

use crate::report::{
    Ancestor, Champion, DroppedPlugin, Failure, Generation, Mutations, ParameterHistory, Report, RunFacts, Stretch,
    Verdict,
};
use crate::thin::grouped;

/// Most candles in a page, over all symbols.
const CANDLES: usize = 20_000;
/// Most symbols with a chart.
const SYMBOLS: usize = 20;
/// Most groups of bars in the chart of equity; each may give seven points.
const EQUITY_GROUPS: usize = 600;
/// Most rows of the trade table.
const TRADES: usize = 5_000;
/// Most trials in the scatter and the heat map.
const TRIALS: usize = 4_000;
/// Most points of parameter histories.
const HISTORY_POINTS: usize = 50_000;
/// Most steps of the lineage, the last ones.
const ANCESTORS: usize = 500;
/// Most rows in a table of counts.
const ROWS: usize = 200;

/// The data of one page.
#[derive(Debug, Serialize)]
pub(crate) struct Embedded<'a> {
    run: &'a RunFacts,
    verdict: &'a Verdict,
    champion: Option<&'a Champion>,
    stretches: &'a [Stretch],
    equity: Option<account::Account>,
    markets: Vec<price::Candles<'a>>,
    trades: Vec<trades::Row<'a>>,
    exits: Vec<trades::Exits<'a>>,
    generations: &'a [Generation],
    trials: trials::Trials<'a>,
    histories: Vec<&'a ParameterHistory>,
    lineage: &'a [Ancestor],
    failures: Vec<&'a Failure>,
    dropped: &'a [DroppedPlugin],
    mutations: Option<&'a Mutations>,
    left_out: LeftOut,
}

/// What the page does not show whole, as sentences beside each part.
#[derive(Debug, Default, Serialize)]
struct LeftOut {
    price: Option<String>,
    equity: Option<String>,
    trades: Option<String>,
    trials: Option<String>,
    histories: Option<String>,
    lineage: Option<String>,
    failures: Option<String>,
}

impl<'a> Embedded<'a> {
    pub(crate) fn new(report: &'a Report) -> Self {
        let evolution = &report.evolution;
        let mut left_out = LeftOut::default();
        let (markets, price) = price::candles(&report.markets, SYMBOLS, CANDLES);
        left_out.price = price;
        let equity = report.equity.as_ref().map(|equity| {
            let (account, thinned) = account::Account::new(equity, EQUITY_GROUPS);
            left_out.equity = thinned;
            account
        });
        let (trades, cut) = trades::rows(&report.markets, &report.stretches, TRADES);
        left_out.trades = cut;
        let (trials, cut) = trials::Trials::new(&evolution.trials, report.champion.as_ref(), TRIALS);
        left_out.trials = cut;
        let histories = histories(&evolution.histories, report.champion.as_ref());
        if histories.len() < evolution.histories.len() {
            left_out.histories =
                Some(format!("{} of {} parameters are shown.", histories.len(), evolution.histories.len()));
        }
        let skipped = evolution.lineage.len().saturating_sub(ANCESTORS);
        let lineage = evolution.lineage.get(skipped..).unwrap_or_default();
        left_out.lineage = (skipped > 0).then(|| format!("The first {} steps are left out.", grouped(skipped)));
        let failures = most_frequent(&evolution.failures);
        if failures.len() < evolution.failures.len() {
            left_out.failures =
                Some(format!("The {} most frequent of {} kinds are shown.", failures.len(), evolution.failures.len()));
        }
        Self {
            run: &report.run,
            verdict: &report.verdict,
            champion: report.champion.as_ref(),
            stretches: &report.stretches,
            equity,
            markets,
            trades,
            exits: trades::by_reason(&report.markets),
            generations: &evolution.generations,
            trials,
            histories,
            lineage,
            failures,
            dropped: &evolution.dropped,
            mutations: evolution.mutations.as_ref(),
            left_out,
        }
    }
}

/// The champion's plugin first, as many whole histories as the page can carry.
fn histories<'a>(all: &'a [ParameterHistory], champion: Option<&Champion>) -> Vec<&'a ParameterHistory> {
    let mut histories: Vec<&ParameterHistory> = all.iter().collect();
    histories.sort_by_key(|history| champion.is_none_or(|champion| champion.plugin != history.plugin));
    let mut points = 0;
    histories.retain(|history| {
        points += history.points.len();
        points <= HISTORY_POINTS
    });
    histories
}

fn most_frequent(all: &[Failure]) -> Vec<&Failure> {
    let mut failures: Vec<&Failure> = all.iter().collect();
    failures.sort_by_key(|failure| std::cmp::Reverse(failure.count));
    failures.truncate(ROWS);
    failures
}
