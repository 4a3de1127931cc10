use std::fmt::Write as _;

use seedbed_genome::{Parameter, Target};
use seedbed_telemetry::metrics::Reason;
use seedbed_telemetry::statistics::{ParameterStatistics, Statistics, TierShare};

use super::show::name;
use super::{Mutated, Report, Row, below, remarks, status};
use crate::args::Mutate;
use crate::cells::{absent, counted, share, time};
use crate::config::Config;
use crate::output::table;

/// The statistics for people: a row a plugin, then what is behind the figures.
pub(super) fn print(report: &Report<'_>, args: &Mutate, config: &Config) -> String {
    let mut text = head(report, args, config);
    text.push_str(&plugins(report));
    if report.all.total() > 0 {
        text.push_str(&totals(&report.all));
        text.push_str(&parameters(report));
    }
    text.push_str(&notes(report, args));
    text
}

fn head(report: &Report<'_>, args: &Mutate, config: &Config) -> String {
    let settings = &config.exit_mutation;
    let [parametric, structural, relational] = settings.tier_weights;
    let lineages = match args.generations {
        1 => counted(u64::from(args.count), "mutation"),
        generations => format!("{} of {generations} generations", counted(u64::from(args.count), "lineage")),
    };
    let mut text = format!(
        "seed {}: {lineages} a plugin, at most {} each, validated on {}\n",
        args.seed,
        counted(u64::from(settings.attempts), "attempt"),
        seedbed_outcome::GuestText::new(report.symbol),
    );
    let _ = if settings.enabled {
        writeln!(
            text,
            "{} % of mutations change exits: {} % parametric, {} % structural, {} % relational\n",
            percent(settings.probability),
            percent(parametric),
            percent(structural),
            percent(relational),
        )
    } else {
        writeln!(text, "exits are not mutated (exit_mutation.enabled = false): only plugins' own parameters move\n")
    };
    text
}

fn plugins(report: &Report<'_>) -> String {
    const HEADERS: [&str; 9] =
        ["plugin", "window", "mutations", "success", "attempts", "exits", "p50", "p99", "most frequent failure"];
    const NUMBERS: [bool; 9] = [false, true, true, true, true, true, true, true, false];
    let cells = report.rows.iter().map(|Row { label, result }| match result {
        Err(rejection) => {
            let mut cells = vec![absent(); HEADERS.len()];
            if let [plugin, .., failure] = cells.as_mut_slice() {
                *plugin = label.to_string();
                *failure = format!("{} ({})", rejection.status(), rejection.code());
            }
            cells
        }
        Ok(Mutated { plugin, statistics, window, .. }) => {
            let durations = statistics.durations().statistics();
            let most = statistics.attempt_reasons().max_by_key(|(_, count)| *count);
            vec![
                plugin.description().name.clone(),
                window.to_string(),
                statistics.total().to_string(),
                share(statistics.success_rate()),
                statistics.attempts().to_string(),
                statistics.of_exits().to_string(),
                durations.map_or_else(absent, |durations| time(durations.p50)),
                durations.map_or_else(absent, |durations| time(durations.p99)),
                most.map_or_else(absent, |(reason, count)| format!("{} ({count})", reason.code())),
            ]
        }
    });
    table(&HEADERS, &NUMBERS, cells.collect())
}

