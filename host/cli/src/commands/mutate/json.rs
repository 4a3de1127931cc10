use seedbed_telemetry::metrics::Reason;
use seedbed_telemetry::statistics::{Statistics, TierShare};
use serde_json::{Map, Value, json};

use super::show::{Child, name};
use super::{Mutated, Report, Row, remarks, status};
use crate::args::Mutate;
use crate::config::Config;
use crate::review::Doorkeeper;

/// The statistics for programs. The keys of the totals are a contract; they stand at the top, and again for each plugin.
pub(super) fn print(report: &Report<'_>, args: &Mutate, config: &Config, doorkeeper: &Doorkeeper) -> String {
    let mut object = totals(&report.all);
    object.insert("format".into(), json!("seedbed.mutate/1"));
    object.insert("review".into(), doorkeeper.value());
    object.insert("seed".into(), json!(args.seed));
    object.insert("lineages".into(), json!(args.count));
    object.insert("generations".into(), json!(args.generations));
    object.insert("symbol".into(), json!(report.symbol));
    object.insert("exits_mutated".into(), json!(config.exit_mutation.enabled));
    object.insert("interrupted".into(), json!(report.interrupted));
    object.insert("plugins".into(), report.rows.iter().map(|row| plugin(row, args.show)).collect());
    format!("{:#}\n", Value::Object(object))
}

fn plugin(Row { label, result }: &Row<'_>, shows: bool) -> Value {
    match result {
        Err(rejection) => json!({
            "source": label.as_str(),
            "verdict": rejection.status().as_str(),
            "error": { "code": rejection.code(), "message": rejection.to_string() },
        }),
        Ok(mutated) => {
            let Mutated { plugin, statistics, window, children, .. } = mutated;
            let remarks = remarks(mutated);
            let mut object = totals(statistics);
            object.insert("source".into(), json!(label.as_str()));
            object.insert("verdict".into(), json!(status(mutated).as_str()));
            object.insert("plugin".into(), json!(plugin.description().name));
            object.insert("window".into(), json!(window));
            object.insert("remarks".into(), json!(remarks));
            let parameters = statistics.parameters().map(|(target, parameter)| {
                let value = json!({
                    "moves": parameter.moves(),
                    "clamped_low": parameter.clamped_low(),
                    "clamped_high": parameter.clamped_high(),
                    "no_change": parameter.no_changes(),
                    "share_at_bound": parameter.share_at_bound(),
                    "mean_log_factor": parameter.mean_log_factor(),
                    "mean_log_factor_of_range_steps": parameter.mean_log_factor_of_range_steps(),
                });
                (name(target, &plugin.description().parameters), value)
            });
            object.insert("parameters".into(), Value::Object(parameters.collect()));
            if shows {
                object.insert("children".into(), children.iter().map(child).collect());
            }
            Value::Object(object)
        }
    }
}

fn child(child: &Child) -> Value {
    json!({
        "mutation_id": child.mutation.to_string(),
        "generation": child.generation,
        "slot": child.slot,
        "parent_id": child.parent.to_string(),
        "child_id": child.hash.to_string(),
        "differences": child.differences,
    })
}

fn totals(statistics: &Statistics) -> Map<String, Value> {
    let durations = statistics.durations();
    let counts = |reasons: &mut dyn Iterator<Item = (Reason, u64)>| -> Value {
        Value::Object(reasons.map(|(reason, count)| (reason.code().to_owned(), json!(count))).collect())
    };
    let tiers = statistics.tiers().map(|tiers| {
        let tier = |tier: &TierShare| {
            let value = json!({ "count": tier.count, "share": tier.share, "target": tier.target });
            (tier.tier.name().to_owned(), value)
        };
        Value::Object(tiers.iter().map(tier).collect())
    });
    let value = json!({
        "total": statistics.total(),
        "successes": statistics.successes(),
        "failures": statistics.failures(),
        "success_rate": statistics.success_rate(),
        "success_percentage": statistics.success_rate().map(|rate| rate * 100.0),
        "attempts": statistics.attempts(),
        "exit_mutations": statistics.of_exits(),
        "avg_duration_seconds": durations.mean_seconds(),
        "recent_avg_duration_seconds": durations.recent_mean_seconds(),
        "duration_statistics": durations.statistics().map(|found| json!({
            "min": found.min, "max": found.max, "p50": found.p50, "p95": found.p95, "p99": found.p99,
        })),
        "total_duration_samples": durations.samples(),
        "tiers": tiers,
        "tier_fallbacks": statistics.tier_fallbacks(),
        "reasons": counts(&mut statistics.reasons()),
        "attempt_reasons": counts(&mut statistics.attempt_reasons()),
        "no_changes": statistics.attempts_failed_by(Reason::NoChange),
        "deadline_voids": statistics.attempts_failed_by(Reason::PastDeadline),
    });
    match value {
        Value::Object(object) => object,
        _ => Map::new(),
    }
}
