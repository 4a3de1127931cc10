//! What a component makes of other parameters than its defaults.

use seedbed_genome::{Rng, named_seed};
use seedbed_outcome::{Call, Failure, Outcome, Refusal};

use crate::anatomy::wide;
use crate::checks::{Answer, Checked};
use crate::count::count;
use crate::finding::Draft;
use crate::trial::component::DataNeed;
use crate::trial::purse::{Charged, Cost, Purse};
use crate::trial::session::Session;
use crate::trial::space::{bounds, corners, drawn};

/// Parameters, and what each function said to them.
pub(crate) struct Explored {
    parameters: Vec<f64>,
    need: Outcome<DataNeed>,
    accepted: Outcome<()>,
    /// On some hundred bars, and never fewer than it recommends.
    signals: Outcome<Vec<f64>>,
    /// Bars of that call.
    bars: usize,
    /// On exactly the minimum of bars; `None` where the series has fewer.
    at_minimum: Option<Outcome<Vec<f64>>>,
}

/// What was tried of the parameters' space.
pub(crate) struct Exploration {
    /// The defaults first.
    points: Vec<Explored>,
    /// How many there would have been.
    planned: usize,
    ended: Option<&'static str>,
}

/// Points at most of each kind.
const MIXED_CORNERS: usize = 16;
const DRAWN: usize = 48;
const BOUNDS: usize = 128;
/// Bars of a call, unless the component recommends more.
const BARS: usize = 300;

/// Calls every function at the defaults, at bounds, corners and drawn points while the budget lasts.
pub(crate) fn explore(session: &Session<'_>, purse: &mut Purse) -> Exploration {
    let parameters = &session.description.parameters;
    let mut rng = Rng::new(named_seed(session.trial.seed, "exploration"));
    let mut points = vec![session.defaults.clone()];
    if !parameters.is_empty() {
        points.extend(corners(parameters, MIXED_CORNERS, &mut rng));
        points.extend(bounds(parameters, &session.defaults).into_iter().take(BOUNDS));
        points.extend((0..DRAWN).map(|_| drawn(parameters, &mut rng)));
    }
    let expected = session.expect(BARS.max(session.recommended()).min(session.bars().len()));
    let explored = purse.run(&points, |_| expected, |point| look(session, point));
    let ended = (explored.len() < points.len()).then(|| purse.empty().unwrap_or("the work of the trial was used up"));
    Exploration { points: explored, planned: points.len(), ended }
}

fn look(session: &Session<'_>, point: &[f64]) -> Charged<Explored> {
    let (component, limits) = (session.trial.component, &session.trial.limits);
    let need = component.data_needed(point, limits);
    let accepted = component.accept(point, &session.exits, limits);
    let mut cost = Cost::of(&need, 0).and(Cost::of(&accepted, 0));
    let all = session.bars().len();
    let mut signals = |bars: usize| {
        let prices = session.bars().slice(0..bars)?;
        let Charged { answer: Call { outcome, .. }, cost: more } = session.signals(&prices, point);
        cost = cost.and(more);
        Some(outcome)
    };
    let wanted = need.outcome.as_ref().map_or(0, |need| usize::try_from(need.recommended_bars).unwrap_or(usize::MAX));
    let bars = BARS.max(wanted).min(all);
    let answer = signals(bars).unwrap_or_else(|| Ok(Vec::new()));
    let at_minimum = need.outcome.as_ref().ok().and_then(|need| signals(usize::try_from(need.minimum_bars).ok()?));
    let explored = Explored {
        parameters: point.to_vec(),
        need: need.outcome,
        accepted: accepted.outcome,
        signals: answer,
        bars,
        at_minimum,
    };
    Charged { answer: explored, cost }
}

/// A failure that is no refusal.
fn broken<T>(outcome: &Outcome<T>) -> Option<&Failure> {
    outcome.as_ref().err().filter(|failure| !matches!(failure, Failure::Refused(_)))
}

impl Exploration {
    fn what(&self, looked: &str) -> String {
        let tried = count(wide(self.points.len()), "point");
        let ended = self.ended.map_or(String::new(), |why| format!(" of {}; {why}", self.planned));
        format!("{looked} at {tried} of the parameters' space{ended}")
    }

