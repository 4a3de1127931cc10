use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::time::Instant;

use rayon::prelude::*;
use seedbed_backtest::Ratio;
use seedbed_evaluate::{Account, ExamineError, Examiner, Memo, MemoUse, Stage, buy_and_hold};
use seedbed_evolve::{End, Outcome};
use seedbed_report::report::{Report, Reproducible};
use seedbed_store::Document;
use serde_json::{Value, json};

use crate::elites::elites;
use crate::evolved::{Evolved, Ran, Until, evolve};
use crate::fold::{Fold, Tested, Walked};
use crate::journal::Journal;
use crate::verdict::{self, Trial};
use crate::{Examined, History, Phase, RunError, RunSetup, Schedule, Watcher, champion, page};

/// How a run ended.
#[derive(Debug)]
pub enum Ended {
    /// Every phase is done.
    Finished(Box<Finished>),
    /// It was asked to stop; what was evaluated is written down.
    Stopped,
}

/// A finished run.
#[derive(Debug)]
pub struct Finished {
    /// Everything about it, apart from what only its caller knows: its name, its times, its command line.
    pub report: Report,
    /// The champion with its scores, as `seedbed evaluate --genome` reads it; none where nothing was scored.
    pub champion: Option<Value>,
    /// The hall of fame and the archive of ways to trade, of the final evolution.
    pub elites: Value,
    /// BLAKE3 over all evaluations, the champion and the verdict: equal for equal runs.
    pub digest: String,
    /// Evaluations of all phases.
    pub evaluations: u64,
    /// What the memo came to.
    pub memo: MemoUse,
}

/// Runs all phases, or the ones that are left: what the journal read back is not evaluated again.
///
/// Works on the calling thread's rayon pool. The same setup gives the same evaluations, champion and verdict at any number of threads
/// and after any number of interruptions, unless a clock interfered, which the report says.
///
/// # Errors
/// [`RunError`]; what was written down stays.
pub fn run(setup: &RunSetup, mut journal: Journal<'_>, watcher: &mut dyn Watcher) -> Result<Ended, RunError> {
    let history = History::new(&setup.symbols);
    let schedule = setup.schedule(&history)?;
    let memo = setup.memo.map(Memo::new);
    let begun = Instant::now();
    let mut observed = Observed { watcher, failures: BTreeMap::new(), evaluations: 0 };
    let phases = schedule.phases().count();
    let mut folds = Vec::new();
    let mut of_all_windows = 0;
    let mut clock = Vec::new();
    let mut last = None;
    for (phase, number) in schedule.phases().zip(1..) {
        observed.begins(phase, number, phases);
        let until = Until::share(begun, setup.clocks.run, number, phases);
        let evolved = evolve(setup, &history, phase, memo.as_ref(), &mut journal, &mut observed, until)?;
        let ControlFlow::Continue(mut evolved) = evolved else { return Ok(Ended::Stopped) };
        of_all_windows += evolved.evolution.distinct();
        clock.append(&mut evolved.clock);
        journal.put(Document::Checkpoint, &json!({ "phase": phase.name, "evaluations": observed.evaluations }))?;
        let tested = Tested::new(setup, &history, phase, evolved.evolution.best(), memo.as_ref())?;
        let fold = Fold::new(setup, phase, &evolved, tested);
        if number == phases {
            last = Some((evolved, fold));
        } else {
            folds.push(fold);
        }
    }
    let Some((evolved, holdout)) = last else { return Ok(Ended::Stopped) };
    let judged = Judged { setup, history: &history, schedule: &schedule, memo: memo.as_ref(), folds: &folds };
    let (verdict, champion) = judged.verdict(&evolved, &holdout, of_all_windows)?;
    let page = page::Page {
        setup,
        history: &history,
        schedule: &schedule,
        evolved: &evolved,
        folds: &folds,
        holdout: &holdout,
    };
    let mut report = page.report(verdict, champion.as_ref().map(|champion| &champion.whole))?;
    report.evolution.failures = observed.failures();
    report.run.state = state(setup, &evolved, &clock);
    if !clock.is_empty() {
        report.run.reproducible = Reproducible::No(clocked(&clock));
    }
    let champion = champion.map(|champion| champion.file(setup, &report));
    if let Some(champion) = &champion {
        journal.put(Document::Champion, champion)?;
        journal.put(Document::Lineage, &json!({ "version": 1, "lineage": report.evolution.lineage }))?;
    }
    let digest = digest(&journal, &report, champion.as_ref());
    Ok(Ended::Finished(Box::new(Finished {
        report,
        champion,
        elites: elites(setup, &evolved.evolution)?,
        digest,
        evaluations: observed.evaluations,
        memo: memo.as_ref().map(Memo::usage).unwrap_or_default(),
    })))
}

