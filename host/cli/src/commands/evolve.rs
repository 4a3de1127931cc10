use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;
use seedbed_evolve::EvolutionSettings;
use seedbed_genome::Family;
use seedbed_report::report::{Count, MutatedParameter, Mutations, Standing, TierShare};
use seedbed_run::{Ended, Finished, Journal, RunSetup, run as evolve};
use seedbed_store::Lease;
use seedbed_telemetry::log::Timestamp;
use seedbed_telemetry::statistics::Statistics;
use serde_json::json;

use crate::args::{Evolve, Format, Global};
use crate::evolution::{
    PluginRef, Prepared, RunFile, Shelf, StoredResult, SymbolRef, Watch, facts, kept, opened, stop, summary, symbols,
};
use crate::exit::{Exit, OrStop, Stop};
use crate::interrupt::Interrupt;
use crate::review::Doorkeeper;
use crate::setup::Session;
use crate::{output, setup};

pub(crate) fn run(global: &Global, args: &Evolve) -> Result<Exit, Stop> {
    match &args.resume {
        Some(name) => resume(global, args, name),
        None => begin(global, args),
    }
}

/// A run under way.
struct Begun {
    file: RunFile,
    shelf: Shelf,
    lease: Lease,
    setup: RunSetup,
    notices: Vec<String>,
}

fn begin(global: &Global, args: &Evolve) -> Result<Exit, Stop> {
    let session = setup::configure(global, args.given().chain(args.store.given()))?;
    let config = &session.config;
    let pool = setup::threads(args.threads)?;
    let workers = setup::workers(&session, pool.current_num_threads(), args.no_cache)?;
    let doorkeeper = Doorkeeper::new(&args.admission, config, &session.telemetry)?;
    let mut file = RunFile::new(Timestamp::now().to_string(), kept(&args.plugins)?, args, config);
    let mut notices = Vec::new();
    let family = args.family.family;
    let plugins = pool.install(|| opened(&args.plugins, family, config, &workers, &doorkeeper, &mut notices))?;
    let symbols = symbols(&args.data, config, &mut notices)?;
    file.plugins = plugins.iter().map(|plugin| PluginRef::of(plugin)).collect();
    let name = args.name.clone().unwrap_or_else(|| name(&file));

    let prepared = Prepared { plugins, symbols };
    let run = prepared.setup(config, &file.search, !args.no_memo, args.check_memo).or_usage()?;
    run.check().map_err(stop)?;
    let shelf = Shelf::open_or_create(&config.storage)?;
    for symbol in &run.symbols {
        let bars = shelf.put_bars(&symbol.bars)?;
        file.symbols.push(SymbolRef { name: symbol.name.clone(), bars: bars.to_string() });
    }
    let lease = shelf.begin(&name, args.name.is_some(), &file)?;
    go(&session, args, &pool, Begun { file, shelf, lease, setup: run, notices })
}

fn resume(global: &Global, args: &Evolve, name: &str) -> Result<Exit, Stop> {
    let first = setup::load(global, args.store.given())?;
    let shelf = Shelf::open(&first.storage)?;
    let id = shelf.find(name)?;
    let file = shelf.file(&id)?;
    if let Some(result) = shelf.result(&id, false)? {
        output::note("note", format_args!("run {id} is finished already"));
        return tell(args, &result);
    }
    let begun = file.flags().or_usage()?;
    let begun = begun.iter().map(|(flag, key, text)| (*flag, *key, text.as_str()));
    let session = setup::configure(global, begun.chain(args.store.given()).chain(args.admission.grounds.given()))?;
    let config = &session.config;
    file.check_settings(config).or_usage()?;
    let pool = setup::threads(args.threads)?;
    let workers = setup::workers(&session, pool.current_num_threads(), args.no_cache)?;
    let doorkeeper = Doorkeeper::new(&args.admission, config, &session.telemetry)?;
    let paths: Vec<PathBuf> = file.paths.iter().map(PathBuf::from).collect();
    let family = file.family.as_deref().and_then(Family::from_name);
    let mut notices = Vec::new();
    let plugins = pool.install(|| opened(&paths, family, config, &workers, &doorkeeper, &mut notices))?;
    file.check_plugins(&plugins.iter().map(|plugin| PluginRef::of(plugin)).collect::<Vec<_>>()).or_usage()?;
    let prepared = Prepared { plugins, symbols: shelf.symbols(&file, config)? };
    let run = prepared.setup(config, &file.search, !args.no_memo, args.check_memo).or_usage()?;
    let lease = shelf.claim(&id)?;
    go(&session, args, &pool, Begun { file, shelf, lease, setup: run, notices })
}

