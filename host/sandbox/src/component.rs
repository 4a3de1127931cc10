use std::fmt;

use seedbed_genome::{DeclaredExit, ExitGenome, Family, Parameter};
use seedbed_market::Bars;
use seedbed_outcome::{Call, Function, GuestText};
use serde::{Deserialize, Serialize};
use wasmtime::component::{ComponentExportIndex, ComponentNamedList, InstancePre, Lift, Lower};

use crate::bindings::seed;
use crate::call::{Grant, run, run_in_turn};
use crate::convert;
use crate::engine::Sandbox;
use crate::identity::{ComponentHash, EngineFingerprint};
use crate::limits::Limits;
use crate::state::State;
use crate::wasi::WasiPolicy;

/// A component that is ready to be called. Cheap to clone; calls may run on many threads at once.
#[derive(Clone)]
pub struct Component {
    sandbox: Sandbox,
    hash: ComponentHash,
    wasi: WasiPolicy,
    pre: InstancePre<State>,
    functions: Functions,
}

/// Where the contract's functions are in the component, so that a call looks nothing up by name.
#[derive(Clone)]
pub(crate) struct Functions {
    describe: ComponentExportIndex,
    exit_parameters: ComponentExportIndex,
    data_needed: ComponentExportIndex,
    accept: ComponentExportIndex,
    signals: ComponentExportIndex,
}

impl Functions {
    /// The functions of an exported `interface`.
    ///
    /// # Errors
    /// The name of the first that is missing.
    pub(crate) fn find(component: &wasmtime::component::Component, interface: &str) -> Result<Self, String> {
        let interface_index = component.get_export_index(None, interface);
        let find = |function: Function| {
            let index = component.get_export_index(interface_index.as_ref(), function.name());
            index.ok_or_else(|| format!("{interface} does not export {function}"))
        };
        Ok(Self {
            describe: find(Function::Describe)?,
            exit_parameters: find(Function::ExitParameters)?,
            data_needed: find(Function::DataNeeded)?,
            accept: find(Function::Accept)?,
            signals: find(Function::Signals)?,
        })
    }

    fn index(&self, function: Function) -> &ComponentExportIndex {
        match function {
            Function::Describe => &self.describe,
            Function::ExitParameters => &self.exit_parameters,
            Function::DataNeeded => &self.data_needed,
            Function::Accept => &self.accept,
            Function::Signals => &self.signals,
        }
    }
}

/// What a component says of itself, checked by the contract's rules.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Description {
    /// A name of the contract.
    pub name: String,
    /// Its own version.
    pub version: GuestText,
    /// What it does, for people.
    pub about: GuestText,
    /// What kind of strategy it is.
    pub family: Family,
    /// The columns that it is given.
    pub reads: Reads,
    /// The parameters of `signals`, in order; `about` texts are clean.
    pub parameters: Vec<Parameter>,
    /// The host may not add exit mechanisms of its own.
    pub exits_closed: bool,
}

impl Description {
    /// The default of every parameter, in order.
    #[must_use]
    pub fn defaults(&self) -> Vec<f64> {
        self.parameters.iter().map(|parameter| parameter.default).collect()
    }
}

/// The columns that a component reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[expect(missing_docs, clippy::struct_excessive_bools, reason = "one flag a column, by its name")]
pub struct Reads {
    pub time: bool,
    pub open: bool,
    pub high: bool,
    pub low: bool,
    pub close: bool,
    pub volume: bool,
}

impl fmt::Display for Reads {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let columns = [
            (self.time, "time"),
            (self.open, "open"),
            (self.high, "high"),
            (self.low, "low"),
            (self.close, "close"),
            (self.volume, "volume"),
        ];
        let read: Vec<_> = columns.iter().filter(|(reads, _)| *reads).map(|(_, name)| *name).collect();
        f.pad(&if read.is_empty() { "nothing".to_owned() } else { read.join(" ") })
    }
}

/// How much history a component needs at given parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DataNeed {
    /// Bars to a first non-zero conviction.
    pub minimum_bars: u32,
    /// Bars that it would like to have; never fewer than the minimum.
    pub recommended_bars: u32,
}

