//! The first calls: without an answer to each of them there is nothing to try.

use seedbed_outcome::{Call, Failure, Refusal};

use crate::anatomy::wide;
use crate::checks::{Answer, Checked};
use crate::count::count;
use crate::finding::Draft;
use crate::trial::Trial;
use crate::trial::measurements::{FuelSplit, Measurements};
use crate::trial::purse::{Cost, Purse};
use crate::trial::session::{Session, own_exits};

/// Calls every function at the defaults. Gives the rule's answer, and what the others need or why they cannot be checked.
pub(crate) fn open<'a>(
    trial: &'a Trial<'a>,
    purse: &mut Purse,
    found: &mut Measurements,
) -> (Answer, Result<Session<'a>, String>) {
    let mut split = FuelSplit::default();
    let opened = calls(trial, purse, &mut split);
    found.fuel = Some(split);
    let what = format!("all five functions at the defaults, signals on {}", count(wide(trial.prices.len()), "bar"));
    match opened {
        Ok(session) => (Ok(Checked::new(what, [])), Ok(session)),
        Err(Unopened::TooFewBars(least)) => {
            let why = format!("needs at least {}, and the prices have {}", count(least, "bar"), trial.prices.len());
            (Err(why.clone()), Err(why))
        }
        Err(Unopened::Failed(function, failure)) => {
            let draft = Draft::new(format!("{function}: {failure}"));
            let why = format!("the component gives no answer at its defaults, see {}", crate::Rule::Answers);
            (Ok(Checked::new(what, [draft])), Err(why))
        }
    }
}

enum Unopened {
    TooFewBars(u32),
    Failed(&'static str, Failure),
}

fn calls<'a>(trial: &'a Trial<'a>, purse: &mut Purse, split: &mut FuelSplit) -> Result<Session<'a>, Unopened> {
    let (component, limits) = (trial.component, &trial.limits);
    let description = answer("describe", component.describe(limits), purse, &mut split.describe)?;
    let declared = answer("exit-parameters", component.exit_parameters(limits), purse, &mut split.exit_parameters)?;
    let defaults = description.defaults();
    let need = answer("data-needed", component.data_needed(&defaults, limits), purse, &mut split.data_needed)?;
    let exits = own_exits(&declared).map_err(|failure| Unopened::Failed("exit-parameters", failure))?;
    // A veto over its own defaults is a rule's to tell, not a reason to stop here.
    let accepted = component.accept(&defaults, &exits, limits);
    purse.pay(Cost::of(&accepted, 0));
    split.accept = accepted.usage.fuel_call;
    if let Err(failure) = accepted.outcome
        && !matches!(failure, Failure::Refused(_))
    {
        return Err(Unopened::Failed("accept", failure));
    }
    let call = component.signals(trial.prices, description.reads, &defaults, limits);
    let cost = Cost::of(&call, trial.prices.len());
    purse.pay(cost);
    split.instantiate = call.usage.fuel_instantiate;
    split.signals = call.usage.fuel_call;
    let reference = call.outcome.map_err(|failure| match failure {
        Failure::Refused(Refusal::TooFewBars(least)) if wide(trial.prices.len()) < u64::from(least) => {
            Unopened::TooFewBars(least)
        }
        failure => Unopened::Failed("signals", failure),
    })?;
    Ok(Session { trial, description, defaults, exits, need, reference, reference_work: cost.work })
}

fn answer<T>(function: &'static str, call: Call<T>, purse: &mut Purse, fuel: &mut u64) -> Result<T, Unopened> {
    purse.pay(Cost::of(&call, 0));
    *fuel = call.usage.fuel_call;
    call.outcome.map_err(|failure| Unopened::Failed(function, failure))
}
