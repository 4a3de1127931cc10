use std::fmt::Write as _;
use std::path::Path;

use anyhow::anyhow;
use rayon::ThreadPool;
use seedbed_report::report::{Measured, Phase, Report};
use seedbed_run::{Ended, Journal, RunSetup, Watcher, run as evolve};
use serde::Serialize;
use serde_json::json;

use super::different::{Different, different};
use super::pairs::{CONFIDENCE, Paired};
use crate::args::{Compare, Format, Global};
use crate::cells::{absent, rounded};
use crate::config::{Config, Sources};
use crate::evolution::{Prepared, SearchPlan, effective, opened, stop, symbols};
use crate::exit::{Exit, OrStop, Stop};
use crate::interrupt::Interrupt;
use crate::review::Doorkeeper;
use crate::setup::Session;
use crate::{output, setup};

/// Pairs where nobody says how many.
const SEEDS: u32 = 5;
/// Fewest pairs of which the sign test can fall below 0.05: two tails of 2^-6.
const FEWEST_TELLING: u32 = 6;

/// A configuration and what it evolves.
struct Side {
    config: Config,
    setup: RunSetup,
}

/// What two configurations came to by one seed.
#[derive(Debug, Serialize)]
struct Pair {
    seed: u64,
    in_sample: [Measured; 2],
    untouched: [Measured; 2],
    evaluations: [u64; 2],
    digests: [String; 2],
}

/// What one configuration came to.
struct Outcome {
    in_sample: Measured,
    untouched: Measured,
    evaluations: u64,
    digest: String,
}

/// Evolves by two configurations with the same seeds, and tells whether one does better.
pub(super) fn run(global: &Global, args: &Compare, paths: [&Path; 2]) -> Result<Exit, Stop> {
    if args.store.store.is_some() {
        return Err(anyhow!("--store is for two runs; configurations are compared in memory, and nothing is kept"))
            .or_usage();
    }
    let session = setup::configure(global, [])?;
    let pool = setup::threads(args.threads)?;
    let [a, b] = paths.map(|path| Side::open(global, args, &session, &pool, path));
    let sides = [a?, b?];
    for side in &sides {
        side.setup.check().map_err(stop)?;
    }
    let seeds = args.seeds.unwrap_or(SEEDS);
    let patience = Patience(Interrupt::watch()?);
    let mut pairs = Vec::new();
    for seed in 1..=u64::from(seeds) {
        let [a, b] = sides.each_ref().map(|side| pool.install(|| side.evolve(seed, &patience)));
        let (Some(a), Some(b)) = (a?, b?) else { break };
        tracing::info!("seed {seed} of {seeds}: in sample {} and {}", number(&a.in_sample), number(&b.in_sample));
        pairs.push(Pair {
            seed,
            in_sample: [a.in_sample, b.in_sample],
            untouched: [a.untouched, b.untouched],
            evaluations: [a.evaluations, b.evaluations],
            digests: [a.digest, b.digest],
        });
    }
    let interrupted = pairs.len() < seeds as usize;
    let result = Compared::new(paths, &sides, pairs);
    output::result(&match args.format {
        Format::Table => result.table(),
        Format::Json => result.json(),
    })?;
    Ok(match (interrupted, result.in_sample.pairs) {
        (true, _) => Exit::Interrupted,
        (false, 0) => Exit::Findings,
        (false, _) => Exit::Success,
    })
}

/// Ends at a signal, and has nothing else to say.
struct Patience(Interrupt);

impl Watcher for &Patience {
    fn stop(&self) -> bool {
        self.0.asked()
    }
}

impl Side {
    fn open(global: &Global, args: &Compare, session: &Session, pool: &ThreadPool, path: &Path) -> Result<Self, Stop> {
        let sources = setup::sources(global, args.admission.grounds.given())?;
        let config = Config::load(Sources { named: Some(path.to_owned()), ..sources }).or_usage()?;
        for notice in &config.notices {
            output::note("warning", notice);
        }
        let workers = setup::workers_of(&config, &session.telemetry, pool.current_num_threads(), false)?;
        let doorkeeper = Doorkeeper::new(&args.admission, &config, &session.telemetry)?;
        let mut notices = Vec::new();
        let plugins = pool.install(|| opened(&args.plugins, None, &config, &workers, &doorkeeper, &mut notices))?;
        let symbols = symbols(&args.data, &config, &mut notices)?;
        let plan = SearchPlan::without_windows(1);
        let setup = Prepared { plugins, symbols }.setup(&config, &plan, true, false).or_usage()?;
        Ok(Self { config, setup })
    }

    /// The final evolution of a run with this seed and its one look; `None` where it was told to stop.
    fn evolve(&self, seed: u64, mut patience: &Patience) -> Result<Option<Outcome>, Stop> {
        let setup = RunSetup { seed, ..self.setup.clone() };
        match evolve(&setup, Journal::nowhere(), &mut patience).map_err(stop)? {
            Ended::Stopped => Ok(None),
            Ended::Finished(finished) => Ok(Some(Outcome {
                in_sample: in_sample(&finished.report),
                untouched: untouched(&finished.report),
                evaluations: finished.evaluations,
                digest: finished.digest,
            })),
        }
    }
}

