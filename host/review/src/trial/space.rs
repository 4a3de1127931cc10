//! The parameters of a component: corners, bounds, and points drawn from its space.

use seedbed_genome::{Domain, Parameter, Rng, named_seed};

use crate::anatomy::wide;
use crate::checks::{Answer, Checked};
use crate::count::count;
use crate::finding::Draft;
use crate::trial::causality::{Compared, Probe, horizon, leak, shuffle};
use crate::trial::coverage::smallest_share_of_space;
use crate::trial::measurements::{Measurements, SpaceCoverage, Tail};
use crate::trial::prices::Tails;
use crate::trial::purse::{Charged, Purse};
use crate::trial::session::Session;

/// The ends of a domain.
pub(crate) fn ends(domain: &Domain) -> (f64, f64) {
    match domain {
        Domain::Real(interval) | Domain::LogReal(interval) => (interval.low(), interval.high()),
        Domain::Integer(interval) => (interval.low().ceil(), interval.high().floor()),
        Domain::Choice(labels) => (0.0, labels.len().saturating_sub(1) as f64),
    }
}

/// A value drawn evenly by the scale of the domain.
fn draw(domain: &Domain, rng: &mut Rng) -> f64 {
    let (low, high) = ends(domain);
    match domain {
        Domain::Real(_) => rng.range(low, high).min(high),
        Domain::LogReal(_) => libm::exp(rng.range(libm::log(low), libm::log(high))).clamp(low, high),
        Domain::Integer(_) | Domain::Choice(_) => {
            // Beyond 2^53 whole numbers are no longer next to each other: drawn evenly and rounded into the domain.
            (low + (rng.uniform() * (high - low + 1.0)).floor()).clamp(low, high)
        }
    }
}

pub(crate) fn drawn(parameters: &[Parameter], rng: &mut Rng) -> Vec<f64> {
    parameters.iter().map(|parameter| draw(&parameter.domain, rng)).collect()
}

/// All lows, all highs, and up to `mixed` mixtures of both drawn by `rng`; nothing where there are no parameters.
pub(crate) fn corners(parameters: &[Parameter], mixed: usize, rng: &mut Rng) -> Vec<Vec<f64>> {
    if parameters.is_empty() {
        return Vec::new();
    }
    let of = |pick: &mut dyn FnMut() -> bool| -> Vec<f64> {
        let end = |parameter: &Parameter| {
            let (low, high) = ends(&parameter.domain);
            if pick() { high } else { low }
        };
        parameters.iter().map(end).collect()
    };
    let mut corners = vec![of(&mut || false), of(&mut || true)];
    for _ in 0..mixed {
        let corner = of(&mut || rng.coin());
        if !corners.contains(&corner) {
            corners.push(corner);
        }
    }
    corners
}

/// Each bound of each parameter, the others at their defaults.
pub(crate) fn bounds(parameters: &[Parameter], defaults: &[f64]) -> Vec<Vec<f64>> {
    let at = |place: usize, value: f64| {
        let mut point = defaults.to_vec();
        if let Some(parameter) = point.get_mut(place) {
            *parameter = value;
        }
        point
    };
    let both = parameters.iter().enumerate().flat_map(|(place, parameter)| {
        let (low, high) = ends(&parameter.domain);
        [at(place, low), at(place, high)]
    });
    both.filter(|point| point.as_slice() != defaults).collect()
}

/// A point of the space and where it comes from.
struct Point {
    parameters: Vec<f64>,
    drawn: bool,
}

/// What the comparisons at a point came to.
struct Looked {
    leaks: Vec<(Probe, usize)>,
    comparisons: u64,
    /// Whether it answered on all bars.
    answered: bool,
}

/// Cuts at each point.
const CUTS: usize = 6;
/// Points at most.
const POINTS: usize = 400;
/// Points for which the series is shortened, where the budget does not pay for so many on all bars.
const ENOUGH: u64 = 40;
/// Whole series that a point comes to, about.
const SERIES: u64 = 6;

