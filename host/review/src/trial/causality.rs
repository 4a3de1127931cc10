//! Does a conviction depend on a later bar?

use std::collections::BTreeMap;

use seedbed_genome::{Rng, named_seed};
use seedbed_market::Bars;

use crate::anatomy::wide;
use crate::checks::{Answer, Checked};
use crate::count::count;
use crate::finding::Draft;
use crate::trial::coverage::smallest_share;
use crate::trial::measurements::{Coverage, Leak, Measurements, Tail, TailCount};
use crate::trial::prices::Tails;
use crate::trial::purse::{Charged, Cost, Purse};
use crate::trial::session::{Session, first_difference, too_few};

/// One comparison: what is before `cut` must not change with what is behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Probe {
    pub(crate) cut: usize,
    pub(crate) tail: Tail,
    /// Where the series that is compared ends.
    end: usize,
}

/// Bars that a tail puts behind a cut where it does not go on to the end of the series. What a conviction takes from further ahead is gone
/// then, which shows it as well.
const BEHIND: usize = 64;

/// What a comparison came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Compared {
    /// Every conviction before the cut is the same.
    Same,
    /// The first conviction that changed.
    Changed(usize),
    /// Refused for too few bars, below its own minimum.
    TooFewBars,
    /// No answer, for any other reason.
    Unanswered,
}

impl Probe {
    /// Nothing is left behind the cut.
    pub(crate) fn cut_off(cut: usize) -> Self {
        Self { cut, tail: Tail::CutOff, end: cut }
    }

    /// Other bars stand behind the cut, to the end of a series of so many.
    pub(crate) fn replaced(cut: usize, tail: Tail, bars: usize) -> Self {
        Self { cut, tail, end: bars }
    }

    /// Some other bars stand behind the cut, and there are never fewer than the minimum.
    pub(crate) fn replaced_shortly(cut: usize, tail: Tail, bars: usize, minimum: usize) -> Self {
        Self::replaced(cut, tail, cut.saturating_add(BEHIND).max(minimum).min(bars))
    }

    /// Makes the comparison with the convictions of the whole series at the same parameters.
    pub(crate) fn run(
        self,
        session: &Session<'_>,
        tails: &Tails<'_>,
        parameters: &[f64],
        whole: &[f64],
    ) -> Charged<Compared> {
        let Some(bars) = tails.until(self.end, self.cut, self.tail) else {
            return Charged { answer: Compared::Unanswered, cost: Cost::default() };
        };
        let Charged { answer: call, cost } = session.signals(&bars, parameters);
        let few = too_few(&call) && bars.len() < session.minimum();
        let compared = match call.outcome {
            Ok(convictions) => {
                let (before, kept) = (whole.get(..self.cut), convictions.get(..self.cut));
                let differs = first_difference(before.unwrap_or_default(), kept.unwrap_or_default());
                differs.map_or(Compared::Same, Compared::Changed)
            }
            Err(_) if few => Compared::TooFewBars,
            Err(_) => Compared::Unanswered,
        };
        Charged { answer: compared, cost }
    }

    /// What it is expected to cost.
    pub(crate) fn expect(self, session: &Session<'_>) -> u64 {
        session.expect(self.end)
    }
}

/// Compares at the defaults, at every cut while the budget lasts.
pub(crate) fn causality(session: &Session<'_>, purse: &mut Purse, found: &mut Measurements) -> Answer {
    let bars = session.bars();
    let plan = plan(bars, session.minimum(), session.trial.seed);
    if plan.is_empty() {
        return Err("one bar cannot be cut".to_owned());
    }
    let tails = Tails::new(bars, named_seed(session.trial.seed, "causality tails"));
    let compared = purse.run(
        &plan,
        |probe| probe.expect(session),
        |probe| probe.run(session, &tails, &session.defaults, &session.reference),
    );
    let tally = Tally::of(&plan, &compared);
    let ended = (compared.len() < plan.len()).then(|| purse.empty().unwrap_or("the work of the trial was used up"));
    let coverage = tally.coverage(wide(bars.len().saturating_sub(1)));
    let answer = tell(&coverage, &tally, ended);
    found.causality = Some(coverage);
    answer
}

/// Every cut in an order drawn by the seed, once cut off and once replaced, so that each beginning of the list is a fair sample of cuts.
/// Below the minimum of bars a shorter series is refused: there it is replaced only.
fn plan(bars: &Bars, minimum: usize, seed: u64) -> Vec<Probe> {
    /// One in so many tails, of each kind as many, goes on to the end of the series.
    const WHOLE: usize = 8;
    let mut cuts: Vec<usize> = (1..bars.len()).collect();
    shuffle(&mut cuts, &mut Rng::new(named_seed(seed, "causality cuts")));
    let replaced = Tail::ALL.iter().skip(1).cycle();
    let probes = cuts.into_iter().zip(replaced).enumerate().flat_map(|(place, (cut, &tail))| {
        let replaced = if place.is_multiple_of(WHOLE) {
            Probe::replaced(cut, tail, bars.len())
        } else {
            Probe::replaced_shortly(cut, tail, bars.len(), minimum)
        };
        (cut >= minimum).then(|| Probe::cut_off(cut)).into_iter().chain([replaced])
    });
    probes.collect()
}

