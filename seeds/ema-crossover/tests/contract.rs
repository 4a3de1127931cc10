//! What the strategy promises, checked natively on made prices.

use ema_crossover::{EmaCrossover, Params};
use seedbed_sdk::{
    Refusal,
    testing::{Run, Series, assert_contract, entries},
};

/// The host would reject the plugin, or believe in profits from the future.
#[test]
fn keeps_the_contract() {
    assert_contract::<EmaCrossover>();
}

/// Users would buy falling prices.
#[test]
fn is_long_in_a_rise_and_short_in_a_fall() {
    let run = Run::<EmaCrossover>::new();
    assert_eq!(run.signals(&Series::trend(60, 0.01)).unwrap().last(), Some(&1.0));
    assert_eq!(run.signals(&Series::trend(60, -0.01)).unwrap().last(), Some(&-1.0));
}

/// Rounding noise would be traded.
#[test]
fn is_silent_on_constant_prices() {
    let signals = Run::<EmaCrossover>::new().set("trend-filter", 0.0).signals(&Series::constant(200, 0.1)).unwrap();
    assert!(signals.iter().all(|&conviction| conviction == 0.0));
}

/// A search would score a genome whose averages are crossed.
#[test]
fn refuses_a_fast_period_that_is_not_below_the_slow_one() {
    let crossed = Params { fast_ema_period: 20, slow_ema_period: 20, ..Params::default() };
    let refusal = <EmaCrossover as seedbed_sdk::Strategy>::check(&crossed);
    let reason = "the fast period (20) must be below the slow period (20)";
    assert_eq!(refusal, Err(Refusal::bad_parameters(reason)));
}

/// A plugin that never trades at its defaults is of no use.
#[test]
fn trades_on_swinging_prices() {
    let signals = Run::<EmaCrossover>::new().signals(&Series::sine(600, 60, 0.1)).unwrap();
    let entries = entries(&signals, 0.5);
    assert!(entries.long >= 9 && entries.short >= 9, "{entries:?}");
}