fn state(setup: &RunSetup, evolved: &Evolved, clock: &[String]) -> String {
    let done = match (evolved.generations.len(), setup.evolution.generations) {
        (1, u32::MAX) => "1 generation".to_owned(),
        (done, u32::MAX) => format!("{done} generations"),
        (done, asked) => format!("{done} of {asked} generations"),
    };
    match evolved.evolution.end() {
        Some(End::AllFailed) => "every candidate of the first generation failed".to_owned(),
        Some(End::Budget) => format!("finished its budget after {done}"),
        Some(End::Exhausted) => format!("finished after {done}: no genome is left that is new"),
        Some(End::Generations) => "finished".to_owned(),
        None if clock.is_empty() => "finished".to_owned(),
        None => format!("stopped by the clock after {done}"),
    }
}

fn clocked(clock: &[String]) -> String {
    const SHOWN: usize = 3;
    let shown = clock.iter().take(SHOWN).cloned().collect::<Vec<_>>().join("; ");
    match clock.len().saturating_sub(SHOWN) {
        0 => shown,
        more => format!("{shown}; and {more} more"),
    }
}

fn digest(journal: &Journal<'_>, report: &Report, champion: Option<&Value>) -> String {
    let mut hasher = blake3::Hasher::new_derive_key("seedbed result digest 1");
    hasher.update(journal.digest().as_bytes());
    // A report is plain data: it can always be written.
    for part in [serde_json::to_vec(report), serde_json::to_vec(&champion)] {
        let bytes = part.unwrap_or_default();
        hasher.update(&(bytes.len() as u64).to_le_bytes());
        hasher.update(&bytes);
    }
    hasher.finalize().to_hex().to_string()
}

/// Counts what a watcher sees.
struct Observed<'w> {
    watcher: &'w mut dyn Watcher,
    failures: BTreeMap<(String, String), u64>,
    evaluations: u64,
}

impl Watcher for Observed<'_> {
    fn begins(&mut self, phase: &Phase, number: usize, phases: usize) {
        self.watcher.begins(phase, number, phases);
    }

    fn evaluated(&mut self, examined: &[Examined]) {
        for one in examined {
            self.evaluations += u64::from(one.told.outcome != Outcome::Skipped);
            let last = match &one.told.outcome {
                Outcome::Failed { reason } | Outcome::Undefined { reason } => Some(reason),
                _ => None,
            };
            for reason in one.told.failed.iter().chain(last) {
                *self.failures.entry((one.candidate.island().name.clone(), reason.clone())).or_default() += 1;
            }
        }
        self.watcher.evaluated(examined);
    }

    fn generation(&mut self, phase: &Phase, generation: &seedbed_evolve::Generation, memo: &MemoUse) {
        self.watcher.generation(phase, generation, memo);
    }

    fn stop(&self) -> bool {
        self.watcher.stop()
    }
}

impl Observed<'_> {
    fn failures(&self) -> Vec<seedbed_report::report::Failure> {
        let failure = |((plugin, reason), count): (&(String, String), &u64)| seedbed_report::report::Failure {
            plugin: plugin.clone(),
            reason: reason.clone(),
            count: *count,
            example: String::new(),
        };
        self.failures.iter().map(failure).collect()
    }
}

/// What a verdict is computed from.
struct Judged<'a> {
    setup: &'a RunSetup,
    history: &'a History<'a>,
    schedule: &'a Schedule,
    memo: Option<&'a Memo>,
    folds: &'a [Fold],
}

