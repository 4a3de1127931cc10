use std::time::{Duration, Instant};

use rayon::prelude::*;
use seedbed_outcome::{Call, Usage};

use crate::anatomy::wide;
use crate::trial::measurements::{DiagnosticsVolume, Spent};

/// How much a trial may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TrialBudget {
    /// Units of work: each unit of fuel is one, and what the host does for a call counts as so many units of fuel a call and a bar. It decides
    /// what is tried, the same on every machine.
    pub work: u64,
    /// The wall clock behind it. A trial that it stops says so.
    pub time: Duration,
}

impl Default for TrialBudget {
    /// Less than two seconds on two cores of some years ago, in worker processes.
    fn default() -> Self {
        Self { work: 24_000_000_000, time: Duration::from_secs(20) }
    }
}

/// What is left of a budget, and what was spent.
#[derive(Debug)]
pub(crate) struct Purse {
    granted: u64,
    /// Work at which the stage that runs has to end.
    stage: u64,
    spent: u64,
    calls: u64,
    end: Option<Instant>,
    late: bool,
    loudest: Option<DiagnosticsVolume>,
}

/// An answer and what it cost.
pub(crate) struct Charged<R> {
    pub(crate) answer: R,
    pub(crate) cost: Cost,
}

/// What one call or several cost.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Cost {
    pub(crate) work: u64,
    pub(crate) calls: u64,
    /// The most that one answered call said.
    pub(crate) said: DiagnosticsVolume,
}

impl Cost {
    /// Host work of one call, and of each bar that is made, checked, hashed, sent to a worker, and checked and hashed there once more: 40 and
    /// 0.06 microseconds where eight units of fuel take a nanosecond.
    const CALL: u64 = 300_000;
    const BAR: u64 = 500;

    /// What a call on `bars` bars cost.
    pub(crate) fn of<T>(call: &Call<T>, bars: usize) -> Self {
        let Usage { fuel_instantiate, fuel_call, messages, message_bytes, .. } = call.usage;
        let said =
            if call.outcome.is_ok() { DiagnosticsVolume { messages, bytes: message_bytes } } else { <_>::default() };
        Self { work: Self::host(bars).saturating_add(fuel_instantiate).saturating_add(fuel_call), calls: 1, said }
    }

    /// What the host does for a call on `bars` bars.
    pub(crate) fn host(bars: usize) -> u64 {
        wide(bars).saturating_mul(Self::BAR).saturating_add(Self::CALL)
    }

    pub(crate) fn and(self, other: Self) -> Self {
        let (said, more) = (self.said, other.said);
        Self {
            work: self.work.saturating_add(other.work),
            calls: self.calls.saturating_add(other.calls),
            said: DiagnosticsVolume { messages: said.messages.max(more.messages), bytes: said.bytes.max(more.bytes) },
        }
    }
}

impl Purse {
    pub(crate) fn new(budget: TrialBudget) -> Self {
        Self {
            granted: budget.work,
            stage: budget.work,
            spent: 0,
            calls: 0,
            end: Instant::now().checked_add(budget.time),
            late: false,
            loudest: None,
        }
    }

    /// Lets what comes next have a share of the whole budget, 0 to 1, or what is left of it.
    pub(crate) fn begin(&mut self, share: f64) {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of a u64 is one")]
        let work = (self.granted as f64 * share) as u64;
        self.stage = self.spent.saturating_add(work).min(self.granted);
    }

    pub(crate) fn left(&self) -> u64 {
        self.stage.saturating_sub(self.spent)
    }

    /// Why nothing more can be run, if so.
    pub(crate) fn empty(&mut self) -> Option<&'static str> {
        self.late |= self.end.is_some_and(|end| Instant::now() >= end);
        if self.late {
            Some("the time of the trial was used up")
        } else {
            (self.left() == 0).then_some("the work of the trial was used up")
        }
    }

    pub(crate) fn pay(&mut self, cost: Cost) {
        self.spent = self.spent.saturating_add(cost.work);
        self.calls = self.calls.saturating_add(cost.calls);
        let loudest = self.loudest.unwrap_or_default();
        self.loudest = Some(DiagnosticsVolume {
            messages: loudest.messages.max(cost.said.messages),
            bytes: loudest.bytes.max(cost.said.bytes),
        });
    }

    /// Runs jobs in order, on all threads, as long as the budget lasts; `estimate` is what a job is expected to cost. Gives the answers of the
    /// jobs that were run: a prefix, the same at any number of threads unless the clock ends it.
    pub(crate) fn run<J: Sync, R: Send>(
        &mut self,
        jobs: &[J],
        estimate: impl Fn(&J) -> u64,
        job: impl Fn(&J) -> Charged<R> + Sync,
    ) -> Vec<R> {
        let mut answers = Vec::with_capacity(jobs.len());
        let mut rest = jobs;
        while !rest.is_empty() && self.empty().is_none() {
            let (batch, later) = rest.split_at(self.batch(rest, &estimate));
            rest = later;
            let done: Vec<_> = batch.par_iter().map(&job).collect();
            for Charged { answer, cost } in done {
                self.pay(cost);
                answers.push(answer);
            }
        }
        answers
    }

    /// How many jobs to run before the budget is looked at again: at least one.
    fn batch<J>(&self, jobs: &[J], estimate: impl Fn(&J) -> u64) -> usize {
        const MOST: usize = 256;
        let mut sum = 0u64;
        let fits = jobs.iter().take(MOST).take_while(|job| {
            sum = sum.saturating_add(estimate(job));
            sum <= self.left()
        });
        fits.count().max(1)
    }

    /// The most that one answered call said.
    pub(crate) fn loudest(&self) -> Option<DiagnosticsVolume> {
        self.loudest
    }

    pub(crate) fn spent(&self) -> Spent {
        Spent { work: self.spent, calls: self.calls, stopped_by_clock: self.late }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Charged, Cost, Purse, TrialBudget};

    fn run(budget: TrialBudget, jobs: usize, cost: u64) -> (usize, u64) {
        let mut purse = Purse::new(budget);
        let jobs: Vec<_> = (0..jobs).collect();
        let cost = Cost { work: cost, calls: 1, ..Cost::default() };
        let done = purse.run(&jobs, |_| cost.work, |job| Charged { answer: *job, cost });
        assert!(done.iter().enumerate().all(|(at, job)| at == *job));
        (done.len(), purse.spent().work)
    }

    /// A review that may run for hours is none; one that stops without a word claims too much.
    #[test]
    fn jobs_end_with_the_budget_and_in_order() {
        let budget = TrialBudget { work: 1_000, time: Duration::from_secs(60) };
        assert_eq!(run(budget, 2_000, 1), (1_000, 1_000));
        assert_eq!(run(budget, 7, 1), (7, 7));
        assert_eq!(run(budget, 50, 300), (4, 1_200));
        assert_eq!(run(TrialBudget { time: Duration::ZERO, ..budget }, 50, 1), (0, 0));
    }

    #[test]
    fn a_stage_has_its_share_and_no_more() {
        let mut purse = Purse::new(TrialBudget { work: 1_000, time: Duration::from_secs(60) });
        purse.begin(0.25);
        assert_eq!(purse.left(), 250);
        purse.pay(Cost { work: 250, calls: 1, ..Cost::default() });
        assert!(purse.empty().is_some());
        purse.begin(1.0);
        assert_eq!((purse.left(), purse.empty()), (750, None));
    }
}
