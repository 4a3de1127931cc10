use std::time::Duration;

use seedbed_outcome::{Call, Function, Usage};
use wasmtime::component::{ComponentExportIndex, ComponentNamedList, InstancePre, Lift, Lower};
use wasmtime::{Store, StoreContextMut, Trap};

use crate::engine::Inner;
use crate::gate::{Clock, Gate};
use crate::limits::Limits;
use crate::state::{Diagnostics, State};
use crate::ticker::Ticker;
use crate::trap::{Budget, classify};

/// What one call may cost.
pub(crate) struct Grant {
    /// Fuel of instantiation.
    pub(crate) fuel_instantiate: u64,
    /// Fuel of the call itself.
    pub(crate) fuel: u64,
    /// Wall-clock backstop of both.
    pub(crate) deadline: Duration,
    /// Wall clock that no second try may outlive.
    pub(crate) timeout: Option<Duration>,
    /// Bytes of memories and tables.
    pub(crate) memory: u64,
    /// Bytes that an honest answer may have.
    pub(crate) answer: usize,
}

impl Grant {
    /// For a call that is given so many bars, with an answer of one number a bar.
    pub(crate) fn of(limits: &Limits, bars: usize) -> Self {
        Self {
            fuel_instantiate: limits.fuel_base,
            fuel: limits.fuel(bars),
            deadline: limits.effective_deadline(bars),
            timeout: limits.timeout,
            memory: limits.memory,
            answer: bars.saturating_mul(size_of::<f64>()),
        }
    }
}

/// Calls `function` as the first and only call of a fresh instance, and once more by the rules of [`Gate::call`](crate::Gate::call).
pub(crate) fn run<P, R>(
    inner: &Inner,
    pre: &InstancePre<State>,
    function: (Function, &ComponentExportIndex),
    grant: &Grant,
    parameters: impl Fn() -> P,
) -> Call<R>
where
    P: ComponentNamedList + Lower,
    R: Lift + 'static,
{
    let attempt = |deadline| attempt(inner, pre, function, &Grant { deadline, ..*grant }, parameters());
    match &inner.gate {
        Some(gate) => gate.call(Clock { deadline: grant.deadline, timeout: grant.timeout }, attempt),
        None => attempt(grant.deadline),
    }
}

fn attempt<P, R>(
    inner: &Inner,
    pre: &InstancePre<State>,
    (name, index): (Function, &ComponentExportIndex),
    grant: &Grant,
    parameters: P,
) -> Call<R>
where
    P: ComponentNamedList + Lower,
    R: Lift + 'static,
{
    let mut store = new_store(inner, grant);
    let mut usage = Usage::default();
    let mut budget = grant.fuel_instantiate;
    let instance = store.set_fuel(budget).and_then(|()| pre.instantiate(&mut store));
    usage.fuel_instantiate = spent(&store, budget);
    let result = instance.and_then(|instance| {
        let function = instance.get_typed_func::<P, (R,)>(&mut store, index)?;
        budget = grant.fuel;
        store.set_fuel(budget)?;
        let answer = function.call(&mut store, parameters);
        usage.fuel_call = spent(&store, budget);
        answer.map(|(answer,)| answer)
    });
    finish(inner, name, &mut store, result, usage, budget, grant.deadline)
}

/// Calls `function` several times on one instance, which no call whose result counts ever shares: so a guest that keeps something between
/// calls gives itself away. Ends after the first call that gives no answer, since an instance is not called again after a trap.
///
/// Each call has the whole grant that stands beside its parameters; `usage.fuel_instantiate` is that of the one instance.
pub(crate) fn run_in_turn<P, R>(
    inner: &Inner,
    pre: &InstancePre<State>,
    (name, index): (Function, &ComponentExportIndex),
    calls: impl IntoIterator<Item = (Grant, P)>,
) -> Vec<Call<R>>
where
    P: ComponentNamedList + Lower,
    R: Lift + 'static,
{
    let mut calls = calls.into_iter().peekable();
    let Some((first, _)) = calls.peek() else { return Vec::new() };
    let _place = inner.gate.as_ref().map(Gate::enter);
    let mut store = new_store(inner, first);
    let (budget, deadline) = (first.fuel_instantiate, first.deadline);
    let instance = store.set_fuel(budget).and_then(|()| pre.instantiate(&mut store));
    let fuel_instantiate = spent(&store, budget);
    let function = instance.and_then(|instance| instance.get_typed_func::<P, (R,)>(&mut store, index));
    let function = match function {
        Ok(function) => function,
        Err(error) => {
            let usage = Usage { fuel_instantiate, ..Usage::default() };
            return vec![finish(inner, name, &mut store, Err(error), usage, budget, deadline)];
        }
    };
    let mut ended = Vec::new();
    for (grant, parameters) in calls {
        store.set_hostcall_fuel(HOSTCALL.saturating_add(grant.answer));
        store.set_epoch_deadline(Ticker::ticks(grant.deadline));
        store.data_mut().diagnostics = Diagnostics::new(inner.observer.clone());
        let result = store.set_fuel(grant.fuel).and_then(|()| function.call(&mut store, parameters));
        let usage = Usage { fuel_instantiate, fuel_call: spent(&store, grant.fuel), ..Usage::default() };
        let result = result.map(|(answer,)| answer);
        let call = finish(inner, name, &mut store, result, usage, grant.fuel, grant.deadline);
        let answered = call.outcome.is_ok();
        ended.push(call);
        if !answered {
            break;
        }
    }
    ended
}

/// Bytes that a guest may hand to the host in one crossing besides its answer.
const HOSTCALL: usize = 4 << 20;

fn new_store(inner: &Inner, grant: &Grant) -> Store<State> {
    let mut store =
        Store::new(&inner.engine, State::new(grant.memory, inner.intake.size.table_elements, inner.observer.clone()));
    store.limiter(|state| &mut state.limiter);
    store.set_hostcall_fuel(HOSTCALL.saturating_add(grant.answer));
    store.set_epoch_deadline(Ticker::ticks(grant.deadline));
    store
}

/// Completes the usage, tells the observer, and turns an error into its failure.
fn finish<R>(
    inner: &Inner,
    name: Function,
    store: &mut Store<State>,
    result: wasmtime::Result<R>,
    usage: Usage,
    budget: u64,
    deadline: Duration,
) -> Call<R> {
    let state = store.data_mut();
    let Diagnostics { messages, bytes: message_bytes, .. } = state.diagnostics;
    let usage = Usage { peak_memory: state.limiter.peak, messages, message_bytes, ..usage };
    let last_words = state.diagnostics.last_words.take();
    if let Some(observer) = &inner.observer {
        observer.called(name, &usage);
    }
    let outcome = result.map_err(|error| classify(&error, Budget { fuel: budget, deadline, last_words }));
    Call { outcome, usage }
}

fn spent(store: &Store<State>, budget: u64) -> u64 {
    budget.saturating_sub(store.get_fuel().unwrap_or(0))
}

/// Takes `fuel` from a guest for work that the host does on its behalf.
pub(crate) fn charge(store: &mut StoreContextMut<'_, State>, fuel: u64) -> wasmtime::Result<()> {
    match store.get_fuel()?.checked_sub(fuel) {
        Some(left) => store.set_fuel(left),
        None => {
            store.set_fuel(0)?;
            Err(Trap::OutOfFuel.into())
        }
    }
}
