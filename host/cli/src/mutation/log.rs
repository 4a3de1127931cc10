use std::borrow::Cow;
use std::path::Path;

use seedbed_evaluate::{Mutation, Plan, Plugin, Trial};
use seedbed_telemetry::log::{Block, Dialect, Ending, Failed, Names, Record, Rotation, Timestamp, WriteError, Writer};

use super::recorder::failed;
use crate::config::ExitMutation;
use crate::exit::{OrStop, Stop};
use crate::output;

/// The mutation log of a run.
pub(crate) struct Log {
    writer: Writer,
    run_id: String,
    dialect: Dialect,
}

/// Where a log goes, and in which form.
pub(crate) struct LogFile<'a> {
    pub(crate) path: &'a Path,
    pub(crate) dialect: Dialect,
    pub(crate) rotation: Rotation,
}

/// Makes lines of one plugin's mutations, on any thread.
pub(super) struct Encoder<'a> {
    run_id: String,
    dialect: Dialect,
    plugin: &'a Plugin,
    attempts: u32,
    /// Mutations of the run before the plugin's first.
    before: u64,
}

impl Log {
    /// Opens the log of a run with this seed; none where the configuration says that mutations are not logged.
    pub(crate) fn open(file: &LogFile<'_>, seed: u64, config: &ExitMutation) -> Result<Option<Self>, Stop> {
        if !config.log_mutations {
            output::note("warning", "exit_mutation.monitoring.log_mutations is false: --log writes nothing");
            return Ok(None);
        }
        let writer = Writer::open(file.path, file.rotation).or_usage()?;
        let run_id = format!("{}-{seed}", Timestamp::now().strftime("%Y%m%dT%H%M%S.%6fZ"));
        Ok(Some(Self { writer, run_id, dialect: file.dialect }))
    }

    pub(super) fn encoder<'a>(&self, plan: &Plan, plugin: &'a Plugin, before: u64) -> Encoder<'a> {
        Encoder { run_id: self.run_id.clone(), dialect: self.dialect, plugin, attempts: plan.attempts.get(), before }
    }

    /// Takes a block; `now` writes it at once.
    pub(super) fn write(&mut self, block: &Block, now: bool) -> Result<(), WriteError> {
        self.writer.write(block)?;
        if now { self.writer.flush() } else { Ok(()) }
    }

    pub(super) fn finish(self) -> Result<(), Stop> {
        self.writer.finish().or_host()
    }
}

impl Encoder<'_> {
    pub(super) fn encode(&self, mutations: &[Mutation]) -> Block {
        let mut block = Block::new();
        for mutation in mutations {
            for (number, trial) in (1..).zip(&mutation.trials) {
                block.push(&self.record(mutation, number, trial), self.dialect);
            }
        }
        block
    }

    fn record<'a>(&'a self, mutation: &Mutation, number: u32, trial: &'a Trial) -> Record<'a> {
        Record {
            timestamp: Timestamp::now(),
            run_id: Cow::Borrowed(&self.run_id),
            mutation: self.before + mutation.number,
            plugin: Cow::Borrowed(&self.plugin.description().name),
            generation: mutation.generation,
            slot: mutation.slot,
            parent: mutation.parent,
            step: trial.attempt.step.as_ref().map(Cow::Borrowed),
            names: Names::Declared(&self.plugin.description().parameters),
            ending: ending(trial),
            attempt: number,
            attempts: self.attempts,
            duration: trial.duration,
            seed: trial.attempt.seed,
        }
    }
}

fn ending(trial: &Trial) -> Ending<'_> {
    let why = |text: String| failed(trial).map(|reason| Failed { reason, text: Cow::Owned(text) });
    match (&trial.attempt.result, &trial.validation) {
        (Ok(child), Some(Err(error))) => match why(error.to_string()) {
            Some(why) => Ending::Rejected(child.hash, why),
            None => Ending::Child(child.hash),
        },
        (Ok(child), _) => Ending::Child(child.hash),
        (Err(fault), _) => Ending::NoChild(Failed { reason: fault.into(), text: Cow::Owned(fault.to_string()) }),
    }
}
