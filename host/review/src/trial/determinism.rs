//! Are equal calls answered with equal bits?

use seedbed_genome::{Rng, named_seed};
use seedbed_market::Bars;
use seedbed_outcome::{Call, Outcome};

use crate::anatomy::wide;
use crate::checks::{Answer, Checked};
use crate::count::count;
use crate::finding::Draft;
use crate::trial::causality::shuffle;
use crate::trial::measurements::Tail;
use crate::trial::prices::Tails;
use crate::trial::purse::{Charged, Cost, Purse};
use crate::trial::session::{Session, first_difference};
use crate::trial::space::drawn;

/// One call of `signals` that is made several times.
struct Question {
    bars: Bars,
    parameters: Vec<f64>,
}

/// Asks the same questions of fresh instances in two orders, and of one instance in turn.
pub(crate) fn determinism(session: &Session<'_>, purse: &mut Purse) -> Answer {
    let mut rng = Rng::new(named_seed(session.trial.seed, "determinism"));
    let questions = questions(session, purse, &mut rng);
    let fresh = ask(session, purse, &questions, &(0..questions.len()).collect::<Vec<_>>());
    let mut order: Vec<_> = (0..questions.len()).collect();
    shuffle(&mut order, &mut rng);
    let again = ask(session, purse, &questions, &order);
    let mut drafts = Vec::new();
    for (place, call) in order.iter().zip(&again) {
        if let Some(difference) = fresh.get(*place).and_then(|first| difference(&first.outcome, &call.outcome)) {
            drafts.push(Draft::new(format!("two fresh instances answer the same call differently: {difference}")));
        }
    }
    drafts.extend(others(session, purse));
    let turns = in_turn(session, purse, &questions, &fresh, &mut drafts);
    let compared = wide(again.len());
    if compared == 0 {
        return Err(purse.empty().unwrap_or("the work of the trial was used up").to_owned());
    }
    let what = format!(
        "{} of signals in two fresh instances and {} on one instance, bit for bit",
        count(compared, "call"),
        count(turns, "call"),
    );
    Ok(Checked::new(what, drafts))
}

/// The series, parts of it and other endings, at the defaults and at other parameters. A long question comes before a shorter one that it could give
/// the answer to. Where the budget does not pay for asking about all bars, they are about the first.
fn questions(session: &Session<'_>, purse: &Purse, rng: &mut Rng) -> Vec<Question> {
    /// Whole series that all questions together come to, each asked four times.
    const SERIES: u64 = 21;
    let all = session.affordable(purse.left() / SERIES);
    let Some(bars) = session.bars().slice(0..all) else { return Vec::new() };
    let tails = Tails::new(&bars, named_seed(session.trial.seed, "determinism tails"));
    let other = drawn(&session.description.parameters, rng);
    let half = (all / 2).max(1).min(all);
    let asked = [
        (bars.slice(0..all), session.defaults.clone()),
        (bars.slice(0..half), session.defaults.clone()),
        (tails.at(half, Tail::Noise), session.defaults.clone()),
        (bars.slice(0..half), other.clone()),
        (bars.slice(all / 4..all), session.defaults.clone()),
        (bars.slice(0..all), other),
        (bars.slice(0..(all / 3).max(1).min(all)), session.defaults.clone()),
    ];
    asked.into_iter().filter_map(|(bars, parameters)| Some(Question { bars: bars?, parameters })).collect()
}

fn ask(session: &Session<'_>, purse: &mut Purse, questions: &[Question], order: &[usize]) -> Vec<Call<Vec<f64>>> {
    let ordered: Vec<_> = order.iter().filter_map(|place| questions.get(*place)).collect();
    purse.run(
        &ordered,
        |question| session.expect(question.bars.len()),
        |question| session.signals(&question.bars, &question.parameters),
    )
}

/// The other functions, each once more.
fn others(session: &Session<'_>, purse: &mut Purse) -> Vec<Draft> {
    let (component, limits) = (session.trial.component, &session.trial.limits);
    let mut drafts = Vec::new();
    let mut tell = |function: &str, same: bool| {
        if !same {
            drafts.push(Draft::new(format!("two fresh instances answer {function} differently")));
        }
    };
    let describe = component.describe(limits);
    tell("describe", describe.outcome.as_ref() == Ok(&session.description));
    let exits = [component.exit_parameters(limits), component.exit_parameters(limits)];
    let [one, other] = &exits;
    tell("exit-parameters", one.outcome == other.outcome);
    let need = component.data_needed(&session.defaults, limits);
    tell("data-needed", need.outcome == Ok(session.need));
    let costs = [Cost::of(&describe, 0), Cost::of(one, 0), Cost::of(other, 0), Cost::of(&need, 0)];
    costs.into_iter().for_each(|cost| purse.pay(cost));
    drafts
}

/// Asks all questions of one instance, and once more in the other direction; gives how many were compared.
fn in_turn(
    session: &Session<'_>,
    purse: &mut Purse,
    questions: &[Question],
    fresh: &[Call<Vec<f64>>],
    drafts: &mut Vec<Draft>,
) -> u64 {
    // What fails in a fresh instance ends the turn.
    let mut known: Vec<_> = questions.iter().zip(fresh).filter(|(_, call)| call.outcome.is_ok()).collect();
    let mut compared = 0;
    for _ in 0..2 {
        let calls: Vec<_> =
            known.iter().map(|(question, _)| (&question.bars, question.parameters.as_slice())).collect();
        let expected = |calls: &&Vec<(&Bars, &[f64])>| {
            calls.iter().fold(0u64, |sum, (bars, _)| sum.saturating_add(session.expect(bars.len())))
        };
        let answers = purse.run(&[&calls], expected, |calls| {
            let calls =
                session.trial.component.signals_in_turn(calls, session.description.reads, &session.trial.limits);
            let costs = calls.iter().zip(&known).map(|(call, (question, _))| Cost::of(call, question.bars.len()));
            Charged { cost: costs.fold(Cost::default(), Cost::and), answer: calls }
        });
        for ((place, call), (_, first)) in answers.iter().flatten().enumerate().zip(&known) {
            compared += 1;
            if let Some(difference) = difference(&first.outcome, &call.outcome) {
                let text = format!(
                    "call {} on one instance is answered otherwise than in a fresh one: {difference}",
                    place + 1
                );
                drafts.push(Draft::new(text));
            }
        }
        known.reverse();
    }
    compared
}

fn difference(one: &Outcome<Vec<f64>>, other: &Outcome<Vec<f64>>) -> Option<String> {
    match (one, other) {
        (Ok(one), Ok(other)) => first_difference(one, other).map(|bar| format!("from bar {bar} on")),
        (Err(one), Err(other)) => (one != other).then(|| format!("{one}, then {other}")),
        (Ok(_), Err(failure)) | (Err(failure), Ok(_)) => Some(format!("once with {failure}")),
    }
}
