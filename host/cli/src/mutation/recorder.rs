//! What is written down of mutations while they run: statistics, metrics, log, events.

use std::fmt;
use std::ops::ControlFlow;

use seedbed_evaluate::{Campaign, Mutation, Plan, Plugin, Trial};
use seedbed_telemetry::log::Block;
use seedbed_telemetry::logging::{ATTEMPT, Heartbeat, MutationWarnings, SLOW_MUTATION};
use seedbed_telemetry::metrics::{self, Reason};
use seedbed_telemetry::statistics::{AttemptEvent, Event, Statistics};

use super::log::Log;
use crate::exit::{OrStop, Stop};
use crate::interrupt::Interrupt;
use crate::setup::Session;

/// Writes down what a run of mutations came to.
pub(crate) struct Recorder<'a> {
    session: &'a Session,
    interrupt: Interrupt,
    log: Option<Log>,
    metrics: metrics::Local,
    warnings: MutationWarnings,
    heartbeat: Heartbeat,
    /// Of the plugins before this one.
    before: Count,
    failed: Option<Stop>,
}

/// Mutations, and those of them that gave a child.
#[derive(Clone, Copy, Default)]
struct Count {
    total: u64,
    successes: u64,
}

impl Count {
    fn and(self, statistics: &Statistics) -> Self {
        Self { total: self.total + statistics.total(), successes: self.successes + statistics.successes() }
    }
}

/// The name of a mutation in its run: `exit_mut_000042`.
#[derive(Clone, Copy)]
pub(crate) struct Id(pub(crate) u64);

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "exit_mut_{:06}", self.0)
    }
}

impl<'a> Recorder<'a> {
    /// Says at each beat of `heartbeat` how far the run is.
    pub(crate) fn new(session: &'a Session, log: Option<Log>, heartbeat: Heartbeat, interrupt: Interrupt) -> Self {
        Self {
            session,
            interrupt,
            log,
            metrics: session.telemetry.metrics().mutations(targets(session)).local(),
            warnings: MutationWarnings::new(),
            heartbeat,
            before: Count::default(),
            failed: None,
        }
    }

    /// Statistics that have seen nothing yet.
    pub(crate) fn statistics(&self) -> Statistics {
        Statistics::new(targets(self.session))
    }

    /// Runs a plugin's campaign into `statistics`, and shows `each` every block once it is written down. Ends early when `each` breaks, when
    /// somebody asks for it, and when the log cannot be written.
    pub(crate) fn run(
        &mut self,
        campaign: &Campaign<'_>,
        plan: &Plan,
        plugin: &Plugin,
        statistics: &mut Statistics,
        mut each: impl FnMut(&[Mutation]) -> ControlFlow<()> + Send,
    ) -> ControlFlow<()> {
        let encoder = self.log.as_ref().map(|log| log.encoder(plan, plugin, self.before.total));
        let flow = campaign.run(
            plan,
            |mutations| (encoder.as_ref().map(|encoder| encoder.encode(&mutations)), mutations),
            |(block, mutations)| {
                self.write(block, &mutations);
                for mutation in &mutations {
                    self.record(mutation, campaign, statistics);
                }
                self.metrics.flush();
                self.tell(statistics);
                each(&mutations)?;
                let ends = self.failed.is_some() || self.interrupt.asked();
                if ends { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            },
        );
        self.before = self.before.and(statistics);
        flow
    }

    /// Mutations of the plugins before this one.
    pub(crate) fn before(&self) -> u64 {
        self.before.total
    }

    /// Writes what is left.
    pub(crate) fn finish(self) -> Result<(), Stop> {
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

    fn record(&mut self, mutation: &Mutation, campaign: &Campaign<'_>, statistics: &mut Statistics) {
        let attempts: Vec<_> = mutation.trials.iter().map(attempt).collect();
        statistics.record(&Event { attempts: &attempts, took: mutation.duration, space: campaign.space });
        self.count(mutation, &attempts);
        self.events(mutation, &attempts);
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
        let id = Id(self.before.total + mutation.number);
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
                self.warnings.validation(id, number, error);
            }
        }
        self.warnings.finished(id, mutation.duration);
    }

    fn tell(&mut self, statistics: &Statistics) {
        if let Some(since) = self.heartbeat.beat() {
            let Count { total, successes } = self.before.and(statistics);
            #[expect(clippy::cast_precision_loss, reason = "printed with one decimal")]
            let percent = 100.0 * successes as f64 / total.max(1) as f64;
            tracing::info!("{total} mutations after {since:.1?}, success rate {percent:.1} %");
        }
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