impl Judged<'_> {
    fn verdict(
        &self,
        evolved: &Evolved,
        holdout: &Fold,
        of_all_windows: u64,
    ) -> Result<(seedbed_report::report::Verdict, Option<champion::Champion>), RunError> {
        let Self { setup, history, schedule, memo, folds } = *self;
        let trials = evolved.distinct();
        let Some(best) = evolved.evolution.best() else {
            let why = reasons(evolved);
            return Ok((verdict::without_champion(trials.len() as u64, of_all_windows, &why), None));
        };
        let excerpts = history.excerpts(&schedule.last.train);
        let stage = Stage::new(&excerpts);
        let examiner = Examiner { stage: &stage, memo, timeout: setup.clocks.evaluation, audit: false };
        let binned: BTreeSet<usize> = verdict::compared(trials.len(), setup.seed).into_iter().collect();
        // The latest first: their signals are those that the memo still has.
        let summed = trials.par_iter().enumerate().rev().map(|(place, ran)| {
            let binned = binned.contains(&place);
            match &ran.trial {
                Some(trial) if !binned => Ok(trial.clone().unbinned()),
                Some(trial) if trial.binned.is_some() => Ok(trial.clone()),
                _ => Ok(Trial::of(&account(setup, &examiner, ran)?, &stage, binned)),
            }
        });
        let mut summed = summed.collect::<Result<Vec<Trial>, RunError>>()?;
        summed.reverse();
        let place = trials.iter().position(|ran| ran.identity() == (best.island, best.hash)).unwrap_or_default();
        let judgement = verdict::judge(&summed, place, stage.bars_per_year());

        let champion = champion::Champion::new(setup, history, &examiner, best)?;
        let walk = crate::fold::walk_forward(setup, history, folds)?;
        let mut periods = vec![crate::fold::period(
            history,
            seedbed_report::report::Phase::InSample,
            &schedule.last.train,
            &champion.trained.metrics,
            &buy_and_hold(&stage).map_err(ExamineError::from)?.metrics,
            None,
        )];
        let mut out_of_sample = None;
        if let Some(Walked { forward, period, sharpe }) = walk {
            periods.extend(period);
            out_of_sample = Some((forward, sharpe));
        }
        if let Some(tested) = &holdout.tested {
            periods.push(tested.holdout(setup, history, &schedule.last.test)?);
        }
        let (walk_forward, estimate) = out_of_sample.unzip();
        let probabilistic = match estimate {
            None => Ratio::Undefined(seedbed_backtest::Undefined::TooFewReturns),
            Some(Err(reason)) => Ratio::Undefined(reason),
            Some(Ok(estimate)) => estimate.probabilistic_sharpe(0.0),
        };
        let verdict = seedbed_report::report::Verdict {
            standing: judgement.standing(),
            sentence: judgement.sentence(trials.len()),
            trials: trials.len() as u64,
            trials_of_all_windows: of_all_windows,
            effective_trials: verdict::measured(judgement.effective),
            sharpe: verdict::measured(judgement.sharpe),
            luck_sharpe: verdict::measured(judgement.luck),
            probabilistic_sharpe: verdict::measured(probabilistic),
            deflated_sharpe: verdict::measured(judgement.deflated),
            deflated_sharpe_effective: verdict::measured(judgement.deflated_effective),
            min_track_record: verdict::measured(judgement.minimum_track_record),
            track_record: stage.len() as u64,
            overfitting: judgement.overfitting,
            walk_forward,
            periods,
        };
        Ok((verdict, Some(champion)))
    }
}

fn account(setup: &RunSetup, examiner: &Examiner<'_, '_>, ran: &Ran) -> Result<Account, RunError> {
    let account = examiner.account(setup.plugin(ran.island)?, &ran.individual.genome);
    account.map_err(|error| RunError::Changed { genome: ran.hash, error })
}

/// Why nothing was scored: reasons with their counts, the most frequent first.
pub(crate) fn reasons(evolved: &Evolved) -> String {
    let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
    for (reason, count) in evolved.generations.iter().flat_map(|generation| &generation.reasons) {
        *counts.entry(reason).or_default() += count;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    if counts.is_empty() {
        return "no candidate was evaluated".to_owned();
    }
    counts.into_iter().map(|(reason, count)| format!("{count} {reason}")).collect::<Vec<_>>().join(", ")
}