fn totals(all: &Statistics) -> String {
    let mut text = format!(
        "\n{} in {}: {} succeeded, {} failed, success rate {}\n",
        counted(all.total(), "mutation"),
        counted(all.attempts(), "attempt"),
        all.successes(),
        all.failures(),
        share(all.success_rate()),
    );
    if let Some(durations) = all.durations().statistics() {
        let mean = all.durations().mean_seconds().map_or_else(absent, time);
        let recent = all.durations().recent_mean_seconds().map_or_else(absent, time);
        let _ = writeln!(
            text,
            "a mutation took {mean} on average ({recent} the last ten): min {}, p50 {}, p95 {}, p99 {}, max {}; {} samples",
            time(durations.min),
            time(durations.p50),
            time(durations.p95),
            time(durations.p99),
            time(durations.max),
            all.durations().samples(),
        );
    }
    let reasons: Vec<_> = all.attempt_reasons().map(|(reason, count)| format!("{} {count}", reason.code())).collect();
    if !reasons.is_empty() {
        let _ = writeln!(text, "failed attempts: {}", reasons.join(", "));
    }
    if let Some(tiers) = all.tiers().filter(|tiers| tiers.iter().any(|tier| tier.count > 0)) {
        let tier = |tier: TierShare| format!("{} {} (target {} %)", tier.tier, share(tier.share), percent(tier.target));
        let fallbacks = match all.tier_fallbacks() {
            None | Some(0) => String::new(),
            Some(count) => format!("; {} fell back to another tier than the one drawn", counted(count, "attempt")),
        };
        let _ = writeln!(text, "tiers: {}{fallbacks}", tiers.map(tier).join(", "));
    }
    let voided = all.attempts_failed_by(Reason::PastDeadline);
    if voided > 0 {
        let _ = writeln!(
            text,
            "voided by a deadline: {}; another run may differ from this one",
            counted(voided, "attempt"),
        );
    }
    text
}

/// Each parameter of one plugin; of several, those that they share.
fn parameters(report: &Report<'_>) -> String {
    const HEADERS: [&str; 8] =
        ["parameter", "moves", "clamped low", "clamped high", "no change", "at bound", "drift", "drift P2"];
    const NUMBERS: [bool; 8] = [false, true, true, true, true, true, true, true];
    let cells = |parameters: &[Parameter], (target, parameter): (Target, &ParameterStatistics)| {
        vec![
            name(target, parameters),
            parameter.moves().to_string(),
            parameter.clamped_low().to_string(),
            parameter.clamped_high().to_string(),
            parameter.no_changes().to_string(),
            share(parameter.share_at_bound()),
            signed(parameter.mean_log_factor()),
            signed(parameter.mean_log_factor_of_range_steps()),
        ]
    };
    let mut mutated = report.rows.iter().filter_map(|row| row.result.as_ref().ok());
    let rows: Vec<_> = match (mutated.next(), mutated.next()) {
        (Some(Mutated { plugin, statistics, .. }), None) => {
            statistics.parameters().map(|each| cells(&plugin.description().parameters, each)).collect()
        }
        _ => {
            let shared = report.all.parameters().filter(|(target, _)| !matches!(target, Target::Signal(_)));
            shared.map(|each| cells(&[], each)).collect()
        }
    };
    if rows.is_empty() {
        return String::new();
    }
    let legend = "drift: mean of ln(new / old) over steps that no bound cut short; P2: steps by a range's factor alone";
    format!("\n{}{}\n", table(&HEADERS, &NUMBERS, rows), legend)
}

fn notes(report: &Report<'_>, args: &Mutate) -> String {
    let mut text = String::new();
    for Row { label, result } in &report.rows {
        match result {
            Err(rejection) => {
                let _ = writeln!(text, "{label}: {}: {rejection}", rejection.status());
            }
            Ok(mutated) => {
                let (name, status) = (&mutated.plugin.description().name, status(mutated));
                for remark in remarks(mutated) {
                    let _ = writeln!(text, "{name}: {status}: {remark}");
                }
                if below(mutated, args.min_success_rate) {
                    let _ = writeln!(
                        text,
                        "{name}: success rate {} is below --min-success-rate {}",
                        share(mutated.statistics.success_rate()),
                        args.min_success_rate.unwrap_or_default(),
                    );
                }
            }
        }
    }
    if report.interrupted {
        text.push_str("interrupted: the figures are those until then\n");
    }
    if text.is_empty() { text } else { format!("\n{text}") }
}

fn signed(log_factor: Option<f64>) -> String {
    log_factor.map_or_else(absent, |log_factor| format!("{:+.1} %", log_factor * 100.0))
}

fn percent(share: f64) -> f64 {
    (share * 1e4).round() / 1e2
}
