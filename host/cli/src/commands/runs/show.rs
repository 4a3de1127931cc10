use std::fmt::Write as _;

use seedbed_report::report::{FactGroup, Mutations};
use seedbed_store::RunId;
use serde_json::json;

use super::progress::Progress;
use crate::args::Format;
use crate::cells::{absent, share};
use crate::evolution::{RunFile, Shelf, StoredResult, facts, summary};
use crate::exit::{Exit, Stop};
use crate::output;

/// One run, finished or not.
pub(super) fn run(shelf: &Shelf, name: &str, format: Format) -> Result<Exit, Stop> {
    let run = shelf.find(name)?;
    let file = shelf.file(&run)?;
    let text = match shelf.result(&run, false)? {
        Some(result) => finished(&run, &file, &result, format),
        None => unfinished(&run, &file, &Progress::of(shelf, &run)?, format),
    };
    output::result(&text)?;
    Ok(Exit::Success)
}

fn finished(run: &RunId, file: &RunFile, result: &StoredResult, format: Format) -> String {
    if format == Format::Json {
        let value = json!({ "format": "seedbed.run/1", "run": run.as_str(), "state": "finished", "began": file, "result": result });
        return format!("{value:#}\n");
    }
    let report = &result.report;
    let mut text = summary(report);
    if let Some(table) = report.evolution.mutations.as_ref().and_then(parameters) {
        let _ = write!(text, "\n{table}");
    }
    groups(&mut text, &report.run.groups);
    text
}

fn unfinished(run: &RunId, file: &RunFile, progress: &Progress, format: Format) -> String {
    if format == Format::Json {
        let resume = ["seedbed", "evolve", "--resume", run.as_str()];
        let value = json!({
            "format": "seedbed.run/1",
            "run": run.as_str(),
            "state": "unfinished",
            "began": file,
            "progress": progress,
            "resume": resume,
        });
        return format!("{value:#}\n");
    }
    let mut text = format!("run {run} is not finished: {}\n", progress.words());
    if let Some(details) = progress.details() {
        let _ = writeln!(text, "{details}");
    }
    let _ = writeln!(text, "unless a process is still at it, go on with: seedbed evolve --resume {run}");
    groups(&mut text, &facts::of_file(file));
    text
}

fn groups(text: &mut String, groups: &[FactGroup]) {
    for FactGroup { title, facts } in groups.iter().filter(|group| !group.facts.is_empty()) {
        let width = facts.iter().map(|fact| fact.name.chars().count()).max().unwrap_or_default();
        let _ = writeln!(text, "\n{title}");
        for fact in facts {
            let _ = writeln!(text, "  {:width$}  {}", fact.name, fact.value);
        }
    }
}

/// Where mutation moved parameters, and what failed; the summary tells the counts.
fn parameters(mutations: &Mutations) -> Option<String> {
    const HEADERS: [&str; 5] = ["mutated parameter", "moves", "clamped low", "clamped high", "mean log factor"];
    const NUMBERS: [bool; 5] = [false, true, true, true, true];
    if mutations.parameters.is_empty() && mutations.reasons.is_empty() {
        return None;
    }
    let rows = mutations.parameters.iter().map(|parameter| {
        vec![
            parameter.name.clone(),
            parameter.moves.to_string(),
            parameter.clamped_low.to_string(),
            parameter.clamped_high.to_string(),
            parameter.drift.map_or_else(absent, |drift| format!("{drift:+.4}")),
        ]
    });
    let mut text = output::table(&HEADERS, &NUMBERS, rows.collect());
    for tier in &mutations.tiers {
        let _ = writeln!(
            text,
            "{} {} of exit mutations, {} wanted",
            tier.tier,
            share(tier.share),
            share(Some(tier.target))
        );
    }
    for reason in &mutations.reasons {
        let _ = writeln!(text, "{} failed attempts: {}", reason.count, reason.name);
    }
    Some(text)
}
