//! Changes of the series that should mean nothing.

use crate::anatomy::wide;
use crate::checks::{Answer, Checked};
use crate::count::count;
use crate::finding::Draft;
use crate::trial::measurements::{Change, Invariance, Measurements};
use crate::trial::prices::changed;
use crate::trial::purse::{Charged, Purse};
use crate::trial::session::{Session, first_difference};

/// Scales all prices.
pub(crate) fn scale(session: &Session<'_>, purse: &mut Purse, found: &mut Measurements) -> Answer {
    compare(session, purse, found, &[2.0, 3.0, 0.5, 1_024.0].map(Change::PricesTimes))
}

/// Moves all times.
pub(crate) fn shift(session: &Session<'_>, purse: &mut Purse, found: &mut Measurements) -> Answer {
    if !session.description.reads.time {
        return Err("the component does not read times".to_owned());
    }
    compare(session, purse, found, &[52, 520, -520].map(Change::WeeksLater))
}

fn compare(session: &Session<'_>, purse: &mut Purse, found: &mut Measurements, changes: &[Change]) -> Answer {
    let all = session.bars().len();
    let compared = purse.run(
        changes,
        |_| session.expect(all),
        |change| {
            let Some(bars) = changed(session.bars(), *change) else {
                return Charged { answer: None, cost: <_>::default() };
            };
            let Charged { answer, cost } = session.signals(&bars, &session.defaults);
            let difference = answer.outcome.map(|convictions| measure(*change, &session.reference, &convictions));
            Charged { answer: Some(difference), cost }
        },
    );
    let mut drafts = Vec::new();
    let mut answered = Vec::new();
    let tried: Vec<_> = changes.iter().zip(&compared).map(|(change, _)| words(*change)).collect();
    for (change, outcome) in changes.iter().zip(compared) {
        match outcome {
            Some(Ok(invariance)) => {
                answered.push(invariance);
                if invariance.bars > 0 {
                    let text = format!(
                        "{}: {} of {all} have another conviction, by up to {:.3e}",
                        words(*change),
                        count(invariance.bars, "bar"),
                        invariance.difference
                    );
                    drafts.push(Draft::new(text));
                }
            }
            Some(Err(failure)) => drafts.push(Draft::new(format!("{}: {failure}", words(*change)))),
            None => {}
        }
    }
    if answered.is_empty() && drafts.is_empty() {
        return Err(purse.empty().unwrap_or("no change left valid prices").to_owned());
    }
    found.invariances.extend(answered);
    Ok(Checked::new(tried.join(", "), drafts))
}

fn measure(change: Change, one: &[f64], other: &[f64]) -> Invariance {
    let number = |value: &f64| if value.is_nan() { 0.0 } else { *value };
    let pairs = || one.iter().zip(other);
    Invariance {
        change,
        bars: wide(pairs().filter(|(a, b)| first_difference(&[**a], &[**b]).is_some()).count()),
        difference: pairs().map(|(a, b)| (number(a) - number(b)).abs()).fold(0.0, f64::max),
    }
}

fn words(change: Change) -> String {
    match change {
        Change::PricesTimes(factor) => format!("prices times {factor}"),
        Change::WeeksLater(weeks) if weeks < 0 => format!("times {} weeks earlier", -weeks),
        Change::WeeksLater(weeks) => format!("times {weeks} weeks later"),
    }
}