impl fmt::Debug for Component {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Component").field("hash", &self.hash).finish_non_exhaustive()
    }
}

impl Component {
    pub(crate) fn new(
        sandbox: Sandbox,
        hash: ComponentHash,
        wasi: WasiPolicy,
        pre: InstancePre<State>,
        functions: Functions,
    ) -> Self {
        Self { sandbox, hash, wasi, pre, functions }
    }

    /// BLAKE3 over the component's bytes.
    #[must_use]
    pub fn hash(&self) -> ComponentHash {
        self.hash
    }

    /// The engine that runs it.
    #[must_use]
    pub fn engine(&self) -> EngineFingerprint {
        self.sandbox.fingerprint()
    }

    /// Whether it may import WASI.
    #[must_use]
    pub fn wasi(&self) -> WasiPolicy {
        self.wasi
    }

    /// What the component says of itself, checked by the contract's rules.
    #[must_use]
    pub fn describe(&self, limits: &Limits) -> Call<Description> {
        self.run(Function::Describe, &Grant::of(limits, 0), || ()).and_then(convert::description)
    }

    /// The exits that the component declares, names checked; what they come to is [`seedbed_genome::Declared::read`]'s to say.
    #[must_use]
    pub fn exit_parameters(&self, limits: &Limits) -> Call<Vec<DeclaredExit>> {
        self.run(Function::ExitParameters, &Grant::of(limits, 0), || ()).and_then(convert::exits)
    }

    /// How much history the component needs at `parameters` (declared order).
    #[must_use]
    pub fn data_needed(&self, parameters: &[f64], limits: &Limits) -> Call<DataNeed> {
        let parameters = canonical(parameters);
        self.run(Function::DataNeeded, &Grant::of(limits, 0), || (parameters.as_slice(),)).and_then(convert::data_need)
    }

    /// Asks the component whether it can live with a genome: its parameters in declared order and its exits in slot order.
    #[must_use]
    pub fn accept(&self, parameters: &[f64], exits: &ExitGenome, limits: &Limits) -> Call<()> {
        let parameters = canonical(parameters);
        let named = exits.exits().flat_map(|exit| {
            let mechanism = exit.mechanism();
            let values = mechanism.parameters().iter().zip(exit.values());
            values.map(move |(spec, value)| seed::ExitSetting {
                mechanism: mechanism.name(),
                name: spec.name,
                value: *value,
            })
        });
        let exits: Vec<_> = named.collect();
        self.run(Function::Accept, &Grant::of(limits, 0), || (parameters.as_slice(), exits.as_slice()))
            .and_then(|answer: Result<(), seed::Refusal>| answer.map_err(convert::refusal))
    }

    /// One conviction for each bar: a number in [-1, 1] or (canonical) NaN, which the backtest takes for 0 and counts.
    ///
    /// Only the columns in `reads` are handed over; the others arrive empty. Fuel and deadline grow with the bars.
    #[must_use]
    pub fn signals(&self, bars: &Bars, reads: Reads, parameters: &[f64], limits: &Limits) -> Call<Vec<f64>> {
        let parameters = canonical(parameters);
        let grant = Grant::of(limits, bars.len());
        self.run(Function::Signals, &grant, || (columns(bars, reads), parameters.as_slice()))
            .and_then(|answer| convert::convictions(answer, bars.len()))
    }

    /// Several calls of `signals`, one after the other on one instance, for a review: production never does so, and a component that keeps
    /// something between calls answers otherwise than [`Component::signals`] does.
    ///
    /// Gives the calls in order, and ends after the first of them that gives no answer.
    #[must_use]
    pub fn signals_in_turn(&self, calls: &[(&Bars, &[f64])], reads: Reads, limits: &Limits) -> Vec<Call<Vec<f64>>> {
        let parameters: Vec<_> = calls.iter().map(|(_, parameters)| canonical(parameters)).collect();
        let given = calls.iter().zip(&parameters).map(|((bars, _), parameters)| {
            (Grant::of(limits, bars.len()), (columns(bars, reads), parameters.as_slice()))
        });
        let function = (Function::Signals, self.functions.index(Function::Signals));
        let answers = run_in_turn(&self.sandbox.inner, &self.pre, function, given);
        let lengths = calls.iter().map(|(bars, _)| bars.len());
        answers
            .into_iter()
            .zip(lengths)
            .map(|(call, bars)| call.and_then(|answer| convert::convictions(answer, bars)))
            .collect()
    }

