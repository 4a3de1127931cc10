//! The seedbed command line.

mod args;
mod cells;
mod commands;
pub mod config;
mod evolution;
mod exit;
mod folders;
mod inputs;
mod interrupt;
mod mutation;
mod output;
mod review;
mod setup;
mod telemetry;
mod trades;
pub mod workbench;

use std::process::ExitCode;

use clap::Parser;

use crate::args::{Cli, Command};
pub use crate::exit::Exit;
use crate::exit::Stop;

/// Runs the command that the arguments name; what it ends in is the exit code.
#[must_use]
pub fn main() -> ExitCode {
    let Cli { global, command } = Cli::parse();
    let result = match command {
        Command::Evaluate(args) => commands::evaluate::run(&global, &args),
        Command::Seeds(args) => commands::seeds::run(&global, &args),
        Command::Review(args) => commands::review::run(&global, &args),
        Command::Trust(args) => commands::trust::run(&global, &args),
        Command::Ready(args) => commands::ready::run(&global, &args),
        Command::Mutate(args) => commands::mutate::run(&global, &args),
        Command::Mutations(args) => commands::mutations::run(&global, &args),
        Command::Evolve(args) => commands::evolve::run(&global, &args),
        Command::Runs(args) => commands::runs::run(&global, &args),
        Command::Compare(args) => commands::compare::run(&global, &args),
        Command::Report(args) => commands::report::run(&global, &args),
        Command::Bench(args) => commands::bench::run(&global, &args),
        Command::New(args) => commands::new::run(&global, &args),
        Command::Build(args) => commands::build::run(&global, &args),
        Command::Data(args) => commands::data::run(&global, &args),
        Command::Config(args) => commands::config::run(&global, &args),
        Command::Worker => return seedbed_worker::serve(),
    };
    match result {
        Ok(exit) => exit.into(),
        Err(Stop { exit, error }) => {
            output::error(&error);
            exit.into()
        }
    }
}