/// The moment and what evolves: names sort by time.
fn name(file: &RunFile) -> String {
    let what = match file.plugins.as_slice() {
        [only] => only.name.clone(),
        several => format!("{}-plugins", several.len()),
    };
    let name = format!("{}-{what}", Timestamp::now().strftime("%Y%m%d-%H%M%S"));
    name.chars().take(56).collect::<String>().trim_end_matches('-').to_owned()
}

fn go(session: &Session, args: &Evolve, pool: &rayon::ThreadPool, begun: Begun) -> Result<Exit, Stop> {
    let Begun { file, shelf, lease, setup, notices } = begun;
    let id = lease.run().clone();
    let quiet = args.format == Format::Json;
    let config = &session.config;
    let targets = config.exit_mutation.track_mutation_types.then_some(config.exit_mutation.tier_weights);
    let mut watch = Watch::new(Interrupt::watch()?, session.telemetry.metrics(), targets, planned(&setup), quiet);
    tracing::info!("run {id}, seed {}", file.search.seed);
    let journal = Journal::open(shelf.store(), &lease).map_err(stop)?;
    let ended = pool.install(|| evolve(&setup, journal, &mut watch));
    watch.end(&ended);
    let finished = match ended.map_err(stop)? {
        Ended::Finished(finished) => finished,
        Ended::Stopped => {
            output::note("note", format_args!("run {id} was stopped; go on with: seedbed evolve --resume {id}"));
            return Ok(Exit::Interrupted);
        }
    };
    let Finished { mut report, champion, elites, digest, evaluations, memo } = *finished;
    id.as_str().clone_into(&mut report.run.id);
    report.run.min_fitness = Some(config.evolution.min_fitness_threshold);
    report.run.notices = notices;
    report.run.started = file.started.parse::<Timestamp>().ok().map(Timestamp::as_millisecond);
    report.run.ended = Some(Timestamp::now().as_millisecond());
    report.evolution.mutations = mutations(watch.statistics(), &setup);
    report.run.groups = facts::of_run(
        &file,
        &setup.evolution,
        &facts::Outcome { digest: &digest, evaluations, critical_failures: watch.critical_failures(), memo: &memo },
    );
    let result = StoredResult { digest, evaluations, report, elites };
    shelf.put_result(&lease, &result)?;
    if let (Some(path), Some(champion)) = (&args.champion, &champion) {
        write(path, &format!("{champion:#}\n")).or_host()?;
    }
    tell(args, &result)
}

fn tell(args: &Evolve, result: &StoredResult) -> Result<Exit, Stop> {
    output::result(&match args.format {
        Format::Table => summary(&result.report),
        Format::Json => format!("{:#}\n", json!({ "format": "seedbed.evolve/1", "result": result })),
    })?;
    let failed = result.report.verdict.standing == Standing::Failed;
    Ok(if failed { Exit::Findings } else { Exit::Success })
}

/// Generations of an evolution, and evaluations of the whole run, at most.
fn planned(setup: &RunSetup) -> (u32, u64) {
    let EvolutionSettings { generations, .. } = setup.evolution;
    let phases = setup.division.windows as u64 + 1;
    (generations, phases.saturating_mul(setup.evolution.most_evaluations()))
}

fn mutations(statistics: &Statistics, setup: &RunSetup) -> Option<Mutations> {
    if statistics.total() == 0 {
        return None;
    }
    let tiers = statistics.tiers().into_iter().flatten().map(|tier| TierShare {
        tier: tier.tier.name().to_owned(),
        count: tier.count,
        share: tier.share,
        target: tier.target,
    });
    let reasons = statistics.attempt_reasons();
    let reasons = reasons.map(|(reason, count)| Count { name: reason.code().to_owned(), count });
    let parameters = match setup.plugins.as_slice() {
        [only] => only.description().parameters.as_slice(),
        _ => &[],
    };
    let of = statistics.parameters();
    let of = of.filter(|(target, _)| setup.plugins.len() == 1 || !matches!(target, seedbed_genome::Target::Signal(_)));
    let values = of.map(|(target, parameter)| MutatedParameter {
        name: super::mutate::parameter_name(target, parameters),
        moves: parameter.moves(),
        clamped_low: parameter.clamped_low(),
        clamped_high: parameter.clamped_high(),
        drift: parameter.mean_log_factor(),
    });
    Some(Mutations {
        total: statistics.total(),
        successes: statistics.successes(),
        attempts: statistics.attempts(),
        tiers: tiers.collect(),
        reasons: reasons.collect(),
        parameters: values.collect(),
    })
}

fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}