fn in_sample(report: &Report) -> Measured {
    match &report.champion {
        Some(champion) => Measured::from(champion.fitness),
        None => Measured::Missing(report.verdict.sentence.clone()),
    }
}

/// The Sharpe ratio, which is the objective here, of the champion where nothing was searched.
fn untouched(report: &Report) -> Measured {
    let period = report.verdict.periods.iter().find(|period| period.phase == Phase::Holdout);
    period.map_or_else(|| Measured::Missing("not tested".to_owned()), |period| period.champion.sharpe.clone())
}

/// What the pairs come to.
struct Compared<'a> {
    paths: [&'a Path; 2],
    algorithm: &'static str,
    objective: &'static str,
    different: Vec<Different>,
    pairs: Vec<Pair>,
    in_sample: Paired,
    untouched: Paired,
}

impl<'a> Compared<'a> {
    fn new(paths: [&'a Path; 2], sides: &[Side; 2], pairs: Vec<Pair>) -> Self {
        let settings = sides.each_ref().map(|side| effective(&side.config));
        let of = |read: fn(&Pair) -> &[Measured; 2]| {
            let both = pairs.iter().map(read).filter_map(|pair| match pair {
                [Measured::Value(a), Measured::Value(b)] => Some([*a, *b]),
                _ => None,
            });
            Paired::of(&both.collect::<Vec<_>>())
        };
        let (in_sample, untouched) = (of(|pair| &pair.in_sample), of(|pair| &pair.untouched));
        let [first, _] = sides;
        let (algorithm, objective) = (first.setup.algorithm.name(), first.setup.objective.name());
        Self { paths, algorithm, objective, different: different(&settings), pairs, in_sample, untouched }
    }

    fn json(&self) -> String {
        let value = json!({
            "format": "seedbed.compare-configurations/1",
            "configurations": self.paths.map(|path| path.to_string_lossy()),
            "different": self.different,
            "algorithm": self.algorithm,
            "objective": self.objective,
            "pairs": self.pairs,
            "difference": "second less first",
            "interval": "paired t of the mean difference, 0.95",
            "sign_test": "exact, two-sided, ties left out",
            "in_sample": self.in_sample,
            "untouched": self.untouched,
        });
        format!("{value:#}\n")
    }

    fn table(&self) -> String {
        let [a, b] = self.paths.map(|path| path.display().to_string());
        let rows = self.pairs.iter().map(|Pair { seed, in_sample, untouched, .. }| {
            let values = in_sample.iter().chain(untouched).map(number);
            [seed.to_string()].into_iter().chain(values).collect()
        });
        let headers = ["seed", "in sample: A", "B", "untouched: A", "B"];
        let mut text = format!("A is {a}\nB is {b}\n");
        text += &Different::table(&self.different, [&a, &b]);
        let _ = write!(text, "\n{}\n", output::table(&headers, &[true; 5], rows.collect()));
        text += &self.differences();
        let percent = CONFIDENCE * 100.0;
        let _ = writeln!(
            text,
            "differences of the {} by seed; a pair counts where both have one; sign test: exact, two-sided, ties left out; interval: paired t of the mean, {percent:.0} %",
            self.objective,
        );
        let _ = writeln!(text, "{}", conclusion(&self.untouched));
        text
    }

    fn differences(&self) -> String {
        const HEADERS: [&str; 7] =
            ["B less A", "pairs", "mean", "deviation", "won, tied, lost by B", "sign test p", "interval"];
        const NUMBERS: [bool; 7] = [false, true, true, true, true, true, true];
        let row = |name: &str, paired: &Paired| {
            let value = |value: Option<f64>| value.map_or_else(absent, |value| rounded(value, 3));
            vec![
                name.to_owned(),
                paired.pairs.to_string(),
                value(paired.mean),
                value(paired.deviation),
                format!("{}, {}, {}", paired.wins, paired.ties, paired.losses),
                value(paired.sign_test),
                paired
                    .interval
                    .map_or_else(absent, |[low, high]| format!("{} to {}", rounded(low, 3), rounded(high, 3))),
            ]
        };
        let rows = vec![row("in-sample best", &self.in_sample), row("untouched window", &self.untouched)];
        output::table(&HEADERS, &NUMBERS, rows)
    }
}

/// What follows, by the one window that no search has seen.
fn conclusion(untouched: &Paired) -> String {
    const SIGNIFICANT: f64 = 0.05;
    let better = if untouched.wins > untouched.losses { "B" } else { "A" };
    match untouched.sign_test {
        Some(p) if p < SIGNIFICANT => {
            format!(
                "on the untouched window {better} is better more often than a coin would have it (p = {})",
                rounded(p, 2)
            )
        }
        _ if untouched.wins + untouched.losses < FEWEST_TELLING => format!(
            "too few pairs differ on the untouched window to tell: the sign test needs at least {FEWEST_TELLING}; give more by --seeds"
        ),
        _ => "on the untouched window nothing tells A and B apart".to_owned(),
    }
}

fn number(measured: &Measured) -> String {
    match measured {
        Measured::Value(value) => format!("{value:.3}"),
        Measured::Missing(why) => format!("- ({why})"),
    }
}
