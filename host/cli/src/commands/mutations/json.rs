use seedbed_outcome::GuestText;
use seedbed_telemetry::log::{Counts, Slice};
use serde_json::{Map, Value, json};

use super::{Report, SLICES};

/// The history for programs. Durations are in seconds; what is not known is null.
pub(super) fn print(report: &Report) -> String {
    let history = &report.history;
    let files: Vec<_> = report.files.iter().map(|file| GuestText::new(&file.to_string_lossy()).to_string()).collect();
    let mut object = counts(&history.totals());
    object.insert("format".into(), json!("seedbed.mutations/1"));
    object.insert("files".into(), json!(files));
    object.insert("failed_files".into(), json!(report.failed_files));
    object.insert("bad_lines".into(), json!(report.bad_lines));
    object.insert("historic_lines".into(), json!(history.historic_lines()));
    let runs = history.runs().map(|(run, lines)| (run.to_string(), json!(lines)));
    object.insert("runs".into(), Value::Object(runs.collect()));
    let tiers = history.tiers().map(|(tier, attempts)| (tier.name().to_owned(), json!(attempts)));
    object.insert("tiers".into(), Value::Object(tiers.collect()));
    let plugins = history.plugins().map(|(plugin, found)| (plugin.to_string(), Value::Object(counts(found))));
    object.insert("plugins".into(), Value::Object(plugins.collect()));
    let errors = history.errors().map(|(code, error)| {
        (code.to_string(), json!({ "attempts": error.attempts, "example": error.example.as_str() }))
    });
    object.insert("errors".into(), Value::Object(errors.collect()));
    object.insert("parameters".into(), parameters(report));
    object.insert("trend".into(), history.trend(SLICES).iter().map(slice).collect());
    format!("{:#}\n", Value::Object(object))
}

fn counts(counts: &Counts) -> Map<String, Value> {
    [
        ("total", json!(counts.mutations)),
        ("successes", json!(counts.successes)),
        ("failures", json!(counts.mutations - counts.successes)),
        ("success_rate", json!(counts.success_rate())),
        ("attempts", json!(counts.attempts)),
        ("avg_duration_seconds", json!(counts.mean_seconds())),
    ]
    .into_iter()
    .map(|(key, value)| (key.to_owned(), value))
    .collect()
}

fn parameters(report: &Report) -> Value {
    let parameter =
        |(key, parameter): (&seedbed_telemetry::log::ParameterKey, &seedbed_telemetry::log::ParameterHistory)| {
            let values = &parameter.new_values;
            json!({
                "parameter": key.name.as_str(),
                "plugin": key.plugin.as_ref().map(GuestText::as_str),
                "moves": values.count(),
                "clamped": parameter.clamped(),
                "clamped_low": parameter.clamped_low,
                "clamped_high": parameter.clamped_high,
                "new_values": {
                    "mean": values.mean(), "sd": values.sd(), "min": values.min(), "max": values.max(),
                    "p5": values.quantile(0.05), "p25": values.quantile(0.25), "p50": values.quantile(0.50),
                    "p75": values.quantile(0.75), "p95": values.quantile(0.95),
                },
            })
        };
    report.history.parameters().map(parameter).collect()
}

fn slice(Slice { from, to, counts: found }: &Slice) -> Value {
    let mut object = counts(found);
    object.insert("from".into(), json!(format!("{from:.3}")));
    object.insert("to".into(), json!(format!("{to:.3}")));
    Value::Object(object)
}
