use std::fmt::Write as _;

use seedbed_backtest::Ratio;
use seedbed_evaluate::Row;
use seedbed_outcome::GuestText;

use crate::config::{Backtest, Size};
use crate::inputs::Market;
use crate::output::table;

/// The columns of the table, and whether they align right.
const COLUMNS: &[(&str, bool)] = &[
    ("plugin", false),
    ("version", false),
    ("family", false),
    ("reads", false),
    ("symbol", false),
    ("bars/min", true),
    ("long", true),
    ("short", true),
    ("NaN", true),
    ("fuel/bar", true),
    ("memory", true),
    ("trades", true),
    ("return", true),
    ("Sharpe", true),
    ("max DD", true),
    ("verdict", false),
];

/// The evaluation for people: what was traded and how, a row each, and what is to be known about rows.
pub(super) fn print(rows: &[Row], markets: &[Market], backtest: &Backtest) -> String {
    let mut text = String::new();
    for Market { symbol, profile } in markets {
        let name = GuestText::new(&symbol.name);
        let _ = write!(text, "{name}: {} bars", profile.rows);
        if let (Some(first), Some(last)) = (profile.first, profile.last) {
            let _ = write!(text, ", {first} to {last}");
        }
        let _ = match backtest.bars_per_year {
            Some(bars) => writeln!(text, "; {bars} bars a year, as configured"),
            None => writeln!(text, "; {}", profile.bars_per_year_reason),
        };
    }
    let _ = writeln!(text, "{}\n", account(backtest));
    let (headers, numbers): (Vec<_>, Vec<_>) = COLUMNS.iter().copied().unzip();
    text.push_str(&table(&headers, &numbers, rows.iter().map(cells).collect()));
    text.push_str(&notes(rows));
    text
}

fn account(backtest: &Backtest) -> String {
    let size = match backtest.size {
        Size::AllIn => "all in".to_owned(),
        Size::Units(units) => format!("{units} units a trade"),
    };
    format!(
        "fills at {}, fees {} % and slippage {} % a side, {size}, sides {}, entries at {} beyond {}, cash {}",
        backtest.fill.word(),
        percent(backtest.fees),
        percent(backtest.slippage),
        backtest.sides.word(),
        backtest.entry.word(),
        backtest.entry_threshold,
        backtest.cash,
    )
}

/// Without the digits that a product with 100 adds to a decimal fraction.
fn percent(fraction: f64) -> f64 {
    (fraction * 1e10).round() / 1e8
}

fn cells(row: &Row) -> Vec<String> {
    const ABSENT: &str = "-";
    let absent = || ABSENT.to_owned();
    let mut cells = match &row.plugin {
        Some(plugin) => {
            let description = plugin.description();
            vec![
                description.name.clone(),
                description.version.to_string(),
                description.family.to_string(),
                description.reads.to_string(),
            ]
        }
        None => vec![row.label.to_string(), absent(), absent(), absent()],
    };
    cells.push(row.symbol.as_deref().map_or_else(absent, |symbol| GuestText::new(symbol).to_string()));
    match (&row.result, &row.plugin) {
        (Ok(scored), Some(plugin)) => {
            let metrics = &scored.backtest.metrics;
            cells.extend([
                format!("{}/{}", scored.bars, plugin.need().minimum_bars),
                scored.signals.long.to_string(),
                scored.signals.short.to_string(),
                scored.signals.nan.to_string(),
                format!("{:.1}", scored.fuel_per_bar()),
                bytes(scored.usage.peak_memory),
                metrics.trades.to_string(),
                format!("{:.2} %", metrics.total_return * 100.0),
                ratio(metrics.sharpe),
                format!("{:.2} %", metrics.max_drawdown * 100.0),
            ]);
        }
        _ => cells.extend(std::iter::repeat_n(absent(), 10)),
    }
    cells.push(row.status().to_string());
    cells
}

fn ratio(ratio: Ratio) -> String {
    match ratio {
        Ratio::Defined(value) => format!("{value:.3}"),
        Ratio::Undefined(_) => "none".to_owned(),
    }
}

#[expect(clippy::cast_precision_loss, reason = "shown with two digits")]
fn bytes(bytes: u64) -> String {
    match bytes {
        0..1_048_576 => format!("{:.0} KiB", bytes as f64 / 1024.0),
        _ => format!("{:.2} MiB", bytes as f64 / 1_048_576.0),
    }
}

/// One line for each thing to know, under the name of the row.
fn notes(rows: &[Row]) -> String {
    let mut text = String::new();
    for row in rows {
        let name = row.plugin.as_ref().map_or(row.label.as_str(), |plugin| plugin.description().name.as_str());
        let symbol = row.symbol.as_deref().map(|symbol| format!(" on {}", GuestText::new(symbol))).unwrap_or_default();
        let mut note = |what: String| {
            let _ = writeln!(text, "{name}{symbol}: {}: {what}", row.status());
        };
        match &row.result {
            Ok(scored) => {
                scored.remarks.iter().for_each(|remark| note(remark.to_string()));
                if let Ratio::Undefined(why) = scored.backtest.metrics.sharpe {
                    note(format!("Sharpe ratio is undefined: {why}"));
                }
            }
            Err(rejection) => note(rejection.to_string()),
        }
    }
    if text.is_empty() { text } else { format!("\n{text}") }
}