/// Compares at corners, bounds and drawn points, a few cuts each, while the budget lasts.
pub(crate) fn causality(session: &Session<'_>, purse: &mut Purse, found: &mut Measurements) -> Answer {
    let parameters = &session.description.parameters;
    if parameters.is_empty() {
        return Err("the component has no parameters".to_owned());
    }
    let all = session.affordable(purse.left() / (ENOUGH * SERIES));
    let Some(bars) = session.bars().slice(0..all).filter(|bars| bars.len() > 1) else {
        return Err("one bar cannot be cut".to_owned());
    };
    let mut rng = Rng::new(named_seed(session.trial.seed, "causality space"));
    let points = points(session, &mut rng);
    let jobs: Vec<(Point, Vec<Probe>)> = points
        .into_iter()
        .map(|point| {
            // One cut in the last bars, the others anywhere; every other one cut off, else the tails in turn, the first of them to the end.
            let near_end = all.saturating_sub(1 + rng.index((all / 20).max(1))).max(1);
            let mut cuts = vec![near_end];
            cuts.extend((1..CUTS).map(|_| 1 + rng.index(all - 1)));
            let mut tails = Tail::ALL.to_vec();
            shuffle(&mut tails, &mut rng);
            let probes = cuts.into_iter().zip(tails).enumerate();
            let probe = |(place, (cut, tail))| match (place, tail) {
                (_, Tail::CutOff) | (0 | 2 | 4, _) => Probe::cut_off(cut),
                (1, tail) => Probe::replaced(cut, tail, all),
                (_, tail) => Probe::replaced_shortly(cut, tail, all, session.minimum()),
            };
            (point, probes.map(probe).collect())
        })
        .collect();
    let tails = Tails::new(&bars, named_seed(session.trial.seed, "space tails"));
    let looked = purse.run(
        &jobs,
        |(_, probes)| probes.iter().fold(session.expect(all), |sum, probe| sum.saturating_add(probe.expect(session))),
        |(point, probes)| look(session, &tails, &point.parameters, probes),
    );
    let ended = (looked.len() < jobs.len()).then(|| purse.empty().unwrap_or("the work of the trial was used up"));
    let compared = |drawn: bool| {
        let points = jobs.iter().zip(&looked);
        wide(points.filter(|((point, _), looked)| looked.comparisons > 0 && point.drawn == drawn).count())
    };
    let coverage = SpaceCoverage {
        corners: compared(false),
        drawn: compared(true),
        unanswered: wide(looked.iter().filter(|looked| !looked.answered).count()),
        comparisons: looked.iter().map(|looked| looked.comparisons).sum(),
        smallest_share: smallest_share_of_space(compared(true)),
        leaking: wide(looked.iter().filter(|looked| !looked.leaks.is_empty()).count()),
    };
    let drafts: Vec<_> = jobs
        .iter()
        .zip(&looked)
        .filter_map(|((point, _), looked)| Some((point, leak(&looked.leaks)?)))
        .map(|(point, leak)| {
            Draft::new(format!(
                "at {} the conviction of bar {} changes when the bars from {} on {}; {}",
                session.named(&point.parameters),
                leak.first_bar,
                leak.cut,
                leak.tail.words(),
                horizon(&leak),
            ))
        })
        .collect();
    let answer = if coverage.comparisons == 0 {
        Err(ended.unwrap_or("no other parameters were answered").to_owned())
    } else {
        let result = if coverage.leaking == 0 { "none found in" } else { "looked for in" };
        let share = coverage.smallest_share.map_or(String::new(), |share| {
            format!(
                "; a leak in {:.1} % of the space would have been found with 95 % if every cut shows it",
                100.0 * share
            )
        });
        let ended = ended.map_or(String::new(), |why| format!("; {why}"));
        Ok(Checked::new(
            format!(
                "look-ahead: {result} {} at {} and {} on {}{share}{ended}",
                count(coverage.comparisons, "comparison"),
                count(coverage.corners, "corner"),
                count(coverage.drawn, "drawn point"),
                count(wide(all), "bar"),
            ),
            drafts,
        ))
    };
    found.causality_space = Some(coverage);
    answer
}

/// Corners, bounds and drawn points in turn, so that a small budget sees some of each.
fn points(session: &Session<'_>, rng: &mut Rng) -> Vec<Point> {
    let parameters = &session.description.parameters;
    let mut fixed = corners(parameters, 8, rng);
    fixed.extend(bounds(parameters, &session.defaults));
    let mut fixed = fixed.into_iter();
    let mut points = Vec::new();
    while points.len() < POINTS {
        points.push(Point { parameters: drawn(parameters, rng), drawn: true });
        points.extend(fixed.next().map(|parameters| Point { parameters, drawn: false }));
    }
    points
}

fn look(session: &Session<'_>, tails: &Tails<'_>, parameters: &[f64], probes: &[Probe]) -> Charged<Looked> {
    let Charged { answer: whole, mut cost } = session.signals(tails.bars(), parameters);
    let mut looked = Looked { leaks: Vec::new(), comparisons: 0, answered: whole.outcome.is_ok() };
    if let Ok(whole) = whole.outcome {
        for probe in probes {
            let Charged { answer, cost: more } = probe.run(session, tails, parameters, &whole);
            cost = cost.and(more);
            looked.comparisons += u64::from(matches!(answer, Compared::Same | Compared::Changed(_)));
            if let Compared::Changed(bar) = answer {
                looked.leaks.push((*probe, bar));
            }
        }
    }
    Charged { answer: looked, cost }
}
