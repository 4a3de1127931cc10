mod json;
mod show;
mod table;

use std::num::NonZeroU32;
use std::ops::ControlFlow;
use std::time::Duration;

use anyhow::bail;
use seedbed_evaluate::{Mutation, Opened, Plan, Plugin, Rejection, market_scale, open};
use seedbed_genome::MarketScale;
use seedbed_outcome::GuestText;
use seedbed_telemetry::log::{Dialect, Rotation};
use seedbed_telemetry::logging::Heartbeat;
use seedbed_telemetry::statistics::Statistics;

use crate::args::{Format, Global, Mutate};
use crate::config::{Config, ExitMutation};
use crate::exit::{Exit, OrStop, Stop};
use crate::inputs::{self, Market};
use crate::interrupt::Interrupt;
use crate::mutation::{Id, Log, LogFile, Recorder, Subject};
use crate::setup::Session;
use crate::{output, setup};

/// Lineages of several generations are all kept in memory, so their number is bounded.
const MOST_LINEAGES: u32 = 1_000_000;

/// A plugin's genome mutated as planned, or why it was not.
struct Row<'a> {
    label: &'a GuestText,
    result: Result<Mutated<'a>, &'a Rejection>,
}

/// What became of a plugin's genome.
struct Mutated<'a> {
    plugin: &'a Plugin,
    statistics: Statistics,
    /// The bars that children were tried on.
    window: usize,
}

/// What a run came to.
struct Report<'a> {
    rows: Vec<Row<'a>>,
    all: Statistics,
    symbol: &'a str,
    interrupted: bool,
}

pub(crate) fn run(global: &Global, args: &Mutate) -> Result<Exit, Stop> {
    let session = setup::configure(global, [])?;
    check(args).or_usage()?;
    let sources = inputs::sources(args.plugins.path.as_deref(), &session.config)?;
    let market = inputs::market(args.data.as_deref())?;
    let pool = setup::threads(args.plugins.threads)?;
    let sandbox = setup::sandbox(&session, pool.current_num_threads(), args.plugins.no_cache)?;
    let interrupt = Interrupt::watch()?;
    let mut opened = pool.install(|| open(&sandbox, sources, &setup::grant(&session.config)));
    inputs::keep_family(&mut opened, args.plugins.family.family);

    let log = log(args, &session.config.exit_mutation)?;
    let mut recorder = Recorder::new(&session, log, Heartbeat::new(Duration::from_secs(1)), interrupt);
    let report = pool.install(|| mutate_all(&opened, &market, args, &session, &mut recorder))?;
    recorder.finish()?;
    output::result(&match args.format {
        Format::Table => table::print(&report, args, &session.config),
        Format::Json => json::print(&report, args, &session.config),
    })?;
    Ok(exit(&report, args))
}

fn check(args: &Mutate) -> anyhow::Result<()> {
    if args.generations > 1 && args.count > MOST_LINEAGES {
        bail!(
            "--count {} with --generations {}: at most {MOST_LINEAGES} lineages can have several generations",
            args.count,
            args.generations
        );
    }
    Ok(())
}

fn log(args: &Mutate, config: &ExitMutation) -> Result<Option<Log>, Stop> {
    let Some(path) = &args.log else { return Ok(None) };
    let dialect = if args.compat { Dialect::Compat } else { Dialect::Current };
    Log::open(&LogFile { path, dialect, rotation: Rotation::default() }, args.seed, config)
}

fn mutate_all<'a>(
    opened: &'a [Opened],
    market: &'a Market,
    args: &Mutate,
    session: &Session,
    recorder: &mut Recorder<'_>,
) -> Result<Report<'a>, Stop> {
    let scale = market_scale(&market.symbol.bars);
    let mut report = Report {
        rows: Vec::with_capacity(opened.len()),
        all: recorder.statistics(),
        symbol: &market.symbol.name,
        interrupted: false,
    };
    for Opened { label, plugin } in opened {
        let result = match plugin {
            Err(rejection) => Err(rejection),
            Ok(_) if report.interrupted => break,
            Ok(plugin) => {
                let (mutated, flow) = mutate(plugin, market, &scale, args, &session.config, recorder)?;
                report.all.merge(&mutated.statistics);
                report.interrupted = flow.is_break();
                Ok(mutated)
            }
        };
        report.rows.push(Row { label, result });
    }
    Ok(report)
}

fn mutate<'a>(
    plugin: &'a Plugin,
    market: &Market,
    scale: &MarketScale,
    args: &Mutate,
    config: &Config,
    recorder: &mut Recorder<'_>,
) -> Result<(Mutated<'a>, ControlFlow<()>), Stop> {
    let _span = tracing::info_span!("mutate", plugin = %plugin.description().name).entered();
    let subject = Subject::new(plugin, &market.symbol.bars, scale, config, args.paranoid);
    let plan = Plan {
        lineages: args.count,
        generations: args.generations,
        attempts: NonZeroU32::new(config.exit_mutation.attempts).unwrap_or(NonZeroU32::MIN),
        seed: args.seed,
    };
    let mut statistics = recorder.statistics();
    let shows = args.show && args.format == Format::Table;
    let before = recorder.before();
    let mut shown = Ok(());
    let flow = recorder.run(&subject.campaign(), &plan, plugin, &mut statistics, |mutations| {
        if shows {
            shown = output::result(&children(mutations, before, plugin));
        }
        if shown.is_err() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    shown?;
    let window = subject.validator.window().len();
    Ok((Mutated { plugin, statistics, window }, flow))
}

/// A line a child: what it is called, and how it differs from its parent.
fn children(mutations: &[Mutation], before: u64, plugin: &Plugin) -> String {
    let line = |mutation: &Mutation| {
        let (child, step) = (mutation.child()?, mutation.trials.last()?.attempt.step.as_ref()?);
        let differences = show::differences(step, &plugin.description().parameters);
        Some(format!("{} {} {differences}\n", Id(before + mutation.number), child.hash))
    };
    mutations.iter().filter_map(line).collect()
}

/// A rejected plugin is a finding, and so is one whose success rate is below the asked one.
fn exit(report: &Report<'_>, args: &Mutate) -> Exit {
    let failed = |row: &Row<'_>| match &row.result {
        Err(_) => true,
        Ok(mutated) => below(mutated, args.min_success_rate),
    };
    match () {
        () if report.interrupted => Exit::Interrupted,
        () if report.rows.iter().any(failed) => Exit::Findings,
        () => Exit::Success,
    }
}

/// Whether a plugin's success rate is below the asked one; no mutation at all is no success.
fn below(mutated: &Mutated<'_>, asked: Option<f64>) -> bool {
    asked.is_some_and(|asked| mutated.statistics.success_rate().is_none_or(|rate| rate < asked))
}
