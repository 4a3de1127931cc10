mod json;
mod show;
mod table;

use std::num::NonZeroU32;
use std::ops::ControlFlow;
use std::time::Duration;

use anyhow::{anyhow, bail};
use seedbed_evaluate::{CallFailure, Opened, Plan, Plugin, Rejection, Remark, market_scale, open};
use seedbed_genome::MarketScale;
use seedbed_outcome::{Failure, Function, GuestText, Status};
use seedbed_telemetry::log::{Dialect, Rotation};
use seedbed_telemetry::logging::Heartbeat;
use seedbed_telemetry::metrics::Reason;
use seedbed_telemetry::statistics::Statistics;

use self::show::Child;
pub(crate) use self::show::name as parameter_name;
use crate::args::{Format, Global, Mutate};
use crate::config::{Config, ExitMutation};
use crate::exit::{Exit, OrStop, Stop};
use crate::inputs::{self, Market};
use crate::interrupt::Interrupt;
use crate::mutation::{Log, LogFile, Recorder, Subject};
use crate::review::Doorkeeper;
use crate::setup::Session;
use crate::{output, setup};

/// Lineages of several generations are all kept in memory, so their number is bounded.
const MOST_LINEAGES: u32 = 1_000_000;

/// Children are kept in memory until JSON of them is printed, so their number is bounded.
const MOST_SHOWN: u64 = 100_000;

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
    /// What the plugin says to its own genome, `signals` included.
    own: Result<(), CallFailure>,
    /// The children, where JSON shows them.
    children: Vec<Child>,
}

/// What a run came to.
struct Report<'a> {
    rows: Vec<Row<'a>>,
    all: Statistics,
    symbol: &'a str,
    interrupted: bool,
}

pub(crate) fn run(global: &Global, args: &Mutate) -> Result<Exit, Stop> {
    let session = setup::configure(global, args.plugins.admission.grounds.given())?;
    let doorkeeper = Doorkeeper::new(&args.plugins.admission, &session.config, &session.telemetry)?;
    let sources = doorkeeper.guard(inputs::sources(args.plugins.path.as_deref(), &session.config)?);
    check(args, sources.len()).or_usage()?;
    let market = inputs::market(args.data.as_deref())?;
    let pool = setup::threads(args.plugins.threads)?;
    let workers = setup::workers(&session, pool.current_num_threads(), args.plugins.no_cache)?;
    let interrupt = Interrupt::watch()?;
    let mut opened = pool.install(|| open(&workers, sources, &setup::grant(&session.config)));
    inputs::keep_family(&mut opened, args.plugins.family.family);
    if opened.is_empty() {
        return Err(anyhow!("no plugin is of that family; name another, or leave --family out")).or_usage();
    }

    let log = log(args, &session.config.exit_mutation)?;
    let mut recorder = Recorder::new(&session, log, Heartbeat::new(Duration::from_secs(1)), interrupt);
    let report = pool.install(|| mutate_all(&opened, &market, args, &session, &mut recorder))?;
    let finished = recorder.finish();
    output::result(&match args.format {
        Format::Table => table::print(&report, args, &session.config) + &doorkeeper.paragraph(),
        Format::Json => json::print(&report, args, &session.config, &doorkeeper),
    })?;
    finished?;
    Ok(exit(&report, args))
}

fn check(args: &Mutate, plugins: usize) -> anyhow::Result<()> {
    if args.generations > 1 && args.count > MOST_LINEAGES {
        bail!(
            "--count {} with --generations {}: at most {MOST_LINEAGES} lineages can have several generations; give fewer, or --generations 1",
            args.count,
            args.generations
        );
    }
    let mutations = u128::from(args.count) * u128::from(args.generations) * plugins as u128;
    if args.show && args.format == Format::Json && mutations > u128::from(MOST_SHOWN) {
        bail!(
            "--show with --format json: {mutations} mutations, at most {MOST_SHOWN} are shown; write them with --log FILE instead"
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
    let mut mutated = Mutated {
        plugin,
        statistics: recorder.statistics(),
        window: subject.validator.window().len(),
        own: subject.validator.validate(&subject.ancestor.genome, true),
        children: Vec::new(),
    };
    let lines = args.show && args.format == Format::Table;
    let mut written = if lines { output::result(&Child::header(plugin)) } else { Ok(()) };
    let before = recorder.before();
    let flow = recorder.run(&subject.campaign(), &plan, plugin, &mut mutated.statistics, |mutations| {
        if args.show {
            let children = mutations.iter().filter_map(|mutation| Child::of(mutation, before, plugin));
            match args.format {
                Format::Json => mutated.children.extend(children),
                Format::Table => written = output::result(&children.map(|child| child.line()).collect::<String>()),
            }
        }
        if written.is_err() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    written?;
    if lines {
        output::result(if mutated.statistics.successes() == 0 { "no child\n\n" } else { "\n" })?;
    }
    Ok((mutated, flow))
}

/// The row's verdict: that of its own genome, which no child can be better than.
fn status(mutated: &Mutated<'_>) -> Status {
    match &mutated.own {
        Err(CallFailure { failure: Failure::Refused(_), .. }) => Status::Refused,
        Err(_) => Status::Failed,
        Ok(()) if remarks(mutated).is_empty() => Status::Ok,
        Ok(()) => Status::Warned,
    }
}

/// What to know about a plugin that was mutated.
fn remarks(mutated: &Mutated<'_>) -> Vec<String> {
    let known = mutated.plugin.remarks().iter().map(|remark| match remark {
        Remark::NoExits => "declares no exits: mutation offers it the host's".to_owned(),
        other => other.to_string(),
    });
    let own = mutated.own.as_ref().err().map(|error| {
        let unasked = match error.function {
            Function::Signals => {
                "; children that keep its parameters are not asked again, so their success says little"
            }
            _ => "",
        };
        format!("its own genome fails validation: {error}{unasked}")
    });
    let statistics = &mutated.statistics;
    let stuck = statistics.attempts() > 0 && statistics.attempts_failed_by(Reason::NoOperator) == statistics.attempts();
    let stuck = stuck.then(|| "nothing of it can be mutated: its parameters and exits leave no choice".to_owned());
    known.chain(own).chain(stuck).collect()
}

/// A plugin that was rejected or cannot live with its own genome is a finding, and so is one whose success rate is below the asked one.
fn exit(report: &Report<'_>, args: &Mutate) -> Exit {
    let failed = |row: &Row<'_>| match &row.result {
        Err(_) => true,
        Ok(mutated) => mutated.own.is_err() || below(mutated, args.min_success_rate),
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
