use seedbed_report::report::{Measured, Standing};
use seedbed_store::RunId;
use seedbed_telemetry::log::Timestamp;
use serde::Serialize;
use serde_json::json;

use super::progress::Progress;
use crate::args::Format;
use crate::cells::{absent, counted};
use crate::evolution::{RunFile, Shelf, StoredResult, standing};
use crate::exit::{Exit, Stop};
use crate::output;

/// One run of a listing: what can be read of it, and what cannot.
#[derive(Debug, Serialize)]
struct Row {
    run: String,
    #[serde(flatten)]
    began: Option<Began>,
    #[serde(flatten)]
    state: State,
}

/// What a run began with.
#[derive(Debug, Serialize)]
struct Began {
    began: String,
    plugins: Vec<String>,
    symbols: Vec<String>,
    algorithm: String,
    objective: String,
    seed: u64,
}

#[derive(Debug, Serialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
enum State {
    Finished(Verdict),
    /// Stopped, killed, or still running.
    Unfinished(Progress),
    Damaged {
        error: String,
    },
}

/// The verdict in short.
#[derive(Debug, Serialize)]
struct Verdict {
    ended: String,
    evaluations: u64,
    digest: String,
    standing: Standing,
    deflated_sharpe: Option<f64>,
    sentence: String,
}

/// All runs, and exit code 1 where one is damaged.
pub(super) fn run(shelf: &Shelf, format: Format) -> Result<Exit, Stop> {
    let rows: Vec<Row> = shelf.runs()?.iter().map(|run| Row::of(shelf, run)).collect();
    let damaged = rows.iter().any(|row| matches!(row.state, State::Damaged { .. }));
    if rows.is_empty() {
        output::note("note", "there is no run yet; begin one with: seedbed evolve");
    }
    output::result(&match format {
        Format::Table => table(&rows),
        Format::Json => format!("{:#}\n", json!({ "format": "seedbed.runs/1", "runs": rows })),
    })?;
    Ok(if damaged { Exit::Findings } else { Exit::Success })
}

impl Row {
    fn of(shelf: &Shelf, run: &RunId) -> Self {
        let damaged = |stop: Stop| State::Damaged { error: format!("{:#}", stop.error) };
        let (began, state) = match shelf.file(run) {
            Err(stop) => (None, damaged(stop)),
            Ok(file) => (Some(Began::of(&file)), State::of(shelf, run).unwrap_or_else(damaged)),
        };
        Self { run: run.to_string(), began, state }
    }

    fn cells(&self) -> Vec<String> {
        let mut cells = vec![self.run.clone()];
        match &self.began {
            None => cells.extend(std::iter::repeat_with(absent).take(6)),
            Some(began) => cells.extend([
                moment(&began.began),
                names(&began.plugins, "plugin"),
                names(&began.symbols, "symbol"),
                began.algorithm.clone(),
                began.objective.clone(),
                began.seed.to_string(),
            ]),
        }
        let (state, deflated, standing) = match &self.state {
            State::Finished(verdict) => (
                verdict.ended.clone(),
                verdict.deflated_sharpe.map_or_else(absent, |value| format!("{value:.2}")),
                standing(verdict.standing).to_owned(),
            ),
            State::Unfinished(progress) => (format!("unfinished, {}", progress.words()), absent(), absent()),
            State::Damaged { error } => (format!("error: {error}"), absent(), absent()),
        };
        // The state comes last: an error is a long one.
        cells.extend([deflated, standing, state]);
        cells
    }
}

impl Began {
    fn of(file: &RunFile) -> Self {
        Self {
            began: file.started.clone(),
            plugins: file.plugins.iter().map(|plugin| plugin.name.clone()).collect(),
            symbols: file.symbols.iter().map(|symbol| symbol.name.clone()).collect(),
            algorithm: file.search.algorithm.clone(),
            objective: file.search.objective.clone(),
            seed: file.search.seed,
        }
    }
}

impl State {
    fn of(shelf: &Shelf, run: &RunId) -> Result<Self, Stop> {
        Ok(match shelf.result(run, false)? {
            Some(result) => Self::Finished(Verdict::of(result)),
            None => Self::Unfinished(Progress::of(shelf, run)?),
        })
    }
}

impl Verdict {
    fn of(StoredResult { digest, evaluations, report, .. }: StoredResult) -> Self {
        let deflated_sharpe = match report.verdict.deflated_sharpe {
            Measured::Value(value) => Some(value),
            Measured::Missing(_) => None,
        };
        let standing = report.verdict.standing;
        Self {
            ended: report.run.state,
            evaluations,
            digest,
            standing,
            deflated_sharpe,
            sentence: report.verdict.sentence,
        }
    }
}

fn table(rows: &[Row]) -> String {
    const HEADERS: [&str; 10] = [
        "run",
        "began",
        "plugins",
        "symbols",
        "algorithm",
        "objective",
        "seed",
        "deflated Sharpe",
        "standing",
        "state",
    ];
    const NUMBERS: [bool; 10] = [false, false, false, false, false, false, true, true, false, false];
    if rows.is_empty() {
        return String::new();
    }
    output::table(&HEADERS, &NUMBERS, rows.iter().map(Row::cells).collect())
}

/// One or two by name, more by number.
fn names(names: &[String], what: &str) -> String {
    match names {
        [] | [_] | [_, _] => names.join(", "),
        many => counted(many.len() as u64, what),
    }
}

/// To the minute.
fn moment(text: &str) -> String {
    text.parse::<Timestamp>().map_or_else(|_| absent(), |moment| moment.strftime("%Y-%m-%d %H:%M").to_string())
}