    fn run<P, R>(&self, function: Function, grant: &Grant, parameters: impl Fn() -> P) -> Call<R>
    where
        P: ComponentNamedList + Lower,
        R: Lift + 'static,
    {
        run(&self.sandbox.inner, &self.pre, (function, self.functions.index(function)), grant, parameters)
    }
}

/// The columns that a component reads; the others are empty.
fn columns(bars: &Bars, reads: Reads) -> seed::Bars<'_> {
    let column = |reads: bool, column: fn(&Bars) -> &[f64]| if reads { column(bars) } else { &[] };
    seed::Bars {
        time: if reads.time { bars.time() } else { &[] },
        open: column(reads.open, Bars::open),
        high: column(reads.high, Bars::high),
        low: column(reads.low, Bars::low),
        close: column(reads.close, Bars::close),
        volume: column(reads.volume, Bars::volume),
    }
}

/// Floats are canonicalised where they enter a guest: one NaN, whatever its payload was.
fn canonical(parameters: &[f64]) -> Vec<f64> {
    parameters.iter().map(|value| if value.is_nan() { f64::NAN } else { *value }).collect()
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroUsize;
    use std::time::Duration;

    use seedbed_guests::hostile::Crafted;
    use seedbed_outcome::Failure;

    use super::{Function, Grant, seed};
    use crate::{Limits, Sandbox, SandboxConfig, WasiPolicy};

    /// The backstop behind the fuel: without it a guest that found something slow and cheap would hold a thread for good.
    #[test]
    fn more_fuel_than_time_ends_at_the_deadline() {
        let bytes = Crafted::LoopInStart.bytes().unwrap();
        let component = Sandbox::new(&SandboxConfig::default()).unwrap().load(&bytes, WasiPolicy::Deny).unwrap();
        let deadline = Duration::from_millis(50);
        let grant = Grant { fuel_instantiate: u64::MAX / 2, deadline, ..Grant::of(&Limits::default(), 0) };
        let call = component.run::<_, seed::Description>(Function::Describe, &grant, || ());
        assert_eq!(call.outcome.unwrap_err(), Failure::PastDeadline { deadline });
    }

    /// More threads than places must cost time only: a call that finds no place would be counted against its component.
    #[test]
    fn threads_beyond_the_places_wait_for_their_turn() {
        let config = SandboxConfig { concurrency: NonZeroUsize::MIN, ..SandboxConfig::default() };
        let bytes = Crafted::LoopInStart.bytes().unwrap();
        let component = Sandbox::new(&config).unwrap().load(&bytes, WasiPolicy::Deny).unwrap();
        let limits = Limits { fuel_base: 1_000_000, ..Limits::default() };
        let calls = || (0..20).map(|_| component.describe(&limits).outcome.unwrap_err());
        std::thread::scope(|scope| {
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(|| calls().collect::<Vec<_>>())).collect();
            for failure in threads.into_iter().flat_map(|thread| thread.join().unwrap()) {
                assert!(matches!(failure, Failure::OutOfFuel { .. }), "{failure}");
            }
        });
    }

    /// A caller with little time left is not kept waiting for a fuel budget that would last longer.
    #[test]
    fn no_call_outlives_its_callers_timeout() {
        let bytes = Crafted::LoopInStart.bytes().unwrap();
        let component = Sandbox::new(&SandboxConfig::default()).unwrap().load(&bytes, WasiPolicy::Deny).unwrap();
        let timeout = Duration::from_millis(50);
        let limits = Limits { fuel_base: u64::MAX / 4, timeout: Some(timeout), ..Limits::default() };
        let start = std::time::Instant::now();
        assert_eq!(component.describe(&limits).outcome.unwrap_err(), Failure::PastDeadline { deadline: timeout });
        assert!(start.elapsed() < limits.deadline, "waited {:?}", start.elapsed());
    }
}
