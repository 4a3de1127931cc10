//! What is written down of mutations while they run: statistics, metrics, log, children to show.

use std::ops::ControlFlow;
use std::time::Duration;

use seedbed_evaluate::{Campaign, Mutation, Plan, Plugin, Trial};
use seedbed_telemetry::log::Block;
use seedbed_telemetry::logging::{ATTEMPT, Heartbeat, MutationWarnings, SLOW_MUTATION};
use seedbed_telemetry::metrics::{self, Reason};
use seedbed_telemetry::statistics::{AttemptEvent, Event, Statistics};

use super::log::Log;
use super::show::differences;
use crate::args::{Format, Mutate};
use crate::exit::{OrStop, Stop};
use crate::interrupt::Interrupt;
use crate::output;
use crate::setup::Session;

/// Writes down what a run of mutations came to.
pub(super) struct Recorder<'a> {
    session: &'a Session,
    interrupt: Interrupt,
    shows: bool,
    log: Option<Log>,
    metrics: metrics::Local,
    warnings: MutationWarnings,
    heartbeat: Heartbeat,
    /// Mutations of the plugins before this one.
    before: u64,
    failed: Option<Stop>,
}

impl<'a> Recorder<'a> {
    pub(super) fn new(session: &'a Session, args: &Mutate, interrupt: Interrupt) -> Result<Self, Stop> {
        let metrics = session.telemetry.metrics().mutations(targets(session)).local();
        Ok(Self {
            session,
            interrupt,
            shows: args.show && args.format == Format::Table,
            log: Log::open(args, &session.config.exit_mutation)?,
            metrics,
            warnings: MutationWarnings::new(),
            heartbeat: Heartbeat::new(Duration::from_secs(1)),
            before: 0,
            failed: None,
        })
    }

    /// Statistics that have seen nothing yet.
    pub(super) fn statistics(&self) -> Statistics {
        Statistics::new(targets(self.session))
    }

    pub(super) fn run(
        &mut self,
        campaign: &Campaign<'_>,
        plan: &Plan,
        plugin: &Plugin,
        statistics: &mut Statistics,
        all: &mut Statistics,
    ) -> ControlFlow<()> {
        let before = self.before;
        let encoder = self.log.as_ref().map(|log| log.encoder(plan, plugin, before));
        let flow = campaign.run(
            plan,
            |mutations| (encoder.as_ref().map(|encoder| encoder.encode(&mutations)), mutations),
            |(block, mutations)| {
                self.write(block, &mutations);
                for mutation in &mutations {
                    self.record(mutation, campaign, plugin, statistics, all);
                }
                self.metrics.flush();
                self.tell(all);
                let ends = self.failed.is_some() || self.interrupt.asked();
                if ends { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            },
        );
        self.before += statistics.total();
        flow
    }

    /// Writes what is left.
    pub(super) fn finish(self) -> Result<(), Stop> {
        let finished = self.log.map_or(Ok(()), Log::finish);
        self.failed.map_or(finished, Err)
    }

    /// Somebody may be waiting to read what went wrong.
    fn write(&mut self, block: Option<Block>, mutations: &[Mutation]) {
        let (Some(log), Some(block)) = (&mut self.log, block) else { return };
        let warns = |mutation: &Mutation| {
            mutation.duration > SLOW_MUTATION
                || mutation.trials.iter().any(|trial| matches!(trial.validation, Some(Err(_))))
        };
        if let Err(error) = log.write(&block, mutations.iter().any(warns)).or_host() {
            self.failed.get_or_insert(error);
        }
    }

    fn record(
        &mut self,
        mutation: &Mutation,
        campaign: &Campaign<'_>,
        plugin: &Plugin,
        statistics: &mut Statistics,
        all: &mut Statistics,
    ) {
        let attempts: Vec<_> = mutation.trials.iter().map(attempt).collect();
        let event = Event { attempts: &attempts, took: mutation.duration, space: campaign.space };
        statistics.record(&event);
        all.record(&event);
        self.count(mutation, &attempts);
        self.events(mutation, &attempts);
        if self.shows
            && let Some(Trial { attempt, .. }) = mutation.trials.last()
            && let (Some(step), Ok(child)) = (&attempt.step, &attempt.result)
            && mutation.child().is_some()
        {
            let parameters = &plugin.description().parameters;
            let line = format!("{} {} {}\n", self.id(mutation), child.hash, differences(step, parameters));
            if let Err(stop) = output::result(&line) {
                self.failed.get_or_insert(stop);
            }
        }
    }

    fn count(&mut self, mutation: &Mutation, attempts: &[AttemptEvent<'_>]) {
        for attempt in attempts {
            if let Some(reason) = attempt.failed {
                self.metrics.failed_attempt(reason);
            }
            for change in attempt.step.iter().flat_map(|step| &step.changes) {
                self.metrics.change(change);
            }
        }
        self.metrics.mutation(&metrics::Mutation {
            tier: attempts.first().and_then(|attempt| attempt.step?.tier),
            attempts: u32::try_from(attempts.len()).unwrap_or(u32::MAX),
            failed: attempts.last().and_then(|attempt| attempt.failed),
            took: mutation.duration,
        });
    }

    fn events(&mut self, mutation: &Mutation, attempts: &[AttemptEvent<'_>]) {
        let id = self.id(mutation);
        for (number, (trial, attempt)) in (1_u32..).zip(mutation.trials.iter().zip(attempts)) {
            tracing::info!(
                target: ATTEMPT,
                mutation = %id,
                attempt = number,
                operator = attempt.step.map(|step| step.operator.name()),
                failed = attempt.failed.map(Reason::code),
            );
            if let Some(Err(error)) = &trial.validation
                && self.session.config.exit_mutation.log_validation
            {
                self.warnings.validation(&id, number, error);
            }
        }
        self.warnings.finished(&id, mutation.duration);
    }

    /// A line a second about how far the run is.
    fn tell(&mut self, all: &Statistics) {
        if let Some(since) = self.heartbeat.beat() {
            let rate = all.success_rate().unwrap_or_default();
            tracing::info!("{} mutations after {since:.1?}, success rate {:.1} %", all.total(), rate * 100.0);
        }
    }

    /// The name of a mutation in this run.
    fn id(&self, mutation: &Mutation) -> String {
        format!("exit_mut_{:06}", self.before + mutation.number)
    }
}

fn targets(session: &Session) -> Option<[f64; 3]> {
    let config = &session.config.exit_mutation;
    config.track_mutation_types.then_some(config.tier_weights)
}

fn attempt(trial: &Trial) -> AttemptEvent<'_> {
    AttemptEvent { step: trial.attempt.step.as_ref(), failed: failed(trial) }
}

/// Why an attempt gave no child, as it is counted.
pub(super) fn failed(trial: &Trial) -> Option<Reason> {
    match (&trial.attempt.result, &trial.validation) {
        (Err(fault), _) => Some(Reason::from(fault)),
        (Ok(_), Some(Err(error))) => Some(Reason::from(&error.failure)),
        (Ok(_), _) => None,
    }
}
