//! What the strategy promises, checked natively on made prices.

use rsi_filter::{Mode, Params, RsiFilter};
use seedbed_sdk::{
    Refusal,
    testing::{Run, Series, assert_contract, entries},
};

/// The host would reject the plugin, or believe in profits from the future.
#[test]
fn keeps_the_contract() {
    assert_contract::<RsiFilter>();
}

/// Users would sell panics and buy manias.
#[test]
fn is_long_when_oversold_and_short_when_overbought() {
    let run = Run::<RsiFilter>::new().set("divergence-weight", 0.0);
    assert_eq!(run.signals(&Series::trend(60, -0.01)).unwrap().last(), Some(&1.0));
    assert_eq!(run.signals(&Series::trend(60, 0.01)).unwrap().last(), Some(&-1.0));
}

/// A market that does not move would be traded.
#[test]
fn is_silent_on_constant_prices() {
    for operation_mode in [Mode::Reversion, Mode::Pullback] {
        let run = Run::<RsiFilter>::with(&Params { operation_mode, ..Params::default() });
        let signals = run.signals(&Series::constant(100, 0.1)).unwrap();
        assert!(signals.iter().all(|&conviction| conviction == 0.0), "{operation_mode:?}");
    }
}

/// Pullbacks would be bought on days when nobody trades.
#[test]
fn pullbacks_need_volume() {
    let mode = Params { operation_mode: Mode::Pullback, divergence_weight: 0.0, ..Params::default() };
    let run = Run::<RsiFilter>::with(&mode);
    let walk = Series::random_walk(11, 5_000);
    let signals = run.signals(&walk).unwrap();
    let acts = signals.iter().filter(|&&conviction| conviction != 0.0).count();
    assert!(acts > 0);
    let always = run.signals(&walk.with_volume(1.0)).unwrap();
    let without_filter = always.iter().filter(|&&conviction| conviction != 0.0).count();
    assert!(acts < without_filter, "{acts} of {without_filter}");
}

/// A search would score values that the strategy never meant to take.
#[test]
fn refuses_values_outside_their_domain() {
    let refusal =
        Run::<RsiFilter>::new().set("rsi-period", 12.5).set("operation-mode", 2.0).accept(&Default::default());
    let reasons =
        "rsi-period = 12.5 is not a whole number; operation-mode = 2 is not an index into reversion, pullback";
    assert_eq!(refusal, Err(Refusal::bad_parameters(reasons)));
}

/// A plugin that never trades at its defaults is of no use.
#[test]
fn trades_on_swinging_prices() {
    let signals = Run::<RsiFilter>::new().signals(&Series::sine(600, 60, 0.1)).unwrap();
    let entries = entries(&signals, 0.5);
    assert!(entries.long >= 9 && entries.short >= 9, "{entries:?}");
}
