//! What champions are worth on bars that they have not seen.

use std::ops::Range;

use rayon::prelude::*;
use seedbed_backtest::statistics::SharpeEstimate;
use seedbed_backtest::{Metrics, Ratio, Undefined};
use seedbed_evaluate::{Account, ExamineError, Examiner, Excerpt, Memo, Stage, buy_and_hold, random_entry, stitch};
use seedbed_evolve::Member;
use seedbed_report::report::{FoldResult, Measured, Period, RandomEntry, WalkForward};

use crate::evolved::Evolved;
use crate::verdict::{estimate, measured, median, performance};
use crate::{History, Phase, RunError, RunSetup, run};

/// Random-entry accounts that a champion is compared with.
const DRAWS: u32 = 200;

/// A phase whose champion was looked at once.
#[derive(Debug)]
pub(crate) struct Fold {
    pub(crate) phase: Phase,
    /// The champion's test; none where nothing was scored or the test could not be run.
    pub(crate) tested: Option<Tested>,
    /// Why it does not count.
    pub(crate) refused: Option<String>,
}

/// A champion's test.
#[derive(Debug)]
pub(crate) struct Tested {
    plugin: String,
    in_sample: f64,
    excerpts: Vec<Excerpt>,
    account: Account,
    out_of_sample: Ratio,
}

impl Tested {
    /// Scores a phase's champion on its test, or says why not.
    pub(crate) fn new(
        setup: &RunSetup,
        history: &History<'_>,
        phase: &Phase,
        champion: Option<&Member>,
        memo: Option<&Memo>,
    ) -> Result<Result<Self, Option<ExamineError>>, RunError> {
        let Some((champion, in_sample)) = champion.and_then(|member| Some((member, member.fitness()?))) else {
            return Ok(Err(None));
        };
        let plugin = setup.plugin(champion.island)?;
        let excerpts = history.excerpts(&phase.test);
        let stage = Stage::new(&excerpts);
        let examiner = Examiner { stage: &stage, memo, timeout: setup.clocks.evaluation, audit: setup.audit };
        let account = match examiner.account(plugin, &champion.individual.genome) {
            Ok(account) => account,
            Err(error @ ExamineError::Impure { .. }) => return Err(error.into()),
            Err(error) => return Ok(Err(Some(error))),
        };
        let out_of_sample = setup.objective.of(&account.metrics);
        let plugin = plugin.description().name.clone();
        Ok(Ok(Self { plugin, in_sample, out_of_sample, account, excerpts }))
    }

    /// The champion on the untouched last window, beside its benchmarks.
    pub(crate) fn holdout(
        &self,
        setup: &RunSetup,
        history: &History<'_>,
        window: &Range<usize>,
    ) -> Result<Period, RunError> {
        let stage = Stage::new(&self.excerpts);
        let held = buy_and_hold(&stage).map_err(ExamineError::from)?;
        let random = random_entries(&[(&stage, &self.account)], &self.account.metrics, setup.seed)?;
        let phase = seedbed_report::report::Phase::Holdout;
        Ok(period(history, phase, window, &self.account.metrics, &held.metrics, random))
    }
}

impl Fold {
    pub(crate) fn new(
        setup: &RunSetup,
        phase: &Phase,
        evolved: &Evolved,
        tested: Result<Tested, Option<ExamineError>>,
    ) -> Self {
        let refused = match &tested {
            Err(None) => Some(format!("no candidate was scored: {}", run::reasons(evolved))),
            Err(Some(error)) => Some(format!("its champion could not be tested: {error}")),
            Ok(tested) => match (tested.account.metrics.trades, tested.out_of_sample) {
                (trades, _) if trades < setup.min_trades => {
                    let trades = if trades == 1 { "1 trade".to_owned() } else { format!("{trades} trades") };
                    Some(format!("{trades} in its test, fewer than {}", setup.min_trades))
                }
                (_, Ratio::Undefined(reason)) => Some(format!("its test has no {}: {reason}", setup.objective)),
                _ => None,
            },
        };
        Self { phase: phase.clone(), tested: tested.ok(), refused }
    }

    /// The test, where it counts.
    fn counting(&self) -> Option<(&Tested, f64)> {
        let tested = self.tested.as_ref().filter(|_| self.refused.is_none())?;
        Some((tested, tested.out_of_sample.value()?))
    }

    /// The Sharpe ratio of the test, or why it does not count.
    pub(crate) fn sharpe(&self) -> Measured {
        match (&self.tested, &self.refused) {
            (Some(tested), None) => measured(tested.account.metrics.sharpe),
            (_, Some(why)) => Measured::Missing(why.clone()),
            (None, None) => Measured::Missing("not tested".to_owned()),
        }
    }

    fn reported(&self, history: &History<'_>) -> seedbed_report::report::Fold {
        let result = match (self.counting(), &self.refused) {
            (Some((tested, out_of_sample)), _) => FoldResult::Scored {
                plugin: tested.plugin.clone(),
                in_sample: Measured::from(tested.in_sample),
                out_of_sample: Measured::from(out_of_sample),
                ratio: ratio(out_of_sample, tested.in_sample),
                test_return: tested.account.metrics.total_return,
                trades: tested.account.metrics.trades as u64,
            },
            (None, why) => FoldResult::Refused(why.clone().unwrap_or_default()),
        };
        seedbed_report::report::Fold {
            name: self.phase.name.clone(),
            train: history.span(&self.phase.train),
            test: history.span(&self.phase.test),
            result,
        }
    }
}

/// What was kept out of sample of what was found in sample.
fn ratio(out_of_sample: f64, in_sample: f64) -> Measured {
    if in_sample > 0.0 {
        Measured::from(out_of_sample / in_sample)
    } else {
        Measured::Missing("in sample it is not above 0".to_owned())
    }
}

