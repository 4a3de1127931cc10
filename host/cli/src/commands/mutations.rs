mod json;
mod table;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::anyhow;
use seedbed_telemetry::log::{History, ReadError, Reader, Rotation};

use crate::args::{Format, Global, Mutations};
use crate::exit::{Exit, OrStop, Stop};
use crate::{output, setup};

/// Bad lines that are named one by one.
const SHOWN: u64 = 10;
/// Slices of time that the trend has.
const SLICES: u32 = 10;

/// What the logs told.
struct Report {
    history: History,
    /// The files that were read, each log's oldest first.
    files: Vec<PathBuf>,
    /// Lines of no format.
    bad_lines: u64,
    /// Files that could not be read, or not to their ends.
    failed_files: u64,
}

pub(crate) fn run(global: &Global, args: &Mutations) -> Result<Exit, Stop> {
    let _session = setup::configure(global, [])?;
    let report = read_all(&args.files)?;
    output::result(&match args.format {
        Format::Table => table::print(&report),
        Format::Json => json::print(&report),
    })?;
    let nothing_readable = report.bad_lines > 0 && report.history.totals().attempts == 0;
    Ok(if report.failed_files > 0 || nothing_readable { Exit::Findings } else { Exit::Success })
}

/// Every file is read, whatever the others hold; a log with the older files that rotation left beside it, each file once.
fn read_all(logs: &[PathBuf]) -> Result<Report, Stop> {
    let mut report = Report { history: History::new(), files: Vec::new(), bad_lines: 0, failed_files: 0 };
    let mut seen = BTreeSet::new();
    for file in logs.iter().flat_map(|log| Rotation::files_of(log)) {
        if !seen.insert(file.canonicalize().unwrap_or_else(|_| file.clone())) {
            continue;
        }
        match read(&file, &mut report) {
            Ok(()) => report.files.push(file),
            Err(error) => {
                report.failed_files += 1;
                output::note("error", &error);
            }
        }
    }
    if report.bad_lines > SHOWN {
        output::note("warning", format!("{} more lines could not be read", report.bad_lines - SHOWN));
    }
    if report.files.is_empty() {
        return Err(anyhow!("no log could be read; name one that `seedbed mutate --log` wrote")).or_usage();
    }
    Ok(report)
}

fn read(file: &Path, report: &mut Report) -> Result<(), ReadError> {
    let mut reader = Reader::open(file)?;
    while let Some(entry) = reader.next_entry() {
        match entry {
            Ok(entry) => report.history.add(&entry),
            Err(ReadError::Line(bad)) => {
                report.bad_lines += 1;
                if report.bad_lines <= SHOWN {
                    output::note("warning", bad);
                }
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
