use std::fmt::Write as _;

use anyhow::anyhow;
use rayon::prelude::*;
use seedbed_evaluate::{Measured, Opened, Plugin, Readiness, Rejection, open};
use seedbed_market::Bars;
use seedbed_outcome::GuestText;
use serde_json::{Value, json};

use crate::args::{Format, Global, Ready};
use crate::config::Config;
use crate::exit::{Exit, OrStop, Stop};
use crate::inputs::{self, Market};
use crate::review::Doorkeeper;
use crate::{output, setup};

/// One plugin on one symbol, or one that could not be opened.
enum Row<'a> {
    Rejected { label: &'a GuestText, rejection: &'a Rejection },
    Judged { plugin: &'a Plugin, symbol: GuestText, readiness: Readiness },
}

pub(crate) fn run(global: &Global, args: &Ready) -> Result<Exit, Stop> {
    let session = setup::configure(global, args.plugins.admission.grounds.given())?;
    let config = &session.config;
    let doorkeeper = Doorkeeper::new(&args.plugins.admission, config, &session.telemetry)?;
    let sources = doorkeeper.guard(inputs::sources(args.plugins.path.as_deref(), config)?);
    let mut markets = inputs::markets(&args.data)?.markets;
    if let Some(bars) = args.bars {
        markets.iter_mut().try_for_each(|market| take_last(market, bars)).or_usage()?;
    }
    let pool = setup::threads(args.plugins.threads)?;
    let workers = setup::workers(&session, pool.current_num_threads(), args.plugins.no_cache)?;
    let mut opened = pool.install(|| open(&workers, sources, &setup::grant(config)));
    inputs::keep_family(&mut opened, args.plugins.family.family);

    let rows: Vec<Row<'_>> = pool.install(|| {
        let of_plugin = |opened| judge_all(opened, &markets, config);
        opened.par_iter().flat_map_iter(of_plugin).collect()
    });
    output::result(&match args.format {
        Format::Table => table(&rows) + &doorkeeper.paragraph(),
        Format::Json => format!(
            "{:#}\n",
            json!({
                "format": "seedbed.ready/1",
                "review": doorkeeper.value(),
                "rows": rows.iter().map(value).collect::<Vec<_>>(),
            })
        ),
    })?;
    let ready =
        |row: &Row<'_>| matches!(row, Row::Judged { readiness, .. } if readiness.rule.recommendation.threshold_met());
    Ok(if rows.iter().any(ready) { Exit::Success } else { Exit::Findings })
}

/// The rows of one plugin: one a symbol, or one alone when it could not be opened.
fn judge_all<'a>(opened: &'a Opened, markets: &[Market], config: &Config) -> Vec<Row<'a>> {
    match &opened.plugin {
        Err(rejection) => vec![Row::Rejected { label: &opened.label, rejection }],
        Ok(plugin) => {
            let judge = |Market { symbol, profile }: &Market| {
                let _span = tracing::info_span!("judge", plugin = %opened.label, symbol = symbol.name).entered();
                let settings = setup::account(&config.backtest, profile.bars_per_year);
                let readiness = Readiness::of(plugin, &symbol.bars, &settings);
                Row::Judged { plugin, symbol: GuestText::new(&symbol.name), readiness }
            };
            markets.iter().map(judge).collect()
        }
    }
}

/// Keeps the last bars of a symbol: those that a deployment would start from.
fn take_last(market: &mut Market, bars: usize) -> anyhow::Result<()> {
    let given = market.symbol.bars.len();
    let last: Option<Bars> = given.checked_sub(bars).and_then(|first| market.symbol.bars.slice(first..given));
    market.symbol.bars = last
        .ok_or_else(|| anyhow!("{} has {given} bars, fewer than --bars {bars}", GuestText::new(&market.symbol.name)))?;
    Ok(())
}

fn table(rows: &[Row<'_>]) -> String {
    const HEADERS: [&str; 9] =
        ["plugin", "family", "symbol", "bars", "min/rec", "recommendation", "signals", "entries", "reason"];
    const NUMBERS: [bool; 9] = [false, false, false, true, true, false, true, true, false];
    let mut notes = String::new();
    let cells = rows
        .iter()
        .map(|row| match row {
            Row::Rejected { label, rejection } => {
                let _ = writeln!(notes, "{label}: {}: {rejection}", rejection.status());
                let mut cells = vec!["-".to_owned(); HEADERS.len()];
                if let [name, _, _, _, _, recommendation, ..] = cells.as_mut_slice() {
                    *name = label.to_string();
                    *recommendation = rejection.status().to_string();
                }
                cells
            }
            Row::Judged { plugin, symbol, readiness } => {
                let (description, need) = (plugin.description(), plugin.need());
                let measured = |of: fn(&Measured) -> usize| match &readiness.measured {
                    Ok(measured) => of(measured).to_string(),
                    Err(_) => "-".to_owned(),
                };
                if readiness.contradicts() {
                    let what = match &readiness.measured {
                        Ok(_) => "gives no meaningful signal".to_owned(),
                        Err(failure) => failure.to_string(),
                    };
                    let _ = writeln!(
                        notes,
                        "{} on {symbol}: contradiction: the rule says {}, the plugin {what}",
                        description.name, readiness.rule.recommendation
                    );
                }
                let more = readiness.rule.missing.map(|more| format!("; {more} more for a better answer"));
                vec![
                    description.name.clone(),
                    description.family.to_string(),
                    symbol.to_string(),
                    readiness.bars.to_string(),
                    format!("{}/{}", need.minimum_bars, need.recommended_bars),
                    readiness.rule.recommendation.to_string(),
                    measured(|measured| measured.meaningful_signals),
                    measured(|measured| measured.entries),
                    readiness.rule.reason.clone() + &more.unwrap_or_default(),
                ]
            }
        })
        .collect();
    let table = output::table(&HEADERS, &NUMBERS, cells);
    if notes.is_empty() { table } else { format!("{table}\n{notes}") }
}

fn value(row: &Row<'_>) -> Value {
    match row {
        Row::Rejected { label, rejection } => json!({
            "source": label.as_str(),
            "verdict": rejection.status().as_str(),
            "error": { "code": rejection.code(), "message": rejection.to_string() },
        }),
        Row::Judged { plugin, symbol, readiness } => {
            let measured = readiness.measured.as_ref();
            json!({
                "plugin": plugin.description().name,
                "family": plugin.description().family.name(),
                "symbol": symbol.as_str(),
                "recommendation": readiness.rule.recommendation.as_str(),
                "threshold_met": readiness.rule.recommendation.threshold_met(),
                "reason": readiness.rule.reason,
                "missing_bars": readiness.rule.missing,
                "data_points": readiness.bars,
                "minimum_bars": plugin.need().minimum_bars,
                "recommended_bars": plugin.need().recommended_bars,
                "meaningful_signals": measured.map(|measured| measured.meaningful_signals).ok(),
                "entries": measured.map(|measured| measured.entries).ok(),
                "silent_because": measured.err().map(ToString::to_string),
                "contradiction": readiness.contradicts(),
            })
        }
    }
}
