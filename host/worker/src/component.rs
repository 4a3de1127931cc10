use std::fmt;
use std::sync::Arc;

use seedbed_genome::{DeclaredExit, ExitGenome};
use seedbed_market::Bars;
use seedbed_outcome::{Call, Failure, Outcome};
use seedbed_sandbox::{ComponentHash, DataNeed, Description, EngineFingerprint, Limits, Reads, WasiPolicy, rules};

use crate::pool::{Pool, Remote};
use crate::protocol::{Ask, SentExit, Value};

/// A component that is ready to be called, wherever it runs. Cheap to clone; calls may run on many threads at once.
///
/// What comes back from another process is held against the contract's rules once more.
#[derive(Clone)]
pub struct Component {
    place: Place,
}

#[derive(Clone)]
enum Place {
    Here(Box<seedbed_sandbox::Component>),
    Processes(Arc<Pool>, Arc<Remote>),
}

impl fmt::Debug for Component {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Component").field("hash", &self.hash()).finish_non_exhaustive()
    }
}

impl Component {
    pub(crate) fn here(component: seedbed_sandbox::Component) -> Self {
        Self { place: Place::Here(Box::new(component)) }
    }

    pub(crate) fn remote(pool: Arc<Pool>, remote: Remote) -> Self {
        Self { place: Place::Processes(pool, Arc::new(remote)) }
    }

    /// BLAKE3 over the component's bytes.
    #[must_use]
    pub fn hash(&self) -> ComponentHash {
        match &self.place {
            Place::Here(component) => component.hash(),
            Place::Processes(_, remote) => remote.key.hash,
        }
    }

    /// The engine that runs it.
    #[must_use]
    pub fn engine(&self) -> EngineFingerprint {
        match &self.place {
            Place::Here(component) => component.engine(),
            Place::Processes(pool, _) => pool.engine(),
        }
    }

    /// Whether it may import WASI.
    #[must_use]
    pub fn wasi(&self) -> WasiPolicy {
        match &self.place {
            Place::Here(component) => component.wasi(),
            Place::Processes(_, remote) => remote.key.wasi,
        }
    }

    /// What the component says of itself, checked by the contract's rules.
    #[must_use]
    pub fn describe(&self, limits: &Limits) -> Call<Description> {
        match &self.place {
            Place::Here(component) => component.describe(limits),
            Place::Processes(pool, remote) => {
                pool.call(remote, limits, None, &Ask::Describe).and_then(|value| match value {
                    Value::Description(description) => rules::description(description),
                    _ => besides_the_point(),
                })
            }
        }
    }

    /// The exits that the component declares, names checked; what they come to is [`seedbed_genome::Declared::read`]'s to say.
    #[must_use]
    pub fn exit_parameters(&self, limits: &Limits) -> Call<Vec<DeclaredExit>> {
        match &self.place {
            Place::Here(component) => component.exit_parameters(limits),
            Place::Processes(pool, remote) => {
                pool.call(remote, limits, None, &Ask::ExitParameters).and_then(|value| match value {
                    Value::Exits(exits) => rules::exits(exits),
                    _ => besides_the_point(),
                })
            }
        }
    }

    /// How much history the component needs at `parameters` (declared order).
    #[must_use]
    pub fn data_needed(&self, parameters: &[f64], limits: &Limits) -> Call<DataNeed> {
        match &self.place {
            Place::Here(component) => component.data_needed(parameters, limits),
            Place::Processes(pool, remote) => {
                let ask = Ask::DataNeeded { parameters: parameters.to_owned() };
                pool.call(remote, limits, None, &ask).and_then(|value| match value {
                    Value::DataNeed(need) => rules::data_need(need),
                    _ => besides_the_point(),
                })
            }
        }
    }

    /// Asks the component whether it can live with a genome: its parameters in declared order and its exits in slot order.
    #[must_use]
    pub fn accept(&self, parameters: &[f64], exits: &ExitGenome, limits: &Limits) -> Call<()> {
        match &self.place {
            Place::Here(component) => component.accept(parameters, exits, limits),
            Place::Processes(pool, remote) => {
                let ask = Ask::Accept { parameters: parameters.to_owned(), exits: SentExit::of(exits) };
                pool.call(remote, limits, None, &ask).and_then(accepted)
            }
        }
    }

    /// [`Component::accept`] and, where the component accepts, [`Component::signals`] at the same parameters; each may take what `limits` allow.
    ///
    /// Where the component runs in another process, this is one way there and back instead of two.
    #[must_use]
    pub fn accept_and_signals(
        &self,
        (parameters, exits): (&[f64], &ExitGenome),
        bars: &Bars,
        reads: Reads,
        limits: &Limits,
    ) -> (Call<()>, Option<Call<Vec<f64>>>) {
        match &self.place {
            Place::Here(component) => {
                let accepted = component.accept(parameters, exits, limits);
                let answered = accepted.outcome.is_ok().then(|| component.signals(bars, reads, parameters, limits));
                (accepted, answered)
            }
            Place::Processes(pool, remote) => {
                let accept = Ask::Accept { parameters: parameters.to_owned(), exits: SentExit::of(exits) };
                let signals = Ask::Signals { bars: bars.hash(), reads, parameters: parameters.to_owned() };
                let (accepted, answered) = pool.pair(remote, limits, bars, (&accept, &signals));
                let answered = answered.map(|call| call.and_then(|value| convictions(value, bars)));
                (accepted.and_then(self::accepted), answered)
            }
        }
    }

    /// One conviction for each bar: a number in [-1, 1] or (canonical) NaN, which the backtest takes for 0 and counts.
    ///
    /// Only the columns in `reads` are handed over; the others arrive empty. Fuel and deadline grow with the bars.
    #[must_use]
    pub fn signals(&self, bars: &Bars, reads: Reads, parameters: &[f64], limits: &Limits) -> Call<Vec<f64>> {
        match &self.place {
            Place::Here(component) => component.signals(bars, reads, parameters, limits),
            Place::Processes(pool, remote) => {
                let ask = Ask::Signals { bars: bars.hash(), reads, parameters: parameters.to_owned() };
                pool.call(remote, limits, Some(bars), &ask).and_then(|value| convictions(value, bars))
            }
        }
    }

    /// Several calls of `signals`, one after the other on one instance, for a review: production never does so, and a component that keeps
    /// something between calls answers otherwise than [`Component::signals`] does.
    ///
    /// Gives the calls in order, and ends after the first of them that gives no answer.
    #[must_use]
    pub fn signals_in_turn(&self, calls: &[(&Bars, &[f64])], reads: Reads, limits: &Limits) -> Vec<Call<Vec<f64>>> {
        match &self.place {
            Place::Here(component) => component.signals_in_turn(calls, reads, limits),
            Place::Processes(pool, remote) => {
                let ended = pool.turn(remote, limits, reads, calls).into_iter().zip(calls);
                ended.map(|(call, (bars, _))| call.and_then(|value| convictions(value, bars))).collect()
            }
        }
    }
}

fn accepted(value: Value) -> Outcome<()> {
    match value {
        Value::Accepted => Ok(()),
        _ => besides_the_point(),
    }
}

fn convictions(value: Value, bars: &Bars) -> Outcome<Vec<f64>> {
    match value {
        Value::Convictions(convictions) => rules::convictions(convictions.into_owned(), bars.len()),
        _ => besides_the_point(),
    }
}

/// A worker answered another question than it was asked.
fn besides_the_point<T>() -> Outcome<T> {
    Err(Failure::bad_output("an answer to another question"))
}
