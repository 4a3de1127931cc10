use std::fmt::Write as _;

use super::compare::{Compared, Comparison, Verdict};
use super::figure::Figure;
use super::report::Report;
use crate::output::table;

/// The figures for people; with a comparison, beside the old ones.
pub(super) fn print(report: &Report, comparison: Option<&Comparison>) -> String {
    let mut text = format!("{}\n{}\n\n", report.machine, report.versions);
    text.push_str(&match comparison {
        None => figures(&report.figures),
        Some(comparison) => compared(comparison),
    });
    if report.figures.iter().any(|figure| figure.value.is_none()) {
        text.push_str("\n- cannot be told on this system\n");
    }
    if let Some(comparison) = comparison {
        text.push_str(&notes(comparison));
    }
    text
}

fn figures(figures: &[Figure]) -> String {
    let row = |figure: &Figure| {
        vec![figure.name.clone(), figure.text(), figure.unit.name().to_owned(), figure.samples.to_string()]
    };
    table(&["figure", "value", "unit", "samples"], &[false, true, false, true], figures.iter().map(row).collect())
}

fn compared(comparison: &Comparison) -> String {
    let row = |Compared { figure, old, ratio, verdict, .. }: &Compared| {
        let old = Figure { value: Some(*old), ..figure.clone() };
        let ratio = ratio.map_or("-".to_owned(), |ratio| format!("{ratio:.2}"));
        let cells = [figure.name.as_str(), &old.text(), &figure.text(), figure.unit.name(), &ratio, verdict.name()];
        cells.map(str::to_owned).to_vec()
    };
    let headers = ["figure", "old", "new", "unit", "new/old", "verdict"];
    table(&headers, &[false, true, true, false, true, false], comparison.figures.iter().map(row).collect())
}

fn notes(comparison: &Comparison) -> String {
    let mut text = String::from("\n");
    if let Some(machine) = &comparison.other_machine {
        let _ = writeln!(text, "warning: the old figures are another machine's: {machine}");
    }
    for (names, which) in [(&comparison.only_old, "old"), (&comparison.only_new, "new")] {
        if !names.is_empty() {
            let _ = writeln!(text, "only among the {which} figures: {}", names.join(", "));
        }
    }
    let worse = comparison.figures.iter().filter(|compared| compared.verdict == Verdict::Worse);
    let worse: Vec<_> = worse.map(|compared| compared.figure.name.as_str()).collect();
    let (percent, date) = (comparison.percent(), &comparison.old_date);
    let _ = match worse.as_slice() {
        [] => writeln!(text, "nothing is worse than on {date} by more than {percent} %"),
        worse => writeln!(text, "worse than on {date} by more than {percent} %: {}", worse.join(", ")),
    };
    text
}