/// What a walk forward came to.
pub(crate) struct Walked {
    pub(crate) forward: WalkForward,
    /// The stitched tests beside their benchmarks; none where no window counts.
    pub(crate) period: Option<Period>,
    /// The Sharpe ratio of the stitched returns.
    pub(crate) sharpe: Result<SharpeEstimate, Undefined>,
}

/// Joins the tests of all windows that count; `None` without windows.
pub(crate) fn walk_forward(
    setup: &RunSetup,
    history: &History<'_>,
    folds: &[Fold],
) -> Result<Option<Walked>, RunError> {
    let (Some(first), Some(last)) = (folds.first(), folds.last()) else { return Ok(None) };
    let counting: Vec<_> = folds.iter().filter_map(Fold::counting).collect();
    let stages: Vec<_> = counting.iter().map(|(tested, _)| Stage::new(&tested.excerpts)).collect();
    let accounts: Vec<&Account> = counting.iter().map(|(tested, _)| &tested.account).collect();
    let joined = stages.first().map(|stage| stitch(&accounts, stage));
    let mean = |values: &dyn Fn(&(&Tested, f64)) -> f64| {
        let count = counting.len() as f64;
        counting.iter().map(values).sum::<f64>() / count
    };
    let none = || Measured::Missing("no window counts".to_owned());
    let (whole, spread) = if counting.is_empty() {
        (none(), none())
    } else {
        let (inside, outside) = (mean(&|(tested, _)| tested.in_sample), mean(&|(_, out)| *out));
        let squares: f64 = counting.iter().map(|(_, out)| (out - outside) * (out - outside)).sum();
        let spread = match counting.len() {
            1 => Measured::Missing("one window only".to_owned()),
            count => Measured::from((squares / (count as f64 - 1.0)).sqrt()),
        };
        (ratio(outside, inside), spread)
    };
    let walk = WalkForward {
        training: match setup.division.training {
            seedbed_backtest::splits::Training::Anchored => "anchored".to_owned(),
            seedbed_backtest::splits::Training::Rolling => "rolling".to_owned(),
        },
        purge: setup.division.purge as u64,
        embargo: setup.division.embargo as u64,
        folds: folds.iter().map(|fold| fold.reported(history)).collect(),
        ratio: whole,
        spread,
        stitched_sharpe: joined.as_ref().map_or_else(none, |joined| measured(joined.metrics.sharpe)),
        stitched_return: joined.as_ref().map_or_else(none, |joined| Measured::from(joined.metrics.total_return)),
    };
    let Some(joined) = joined else {
        return Ok(Some(Walked { forward: walk, period: None, sharpe: Err(Undefined::NoTrade) }));
    };
    let held = stages.iter().map(buy_and_hold).collect::<Result<Vec<_>, _>>().map_err(ExamineError::from)?;
    let held = stages.first().map(|stage| stitch(&held.iter().collect::<Vec<_>>(), stage));
    let pairs: Vec<_> = stages.iter().zip(accounts).collect();
    let random = random_entries(&pairs, &joined.metrics, setup.seed)?;
    let window = first.phase.test.start..last.phase.test.end;
    let held = held.map_or(joined.metrics, |held| held.metrics);
    let period = period(history, seedbed_report::report::Phase::OutOfSample, &window, &joined.metrics, &held, random);
    Ok(Some(Walked { forward: walk, period: Some(period), sharpe: estimate(joined.returns()) }))
}

/// A champion beside its benchmarks.
pub(crate) fn period(
    history: &History<'_>,
    phase: seedbed_report::report::Phase,
    window: &Range<usize>,
    champion: &Metrics,
    buy_and_hold: &Metrics,
    random_entry: Option<RandomEntry>,
) -> Period {
    Period {
        phase,
        span: history.span(window),
        champion: performance(champion),
        buy_and_hold: performance(buy_and_hold),
        random_entry,
    }
}

/// The same trades at random moments instead; `None` where there was no trade.
fn random_entries(
    tests: &[(&Stage<'_>, &Account)],
    champion: &Metrics,
    seed: u64,
) -> Result<Option<RandomEntry>, RunError> {
    let Some((first, _)) = tests.first().filter(|_| champion.trades > 0) else { return Ok(None) };
    let draw = |draw: u32| {
        let accounts = tests.iter().map(|(stage, account)| random_entry(stage, account, seed, draw));
        let accounts = accounts.collect::<Result<Vec<_>, _>>().map_err(ExamineError::from)?;
        Ok(stitch(&accounts.iter().collect::<Vec<_>>(), first).metrics)
    };
    let draws: Vec<Metrics> = (0..DRAWS).into_par_iter().map(draw).collect::<Result<_, RunError>>()?;
    let median_of = |read: fn(&Metrics) -> Option<f64>| median(draws.iter().filter_map(read).collect());
    let beaten = champion.sharpe.map(|sharpe| {
        let beaten = draws.iter().filter(|draw| draw.sharpe.value().is_none_or(|other| other < sharpe)).count();
        beaten as f64 / f64::from(DRAWS)
    });
    Ok(Some(RandomEntry {
        draws: u64::from(DRAWS),
        exposure: draws.iter().map(|draw| draw.exposure).sum::<f64>() / f64::from(DRAWS),
        median_return: median_of(|draw| Some(draw.total_return)).unwrap_or_default(),
        median_sharpe: median_of(|draw| draw.sharpe.value())
            .map_or_else(|| Measured::Missing("no draw has one".to_owned()), Measured::from),
        median_drawdown: median_of(|draw| Some(draw.max_drawdown)).unwrap_or_default(),
        beaten: measured(beaten),
    }))
}
