use std::fmt::Write as _;

use seedbed_telemetry::log::{Counts, Slice};

use super::{Report, SLICES};
use crate::cells::{self, absent, counted, share, time};
use crate::output::table;

/// The history for people: totals, then plugins, errors, parameters and the trend.
pub(super) fn print(report: &Report) -> String {
    let mut text = totals(report);
    if report.history.totals().attempts > 0 {
        for part in [plugins(report), errors(report), parameters(report), trend(report)] {
            if !part.is_empty() {
                let _ = write!(text, "\n{part}");
            }
        }
    }
    text
}

fn totals(report: &Report) -> String {
    let history = &report.history;
    let totals = history.totals();
    let mut text = format!(
        "{} ({}, {}): {} mutations, {} succeeded, success rate {}\n",
        counted(totals.attempts, "line"),
        counted(history.runs().len() as u64, "run"),
        counted(report.files.len() as u64, "file"),
        totals.mutations,
        totals.successes,
        share(totals.success_rate()),
    );
    if history.historic_lines() > 0 {
        let _ = writeln!(text, "of the historic format: {}", counted(history.historic_lines(), "line"));
    }
    if report.bad_lines > 0 {
        let _ = writeln!(text, "could not be read: {}", counted(report.bad_lines, "line"));
    }
    let tiers: Vec<_> = history.tiers().map(|(tier, attempts)| format!("{tier} {attempts}")).collect();
    if history.tiers().any(|(_, attempts)| attempts > 0) {
        let _ = writeln!(text, "attempts at exits by tier: {}", tiers.join(", "));
    }
    text
}

fn plugins(report: &Report) -> String {
    const HEADERS: [&str; 5] = ["plugin", "mutations", "success", "attempts", "mean time"];
    const NUMBERS: [bool; 5] = [false, true, true, true, true];
    let rows = report.history.plugins().map(|(plugin, counts)| {
        vec![
            plugin.to_string(),
            counts.mutations.to_string(),
            share(counts.success_rate()),
            counts.attempts.to_string(),
            mean(counts),
        ]
    });
    table(&HEADERS, &NUMBERS, rows.collect())
}

fn errors(report: &Report) -> String {
    const HEADERS: [&str; 3] = ["failure", "attempts", "for example"];
    const NUMBERS: [bool; 3] = [false, true, false];
    if report.history.errors().len() == 0 {
        return String::new();
    }
    let rows = report
        .history
        .errors()
        .map(|(code, error)| vec![code.to_string(), error.attempts.to_string(), error.example.to_string()]);
    table(&HEADERS, &NUMBERS, rows.collect())
}

fn parameters(report: &Report) -> String {
    const HEADERS: [&str; 13] =
        ["parameter", "plugin", "moves", "clamped", "low", "high", "mean", "sd", "min", "p5", "p50", "p95", "max"];
    const NUMBERS: [bool; 13] = [false, false, true, true, true, true, true, true, true, true, true, true, true];
    if report.history.parameters().len() == 0 {
        return String::new();
    }
    let rows = report.history.parameters().map(|(key, parameter)| {
        let values = &parameter.new_values;
        let mut row = vec![
            key.name.to_string(),
            key.plugin.as_ref().map_or_else(absent, ToString::to_string),
            values.count().to_string(),
            parameter.clamped().to_string(),
            parameter.clamped_low.to_string(),
            parameter.clamped_high.to_string(),
        ];
        let found = [
            values.mean(),
            values.sd(),
            values.min(),
            values.quantile(0.05),
            values.quantile(0.50),
            values.quantile(0.95),
            values.max(),
        ];
        row.extend(found.map(|value| value.map_or_else(absent, rounded)));
        row
    });
    table(&HEADERS, &NUMBERS, rows.collect())
}

fn trend(report: &Report) -> String {
    const HEADERS: [&str; 4] = ["from", "mutations", "success", "mean time"];
    const NUMBERS: [bool; 4] = [false, true, true, true];
    let rows: Vec<_> = report
        .history
        .trend(SLICES)
        .iter()
        .map(|Slice { from, counts, .. }| {
            vec![format!("{from:.3}"), counts.mutations.to_string(), share(counts.success_rate()), mean(counts)]
        })
        .collect();
    if rows.is_empty() { String::new() } else { table(&HEADERS, &NUMBERS, rows) }
}

fn mean(counts: &Counts) -> String {
    counts.mean_seconds().map_or_else(absent, time)
}

/// Four significant digits; the JSON has them all.
fn rounded(value: f64) -> String {
    cells::rounded(value, 4)
}
