use std::fmt::Write as _;

use anyhow::anyhow;
use seedbed_report::report::{Measured, Performance, Period, Phase, Report};
use serde::Serialize;
use serde_json::json;

use super::different::{Different, different};
use crate::args::{Compare, Format, Global};
use crate::cells::{absent, rounded};
use crate::evolution::{RunFile, Shelf, StoredResult, standing};
use crate::exit::{Exit, OrStop, Stop};
use crate::{output, setup};

/// A finished run.
struct Side {
    run: String,
    file: RunFile,
    result: StoredResult,
}

/// One line of two runs side by side.
#[derive(Debug, Serialize)]
struct Line {
    name: &'static str,
    values: [Cell; 2],
    /// The second less the first, where both are numbers.
    difference: Option<f64>,
}

/// A number, or the words for it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
enum Cell {
    Number(f64),
    Count(u64),
    Words(String),
}

/// Sets two finished runs side by side.
pub(super) fn run(global: &Global, args: &Compare, names: [&str; 2]) -> Result<Exit, Stop> {
    let session = setup::configure(global, args.store.given())?;
    let shelf = Shelf::open(&session.config.storage)?;
    let [a, b] = names.map(|name| Side::read(&shelf, name));
    let sides = [a?, b?];
    let lines = lines(&sides);
    let different = different(&sides.each_ref().map(|side| side.file.beginning()));
    output::result(&match args.format {
        Format::Table => table(&sides, &lines, &different),
        Format::Json => {
            let runs = sides.each_ref().map(|side| json!({ "run": side.run, "digest": side.result.digest }));
            let value =
                json!({ "format": "seedbed.compare-runs/1", "runs": runs, "values": lines, "different": different });
            format!("{value:#}\n")
        }
    })?;
    Ok(Exit::Success)
}

impl Side {
    fn read(shelf: &Shelf, name: &str) -> Result<Self, Stop> {
        let run = shelf.find(name)?;
        let file = shelf.file(&run)?;
        match shelf.result(&run, false)? {
            Some(result) => Ok(Self { run: run.to_string(), file, result }),
            None => Err(anyhow!(
                "run {run} is not finished, so there is nothing to compare; go on with: seedbed evolve --resume {run}"
            ))
            .or_usage(),
        }
    }
}

fn lines(sides: &[Side; 2]) -> Vec<Line> {
    let line = |name: &'static str, read: &dyn Fn(&StoredResult) -> Cell| {
        let values = sides.each_ref().map(|side| read(&side.result));
        let number = |cell: &Cell| match cell {
            Cell::Number(number) => Some(*number),
            #[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^53")]
            Cell::Count(count) => Some(*count as f64),
            Cell::Words(_) => None,
        };
        let [a, b] = values.each_ref().map(number);
        let difference = a.zip(b).map(|(a, b)| b - a);
        Line { name, values, difference }
    };
    let verdict = |name, read: fn(&Report) -> &Measured| line(name, &|result| measured(read(&result.report)));
    let count = |name, read: fn(&StoredResult) -> u64| line(name, &|result| Cell::Count(read(result)));
    let of = |name, phase: Phase, read: fn(&Performance) -> Cell| {
        line(name, &move |result| {
            let period = period(&result.report, phase);
            period.map_or_else(|| Cell::Words("no such period".to_owned()), |period| read(&period.champion))
        })
    };
    vec![
        line("standing", &|result| Cell::Words(standing(result.report.verdict.standing).to_owned())),
        line("champion", &|result| {
            Cell::Words(result.report.champion.as_ref().map_or_else(absent, |champion| champion.plugin.clone()))
        }),
        line("fitness in sample", &|result| match &result.report.champion {
            Some(champion) => Cell::Number(champion.fitness),
            None => Cell::Words("no champion".to_owned()),
        }),
        of("Sharpe in sample", Phase::InSample, |own| measured(&own.sharpe)),
        of("Sharpe out of sample", Phase::OutOfSample, |own| measured(&own.sharpe)),
        of("Sharpe untouched", Phase::Holdout, |own| measured(&own.sharpe)),
        of("return in sample", Phase::InSample, |own| Cell::Number(own.total_return)),
        of("return out of sample", Phase::OutOfSample, |own| Cell::Number(own.total_return)),
        of("return untouched", Phase::Holdout, |own| Cell::Number(own.total_return)),
        of("drawdown in sample", Phase::InSample, |own| Cell::Number(own.max_drawdown)),
        of("drawdown out of sample", Phase::OutOfSample, |own| Cell::Number(own.max_drawdown)),
        of("drawdown untouched", Phase::Holdout, |own| Cell::Number(own.max_drawdown)),
        line("out of sample over in sample", &|result| match &result.report.verdict.walk_forward {
            Some(walk) => measured(&walk.ratio),
            None => Cell::Words("no windows".to_owned()),
        }),
        verdict("Sharpe of luck alone", |report| &report.verdict.luck_sharpe),
        verdict("deflated Sharpe", |report| &report.verdict.deflated_sharpe),
        verdict("probability of overfitting", |report| &report.verdict.overfitting.probability),
        count("evaluations", |result| result.evaluations),
        count("distinct trials", |result| result.report.verdict.trials),
        count("distinct trials of all windows", |result| result.report.verdict.trials_of_all_windows),
        count("failures", |result| result.report.evolution.failures.iter().map(|failure| failure.count).sum()),
    ]
}

fn measured(measured: &Measured) -> Cell {
    match measured {
        Measured::Value(value) => Cell::Number(*value),
        Measured::Missing(why) => Cell::Words(why.clone()),
    }
}

fn period(report: &Report, phase: Phase) -> Option<&Period> {
    report.verdict.periods.iter().find(|period| period.phase == phase)
}

fn table(sides: &[Side; 2], lines: &[Line], different: &[Different]) -> String {
    let [a, b] = sides;
    let cell = |cell: &Cell| match cell {
        Cell::Number(number) => rounded(*number, 4),
        Cell::Count(count) => count.to_string(),
        Cell::Words(words) => words.clone(),
    };
    let rows = lines.iter().map(|line| {
        let [first, second] = &line.values;
        let difference = line.difference.map_or_else(absent, |difference| rounded(difference, 4));
        vec![line.name.to_owned(), cell(first), cell(second), difference]
    });
    let mut text = output::table(&["", &a.run, &b.run, "difference"], &[false, true, true, true], rows.collect());
    let same = a.result.digest == b.result.digest;
    let _ = match (different.is_empty(), same) {
        (true, true) => writeln!(text, "\nthey began alike, and every evaluation is the same"),
        (true, false) => writeln!(text, "\nthey began alike and ended differently: the clock had a say in one"),
        (false, _) => write!(text, "\n{}", Different::table(different, [&a.run, &b.run])),
    };
    text
}