/// Fisher and Yates' shuffle.
pub(crate) fn shuffle<T>(items: &mut [T], rng: &mut Rng) {
    for last in (1..items.len()).rev() {
        items.swap(last, rng.index(last + 1));
    }
}

/// Comparisons and what they came to.
#[derive(Debug, Default)]
struct Tally {
    /// By cut, whether any comparison was answered.
    cuts: BTreeMap<usize, bool>,
    tails: BTreeMap<Tail, (u64, u64)>,
    leaks: Vec<(Probe, usize)>,
    comparisons: u64,
    unanswered: u64,
}

impl Tally {
    fn of(plan: &[Probe], compared: &[Compared]) -> Self {
        let mut tally = Self::default();
        for (probe, compared) in plan.iter().zip(compared) {
            let answered = matches!(compared, Compared::Same | Compared::Changed(_));
            *tally.cuts.entry(probe.cut).or_default() |= answered;
            tally.unanswered += u64::from(*compared == Compared::Unanswered);
            if answered {
                tally.comparisons += 1;
                let (comparisons, leaks) = tally.tails.entry(probe.tail).or_default();
                *comparisons += 1;
                if let Compared::Changed(bar) = compared {
                    *leaks += 1;
                    tally.leaks.push((*probe, *bar));
                }
            }
        }
        tally
    }

    fn coverage(&self, cuts: u64) -> Coverage {
        let cuts_compared = wide(self.cuts.values().filter(|answered| **answered).count());
        let tail = |(&tail, &(comparisons, leaks))| TailCount { tail, comparisons, leaks };
        Coverage {
            cuts,
            cuts_compared,
            comparisons: self.comparisons,
            unanswered: self.unanswered,
            smallest_share: smallest_share(cuts, cuts_compared),
            tails: self.tails.iter().map(tail).collect(),
            leaks: wide(self.leaks.len()),
            leak: leak(&self.leaks),
        }
    }
}

/// The leak at the earliest cut, with the horizons over all of them.
pub(crate) fn leak(leaks: &[(Probe, usize)]) -> Option<Leak> {
    let horizons = || leaks.iter().map(|(probe, bar)| wide(probe.cut.saturating_sub(*bar)));
    let (probe, bar) = leaks.iter().min_by_key(|(probe, bar)| (probe.cut, probe.tail, *bar))?;
    Some(Leak {
        cut: wide(probe.cut),
        first_bar: wide(*bar),
        tail: probe.tail,
        smallest_horizon: horizons().min()?,
        largest_horizon: horizons().max()?,
    })
}

fn tell(coverage: &Coverage, tally: &Tally, ended: Option<&str>) -> Answer {
    let mut drafts = Vec::new();
    if let Some(leak) = &coverage.leak {
        let share = count(coverage.leaks, "comparison");
        drafts.push(Draft::new(format!(
            "the conviction of bar {} changes when the bars from {} on {}; in {share} of {}, {}",
            leak.first_bar,
            leak.cut,
            leak.tail.words(),
            coverage.comparisons,
            horizon(leak),
        )));
        for (tail, (comparisons, leaks)) in tally.tails.iter().filter(|(_, (_, leaks))| *leaks > 0) {
            let text = format!("when later bars {}: {leaks} of {}", tail.words(), count(*comparisons, "comparison"));
            drafts.push(Draft::new(text).at_most(crate::Level::Note));
        }
    }
    if coverage.unanswered > 0 {
        let text = format!(
            "it answers on all bars and not in {} of shortened or changed ones",
            count(coverage.unanswered, "comparison")
        );
        drafts.push(Draft::new(text).at_most(crate::Level::Warn));
    }
    if coverage.comparisons == 0 {
        return Err(ended.unwrap_or("no comparison was answered").to_owned());
    }
    let result = if coverage.leaks == 0 { "none found in" } else { "looked for in" };
    let smallest = coverage.smallest_share.unwrap_or(1.0);
    let ended = ended.map_or(String::new(), |why| format!("; {why}"));
    let what = format!(
        "look-ahead: {result} {} at {} of {} cuts; a leak at {:.2} % of the cuts would have been found with 95 %{ended}",
        count(coverage.comparisons, "comparison"),
        coverage.cuts_compared,
        coverage.cuts,
        100.0 * smallest,
    );
    Ok(Checked::new(what, drafts))
}

pub(crate) fn horizon(leak: &Leak) -> String {
    let (smallest, largest) = (leak.smallest_horizon, leak.largest_horizon);
    if smallest == largest {
        format!("it knows {} ahead", count(smallest, "bar"))
    } else {
        format!("it knows from {smallest} to {} ahead", count(largest, "bar"))
    }
}
