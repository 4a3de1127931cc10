//! Trying a component out: rules that run it in the sandbox, on prices.
//!
//! ```text
//! Trial -> opening (does it answer at all?) -> Session -> one stage after the other, each with a share of the budget -> answers, Measurements
//! ```
//!
//! A trial can find that a component looks ahead, keeps state or breaks down; it cannot find that it never does. Every rule says how much it
//! looked at. The same trial gives the same answers on every machine and at any number of threads, unless the clock ends it.

mod causality;
mod component;
mod cost;
mod coverage;
mod determinism;
mod explored;
mod invariance;
mod measurements;
mod memorised;
mod odd_prices;
mod opening;
mod prices;
mod purse;
mod session;
mod space;
mod warm_up;

use seedbed_market::Bars;
use seedbed_outcome::GuestText;

use crate::anatomy::wide;
use crate::checks::Answer;
use crate::{Rule, Scope};
use component::{Component, Limits};
pub use measurements::{
    Change, Coverage, DiagnosticsVolume, Drift, FuelSplit, GrowthPoint, Invariance, Leak, Measurements, PricesTried,
    SpaceCoverage, Spent, Tail, TailCount, WarmUp,
};
use purse::Purse;
pub use purse::TrialBudget;
use session::Session;

/// What a component is tried on, and how long.
#[derive(Debug, Clone, Copy)]
pub struct Trial<'a> {
    /// The component, loaded.
    pub component: &'a Component,
    /// Its bytes, the same that were reviewed.
    pub bytes: &'a [u8],
    /// Prices; some thousand bars tell most.
    pub prices: &'a Bars,
    /// What people call them.
    pub prices_name: &'a str,
    /// What one call may use: the operator's limits, narrowed by the component's manifest.
    pub limits: Limits,
    /// What all calls together may cost.
    pub budget: TrialBudget,
    /// Where everything random begins.
    pub seed: u64,
}

/// What a trial came to: an answer for each of its rules, and the figures.
pub(crate) struct Tried {
    answers: Vec<(Rule, Answer)>,
    pub(crate) measurements: Measurements,
}

impl Tried {
    /// The answer of a rule; every rule of a trial has one.
    pub(crate) fn take(&mut self, rule: Rule) -> Answer {
        let place = self.answers.iter().position(|(answered, _)| *answered == rule);
        place.map_or_else(|| Err("the trial did not come to it".to_owned()), |place| self.answers.swap_remove(place).1)
    }
}

/// Runs the trial; rules that `wanted` declines are not run.
pub(crate) fn run(trial: &Trial<'_>, wanted: impl Fn(Rule) -> bool) -> Tried {
    let mut purse = Purse::new(trial.budget);
    let mut measurements = Measurements {
        prices: PricesTried {
            name: GuestText::bounded(trial.prices_name, 255),
            bars: wide(trial.prices.len()),
            hash: trial.prices.hash().to_string(),
        },
        seed: trial.seed,
        ..Measurements::default()
    };
    let mut answers = Vec::new();
    let (answer, session) = opening::open(trial, &mut purse, &mut measurements);
    answers.push((Rule::Answers, answer));
    answers.push((Rule::Memorised, memorised::memorised(trial)));
    match session {
        Err(why) => {
            let others = Rule::ALL
                .iter()
                .filter(|rule| rule.scope() == Scope::Trial && !matches!(rule, Rule::Answers | Rule::Memorised));
            answers.extend(others.map(|rule| (*rule, Err(why.clone()))));
        }
        Ok(session) => answers.extend(stages(&session, &mut purse, &mut measurements, wanted)),
    }
    measurements.spent = purse.spent();
    Tried { answers, measurements }
}

/// One stage after the other. Each may use a share of what the budget was; causality, which knows no end, gets what is left.
fn stages(
    session: &Session<'_>,
    purse: &mut Purse,
    found: &mut Measurements,
    wanted: impl Fn(Rule) -> bool,
) -> Vec<(Rule, Answer)> {
    let mut answers = Vec::new();
    let mut stage = |share: f64, rules: &[Rule], check: &mut dyn FnMut(Rule, &mut Purse) -> Answer| {
        purse.begin(share);
        for rule in rules.iter().filter(|rule| wanted(**rule)) {
            answers.push((*rule, check(*rule, purse)));
        }
    };
    stage(0.06, &[Rule::FuelGrowth], &mut |_, purse| cost::growth(session, purse, found));
    stage(0.0, &[Rule::FuelSplit], &mut |_, _| cost::split(session, found));
    stage(0.0, &[Rule::MemoryUse], &mut |_, _| cost::memory(session, found));
    stage(0.12, &[Rule::Determinism], &mut |_, purse| determinism::determinism(session, purse));
    stage(0.05, &[Rule::OddPrices], &mut |_, purse| odd_prices::survives(session, purse));
    let mut exploration = None;
    stage(0.08, &[Rule::ParameterSpace, Rule::Accept, Rule::MinimumBars], &mut |rule, purse| {
        let explored = exploration.get_or_insert_with(|| explored::explore(session, purse));
        match rule {
            Rule::ParameterSpace => explored.survives(session),
            Rule::Accept => explored.accept(session),
            _ => explored.minimum_bars(session),
        }
    });
    stage(0.08, &[Rule::WarmUp], &mut |_, purse| warm_up::warm_up(session, purse, found));
    stage(0.05, &[Rule::PriceScale], &mut |_, purse| invariance::scale(session, purse, found));
    stage(0.04, &[Rule::TimeShift], &mut |_, purse| invariance::shift(session, purse, found));
    stage(0.15, &[Rule::CausalitySpace], &mut |_, purse| space::causality(session, purse, found));
    stage(1.0, &[Rule::Causality], &mut |_, purse| causality::causality(session, purse, found));
    stage(0.0, &[Rule::Diagnostics], &mut |_, purse| cost::diagnostics(purse, found));
    answers
}
