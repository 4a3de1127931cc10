mod compare;
mod figure;
mod machine;
mod measure;
mod report;
mod table;

use std::path::Path;
use std::time::Duration;

use anyhow::Context;
use seedbed_outcome::GuestText;

use self::compare::Comparison;
use self::measure::measure;
use self::report::Report;
use crate::args::{Bench, Format, Global};
use crate::exit::{Exit, OrStop, Stop};
use crate::interrupt::Interrupt;
use crate::setup::Session;
use crate::workbench::Workbench;
use crate::{output, setup};

pub(crate) fn run(global: &Global, args: &Bench) -> Result<Exit, Stop> {
    let Session { telemetry, .. } = setup::configure(global, [])?;
    let old = args.compare.as_deref().map(Report::read).transpose().or_usage()?;
    args.output.as_deref().map_or(Ok(()), writable).or_usage()?;
    let interrupt = Interrupt::watch()?;
    if cfg!(debug_assertions) {
        output::note("warning", "this seedbed was built without optimisation; its figures tell nothing of a release");
    }

    let bench = Workbench::with(telemetry, interrupt.clone())?;
    let figures = measure(&bench, Duration::from_secs_f64(args.seconds)).or_host()?;
    let report = Report::new(&bench, args.seconds, figures);
    let comparison = old.filter(|_| !interrupt.asked()).map(|old| Comparison::of(old, &report, args.tolerance));
    output::result(&match args.format {
        Format::Table => table::print(&report, comparison.as_ref()),
        Format::Json => report::json(&report, comparison.as_ref()).or_host()?,
    })?;
    if interrupt.asked() {
        output::note("warning", "stopped before the end; nothing was written or compared");
        return Ok(Exit::Interrupted);
    }
    if let Some(path) = &args.output {
        report.write(path).or_host()?;
    }
    Ok(if comparison.is_some_and(|comparison| comparison.is_worse()) { Exit::Findings } else { Exit::Success })
}

/// Says before the measuring, not after it, that a file cannot be written.
fn writable(path: &Path) -> anyhow::Result<()> {
    let shown = GuestText::new(&path.to_string_lossy());
    anyhow::ensure!(!path.is_dir(), "cannot write {shown}: it is a folder; name a file");
    tempfile::tempfile_in(report::folder_of(path))
        .map(drop)
        .with_context(|| format!("cannot write {shown}; name a file in a folder that exists and may be written to"))
}
