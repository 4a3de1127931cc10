use std::fs;
use std::path::PathBuf;

use anyhow::{Context, anyhow};

use crate::args::{Global, ReportFile};
use crate::evolution::Shelf;
use crate::exit::{Exit, OrStop, Stop};
use crate::{output, setup};

pub(crate) fn run(global: &Global, args: &ReportFile) -> Result<Exit, Stop> {
    let session = setup::configure(global, args.store.given())?;
    let shelf = Shelf::open(&session.config.storage)?;
    let run = shelf.find(&args.run)?;
    let Some(result) = shelf.result(&run, true)? else {
        return Err(anyhow!("run {run} is not finished; go on with: seedbed evolve --resume {run}")).or_usage();
    };
    let path = args.output.clone().unwrap_or_else(|| PathBuf::from(format!("{run}.html")));
    let page = seedbed_report::html(&result.report);
    fs::write(&path, page).with_context(|| format!("cannot write {}", path.display())).or_host()?;
    output::note("note", format_args!("{} is written; it opens offline", path.display()));
    Ok(Exit::Success)
}
