//! What goes to stdout and stderr. A reader that hangs up (`| head`) ends the output, not the program.

use std::fmt::Display;
use std::io::{self, Write};
use std::path::Path;

use comfy_table::{Cell, CellAlignment, Table};
use seedbed_genome::{Exit, ExitGenome};
use serde_json::{Map, Value, json};

use crate::exit::{OrStop, Stop};

/// The format of a file that a command writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FileFormat {
    Csv,
    Parquet,
}

impl FileFormat {
    /// By the ending of `path`, in any case.
    pub(crate) fn of(path: &Path) -> Option<Self> {
        match path.extension().and_then(|ending| ending.to_str()).map(str::to_ascii_lowercase).as_deref() {
            Some("csv") => Some(Self::Csv),
            Some("parquet") => Some(Self::Parquet),
            _ => None,
        }
    }
}

/// Prints a result to stdout.
pub(crate) fn result(text: &str) -> Result<(), Stop> {
    match io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written.or_host(),
    }
}

/// Prints an error with its causes to stderr, one `error: ` a line of the first.
pub(crate) fn error(error: &anyhow::Error) {
    note("error", format!("{error:#}"));
}

/// Prints a remark to stderr: `warning: ...`.
pub(crate) fn note(kind: &str, text: impl Display) {
    // Nobody is left to tell when stderr is gone.
    let _ = writeln!(io::stderr().lock(), "{kind}: {text}");
}

/// The exits of a genome for programs: mechanism, parameter, value.
pub(crate) fn exits(genome: &ExitGenome) -> Value {
    let exit = |exit: &Exit| {
        let values = exit.mechanism().parameters().iter().zip(exit.values());
        let values: Map<_, _> = values.map(|(spec, value)| (spec.name.to_owned(), json!(value))).collect();
        (exit.mechanism().name().to_owned(), Value::Object(values))
    };
    Value::Object(genome.exits().map(exit).collect())
}

/// A table without borders: headers, then rows; `numbers` marks the columns that align right.
pub(crate) fn table(headers: &[&str], numbers: &[bool], rows: Vec<Vec<String>>) -> String {
    let cell = |column: usize, text: &str| {
        let right = numbers.get(column).copied().unwrap_or(false);
        Cell::new(text).set_alignment(if right { CellAlignment::Right } else { CellAlignment::Left })
    };
    let mut table = Table::new();
    table.load_style(comfy_table::presets::NOTHING);
    table.set_header(headers.iter().enumerate().map(|(column, text)| cell(column, text)));
    for row in rows {
        table.add_row(row.iter().enumerate().map(|(column, text)| cell(column, text)));
    }
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    let lines: Vec<_> = table.lines().map(|line| line.trim_end().to_owned()).collect();
    lines.join("\n") + "\n"
}
