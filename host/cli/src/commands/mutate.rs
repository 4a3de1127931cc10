mod json;
mod log;
mod recorder;
mod show;
mod table;

use std::num::NonZeroU32;
use std::ops::ControlFlow;

use anyhow::bail;
use seedbed_evaluate::{Campaign, Opened, Plan, Plugin, Rejection, ValidationRules, Validator, market_scale, open};
use seedbed_genome::{Genome, Individual, MarketScale, Space};
use seedbed_market::Bars;
use seedbed_outcome::GuestText;
use seedbed_telemetry::statistics::Statistics;

use self::recorder::Recorder;
use crate::args::{Format, Global, Mutate};
use crate::config::{Backtest, ExitMutation};
use crate::exit::{Exit, OrStop, Stop};
use crate::inputs::{self, Market};
use crate::interrupt::Interrupt;
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
    space: Space,
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

    let mut recorder = Recorder::new(&session, args, interrupt)?;
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
                let mut mutated = Mutated {
                    plugin,
                    space: space(plugin, &session.config.backtest, &scale),
                    statistics: recorder.statistics(),
                    window: 0,
                };
                let flow = mutate(
                    &mut mutated,
                    &mut report.all,
                    &market.symbol.bars,
                    args,
                    &session.config.exit_mutation,
                    recorder,
                );
                report.interrupted = flow.is_break();
                Ok(mutated)
            }
        };
        report.rows.push(Row { label, result });
    }
    Ok(report)
}

fn mutate(
    mutated: &mut Mutated<'_>,
    all: &mut Statistics,
    bars: &Bars,
    args: &Mutate,
    config: &ExitMutation,
    recorder: &mut Recorder<'_>,
) -> ControlFlow<()> {
    let Mutated { plugin, space, statistics, window } = mutated;
    let _span = tracing::info_span!("mutate", plugin = %plugin.description().name).entered();
    let rules = ValidationRules { timeout: config.validation_timeout, paranoid: args.paranoid };
    let validator = Validator::new(plugin, bars, rules);
    *window = validator.window().len();
    let genome = Genome { parameters: plugin.parameters().to_vec(), exits: plugin.exits().genome };
    let settings = setup::mutation(config);
    let campaign = Campaign {
        space,
        settings: &settings,
        validator: &validator,
        ancestor: &Individual::new(genome),
        name: &plugin.description().name,
    };
    let plan = Plan {
        lineages: args.count,
        generations: args.generations,
        attempts: NonZeroU32::new(config.attempts).unwrap_or(NonZeroU32::MIN),
        seed: args.seed,
    };
    recorder.run(&campaign, &plan, plugin, statistics, all)
}

fn space(plugin: &Plugin, account: &Backtest, scale: &MarketScale) -> Space {
    let description = plugin.description();
    Space::new(&description.parameters, plugin.exits(), description.exits_closed)
        .with_round_trip_cost(2.0 * (account.fees + account.slippage))
        .with_market(scale.clone())
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
