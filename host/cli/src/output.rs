//! What goes to stdout and stderr. A reader that hangs up (`| head`) ends the output, not the program.

use std::fmt::Display;
use std::io::{self, Write};

use comfy_table::{Cell, CellAlignment, Table};

use crate::exit::{OrStop, Stop};

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
