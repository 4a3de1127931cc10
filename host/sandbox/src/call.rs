use std::sync::PoisonError;

use seedbed_outcome::{Call, Failure, Usage};
use wasmtime::component::{ComponentExportIndex, ComponentNamedList, InstancePre, Lift, Lower};
use wasmtime::{Store, StoreContextMut, Trap};

use crate::engine::Inner;
use crate::limits::Limits;
use crate::state::State;
use crate::ticker::Ticker;
use crate::trap::{Budget, classify};

/// What one call may cost.
pub(crate) struct Grant<'a> {
    pub(crate) limits: &'a Limits,
    /// Bars that the call is given.
    pub(crate) bars: usize,
    /// Bytes that an honest answer may have.
    pub(crate) answer: usize,
}

impl<'a> Grant<'a> {
    /// For a call that is given no bars.
    pub(crate) fn of(limits: &'a Limits) -> Self {
        Self { limits, bars: 0, answer: 0 }
    }
}

/// Calls `function` as the first and only call of a fresh instance.
///
/// A call that runs past its deadline is retried once, alone in this process, since a busy machine may be to blame.
pub(crate) fn run<P, R>(
    inner: &Inner,
    pre: &InstancePre<State>,
    function: &ComponentExportIndex,
    grant: &Grant<'_>,
    parameters: impl Fn() -> P,
) -> Call<R>
where
    P: ComponentNamedList + Lower,
    R: Lift + 'static,
{
    let first = {
        let _shared = inner.quiet.read().unwrap_or_else(PoisonError::into_inner);
        attempt(inner, pre, function, grant, parameters())
    };
    if !matches!(first.outcome, Err(Failure::PastDeadline { .. })) {
        return first;
    }
    tracing::debug!("past the deadline; trying once more, alone");
    let _alone = inner.quiet.write().unwrap_or_else(PoisonError::into_inner);
    attempt(inner, pre, function, grant, parameters())
}

fn attempt<P, R>(
    inner: &Inner,
    pre: &InstancePre<State>,
    function: &ComponentExportIndex,
    grant: &Grant<'_>,
    parameters: P,
) -> Call<R>
where
    P: ComponentNamedList + Lower,
    R: Lift + 'static,
{
    /// Bytes that a guest may hand to the host in one crossing besides its answer.
    const HOSTCALL: usize = 4 << 20;
    let Grant { limits, bars, answer } = *grant;
    let mut store = Store::new(&inner.engine, State::new(limits.memory, inner.size.table_elements));
    store.limiter(|state| &mut state.limiter);
    store.set_hostcall_fuel(HOSTCALL.saturating_add(answer));
    store.set_epoch_deadline(Ticker::ticks(limits.effective_deadline(bars)));

    let mut usage = Usage::default();
    let mut budget = limits.fuel_base;
    let instance = store.set_fuel(budget).and_then(|()| pre.instantiate(&mut store));
    usage.fuel_instantiate = spent(&store, budget);
    let result = instance.and_then(|instance| {
        let function = instance.get_typed_func::<P, (R,)>(&mut store, function)?;
        budget = limits.fuel(bars);
        store.set_fuel(budget)?;
        let answer = function.call(&mut store, parameters);
        usage.fuel_call = spent(&store, budget);
        answer.map(|(answer,)| answer)
    });
    usage.peak_memory = store.data().limiter.peak;
    let outcome = result.map_err(|error| {
        let deadline = limits.effective_deadline(bars);
        classify(&error, Budget { fuel: budget, deadline, last_words: store.data_mut().diagnostics.last_words.take() })
    });
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