    fn any(&self) -> Result<(), String> {
        if self.points.is_empty() {
            return Err(self.ended.unwrap_or("nothing was tried").to_owned());
        }
        Ok(())
    }

    /// Every call ends in an answer or a refusal.
    pub(crate) fn survives(&self, session: &Session<'_>) -> Answer {
        self.any()?;
        if session.description.parameters.is_empty() {
            return Err("the component has no parameters".to_owned());
        }
        let drafts = self.points.iter().filter_map(|point| {
            let calls = [
                ("data-needed", broken(&point.need)),
                ("accept", broken(&point.accepted)),
                ("signals", broken(&point.signals)),
            ];
            let (function, failure) = calls.into_iter().find_map(|(function, failure)| Some((function, failure?)))?;
            Some(Draft::new(format!("{function} at {}: {failure}", session.named(&point.parameters))))
        });
        Ok(Checked::new(self.what("data-needed, accept and signals"), drafts.collect::<Vec<_>>()))
    }

    /// What `accept` says is what `signals` does.
    pub(crate) fn accept(&self, session: &Session<'_>) -> Answer {
        self.any()?;
        let mut drafts = Vec::new();
        let vetoed = |point: &&Explored| matches!(point.accepted, Err(Failure::Refused(_)));
        if let Some(first) = self.points.first().filter(vetoed)
            && let Err(failure) = &first.accepted
        {
            drafts.push(Draft::new(format!("accept at its own defaults: {failure}")));
        }
        for point in self.points.iter().filter(|point| point.accepted.is_ok()) {
            if let Err(failure @ Failure::Refused(refusal)) = &point.signals
                && !matches!(refusal, Refusal::TooFewBars(_))
            {
                let at = session.named(&point.parameters);
                drafts.push(Draft::new(format!("accepts {at}, and signals then: {failure}")));
            }
        }
        let others = self.points.iter().skip(1);
        let (all, refused) = (others.clone().count(), others.filter(vetoed).count());
        if all > 0 && all == refused {
            drafts.push(Draft::new(format!("refuses all of {} besides its defaults", count(wide(all), "point"))));
        }
        let accepted = self.points.iter().filter(|point| point.accepted.is_ok()).count();
        Ok(Checked::new(format!("{}, of which it accepts {accepted}", self.what("accept and signals")), drafts))
    }

    /// `minimum-bars` is where convictions begin.
    pub(crate) fn minimum_bars(&self, session: &Session<'_>) -> Answer {
        self.any()?;
        let mut drafts = Vec::new();
        for point in &self.points {
            let Ok(need) = &point.need else { continue };
            let (minimum, at) = (need.minimum_bars, session.named(&point.parameters));
            let early = usize::try_from(minimum).unwrap_or(usize::MAX).saturating_sub(1);
            let answers = [point.signals.as_ref().ok(), point.at_minimum.as_ref().and_then(|call| call.as_ref().ok())];
            let first = |answer: &Vec<f64>| {
                answer.iter().take(early).position(|conviction| !conviction.is_nan() && *conviction != 0.0)
            };
            if let Some(bar) = answers.into_iter().flatten().find_map(first) {
                let text = format!("at {at} bar {bar} has a conviction, and minimum-bars is {minimum}");
                drafts.push(Draft::new(text));
            }
            let least = usize::try_from(minimum).unwrap_or(usize::MAX);
            let refused = match (&point.at_minimum, &point.signals) {
                (Some(Err(Failure::Refused(refusal @ (Refusal::TooFewBars(_) | Refusal::Other(_))))), _)
                    if point.accepted.is_ok() =>
                {
                    Some((refusal, least))
                }
                (_, Err(Failure::Refused(refusal @ Refusal::TooFewBars(_)))) if point.bars >= least => {
                    Some((refusal, point.bars))
                }
                _ => None,
            };
            if let Some((refusal, bars)) = refused {
                let text = format!("at {at} minimum-bars is {minimum}, and {bars} bars are refused: {refusal}");
                drafts.push(Draft::new(text));
            }
        }
        let answered = self.points.iter().filter(|point| point.at_minimum.is_some()).count();
        if answered == 0 {
            return Err("the series is shorter than its minimum of bars".to_owned());
        }
        Ok(Checked::new(self.what("signals on exactly minimum-bars"), drafts))
    }
}
