use seedbed_backtest::{EntryMode, Fill, Ratio, Settings, Sides, Size};
use seedbed_evaluate::{Row, Series};
use seedbed_genome::Genome;
use seedbed_outcome::{Failure, GuestText};
use serde_json::{Map, Value, json};

use crate::inputs::Market;
use crate::output;
use crate::review::Doorkeeper;

/// The evaluation for programs. `format` names the shape; keys are only ever added under one number.
pub(super) fn print(
    rows: &[Row],
    genome: Option<&Genome>,
    markets: &[Market],
    series: &[Series<'_>],
    doorkeeper: &Doorkeeper,
) -> String {
    let data: Vec<Value> = markets.iter().zip(series).map(|(market, series)| data(market, &series.settings)).collect();
    let rows: Vec<Value> = rows.iter().map(|scored| row(scored, genome)).collect();
    format!(
        "{:#}\n",
        json!({ "format": "seedbed.evaluate/1", "review": doorkeeper.value(), "data": data, "rows": rows })
    )
}

fn data(Market { symbol, profile }: &Market, settings: &Settings) -> Value {
    json!({
        "symbol": GuestText::new(&symbol.name).as_str(),
        "bars": profile.rows,
        "first": profile.first.map(|time| time.to_string()),
        "last": profile.last.map(|time| time.to_string()),
        "hash": symbol.bars.hash().to_string(),
        "bars_per_year": settings.bars_per_year,
        "bars_per_year_inferred": profile.bars_per_year,
        "bars_per_year_reason": profile.bars_per_year_reason,
        "suspected_splits": profile.suspected_splits.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "fill": match settings.fill { Fill::NextOpen => "next-open", Fill::Close => "close" },
        "fees": settings.fees,
        "slippage": settings.slippage,
        "stop_slippage": settings.stop_slippage,
        "units": match settings.size { Size::AllIn => None, Size::Units(units) => Some(units) },
        "sides": match settings.sides { Sides::Long => "long", Sides::Short => "short", Sides::Both => "both" },
        "entry": match settings.entry { EntryMode::Edge => "edge", EntryMode::Level => "level" },
        "entry_threshold": settings.entry_threshold,
        "cash": settings.cash,
    })
}

fn row(row: &Row, given: Option<&Genome>) -> Value {
    let mut object = Map::new();
    let mut add = |key: &str, value: Value| drop(object.insert(key.to_owned(), value));
    add("source", json!(row.label.as_str()));
    add("symbol", json!(row.symbol.as_deref().map(|symbol| GuestText::new(symbol).as_str().to_owned())));
    add("verdict", json!(row.status().as_str()));
    if let Some(plugin) = &row.plugin {
        let description = plugin.description();
        let need = plugin.need();
        add("name", json!(description.name));
        add("version", json!(description.version.as_str()));
        add("family", json!(description.family.name()));
        add("component", json!(plugin.component().hash().to_string()));
        add("reads", json!(description.reads.to_string().split(' ').collect::<Vec<_>>()));
        add("minimum_bars", json!(need.minimum_bars));
        add("recommended_bars", json!(need.recommended_bars));
        let own = plugin.genome();
        let genome = given.unwrap_or(&own);
        let parameters = description.parameters.iter().zip(&genome.parameters);
        add("parameters", parameters.map(|(parameter, value)| (parameter.name.clone(), json!(value))).collect());
        add("exits", output::exits(&genome.exits));
        add("genome", json!(genome.hash().to_string()));
    }
    match &row.result {
        Ok(scored) => {
            let metrics = &scored.backtest.metrics;
            add("bars", json!(scored.bars));
            add(
                "signals",
                json!({ "long": scored.signals.long, "short": scored.signals.short, "nan": scored.signals.nan }),
            );
            add(
                "usage",
                json!({
                    "fuel_instantiate": scored.usage.fuel_instantiate,
                    "fuel_describe": row.plugin.as_ref().map(|plugin| plugin.describe_usage().fuel_call),
                    "fuel_signals": scored.usage.fuel_call,
                    "fuel_per_bar": scored.fuel_per_bar(),
                    "peak_memory": scored.usage.peak_memory,
                }),
            );
            add(
                "metrics",
                json!({
                    "trades": metrics.trades,
                    "final_equity": metrics.final_equity,
                    "total_return": metrics.total_return,
                    "max_drawdown": metrics.max_drawdown,
                    "exposure": metrics.exposure,
                    "sharpe": ratio(metrics.sharpe),
                    "sortino": ratio(metrics.sortino),
                    "cagr": ratio(metrics.cagr),
                    "calmar": ratio(metrics.calmar),
                    "win_rate": ratio(metrics.win_rate),
                }),
            );
            add("remarks", json!(scored.remarks.iter().map(ToString::to_string).collect::<Vec<_>>()));
        }
        Err(rejection) => {
            let backtrace = match rejection {
                seedbed_evaluate::Rejection::Call { failure: Failure::Trapped { backtrace, .. }, .. } => {
                    backtrace.as_slice()
                }
                _ => &[],
            };
            add(
                "error",
                json!({
                    "code": rejection.code(),
                    "message": rejection.to_string(),
                    "backtrace": backtrace.iter().map(GuestText::as_str).collect::<Vec<_>>(),
                }),
            );
        }
    }
    Value::Object(object)
}

/// A ratio without a value is null with its reason beside it, never a made-up number.
fn ratio(ratio: Ratio) -> Value {
    match ratio {
        Ratio::Defined(value) => json!({ "value": value }),
        Ratio::Undefined(why) => json!({ "value": null, "undefined": why.to_string() }),
    }
}
