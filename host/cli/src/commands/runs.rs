use crate::args::{Format, Global, Runs, RunsCommand};
use crate::evolution::Shelf;
use crate::exit::{Exit, Stop};
use crate::setup;

mod list;
mod progress;
mod show;

pub(crate) fn run(global: &Global, args: &Runs) -> Result<Exit, Stop> {
    match &args.command {
        None => {
            let session = setup::configure(global, args.store.given())?;
            list::run(&Shelf::open(&session.config.storage)?, args.format)
        }
        Some(RunsCommand::Show { run, store, format }) => {
            // Both places of a flag mean the same; the later one counts.
            let session = setup::configure(global, args.store.given().chain(store.given()))?;
            let format = if args.format == Format::Json { args.format } else { *format };
            show::run(&Shelf::open(&session.config.storage)?, run, format)
        }
    }
}
