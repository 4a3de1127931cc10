//! What the strategy promises, checked natively.

use donchian_breakout::DonchianBreakout;
use seedbed_sdk::{
    Refusal,
    testing::{Run, Series, assert_contract, entries},
};

#[test]
fn keeps_the_contract() {
    assert_contract::<DonchianBreakout>();
}

#[test]
fn follows_a_break_and_leaves_on_the_way_back() {
    let quiet = (0..30).map(|bar| 100.0 + f64::from(bar % 2));
    let rise = (1..=12).map(|step| 101.0 + f64::from(step));
    let fall = (1..=6).map(|step| 113.0 - f64::from(step));
    let series = Series::from_closes(quiet.chain(rise).chain(fall));
    let signals = Run::<DonchianBreakout>::new().set("exit-period", 5.0).signals(&series).unwrap();
    assert!(signals[..30].iter().all(|&conviction| conviction == 0.0));
    assert!(signals[30..42].iter().all(|&conviction| conviction == 1.0));
    // The fourth falling close is the first below the lows of the five bars before it.
    let out = signals[42..].iter().position(|&conviction| conviction == 0.0);
    assert_eq!(out, Some(3));
    assert_eq!(signals.last(), Some(&0.0));
}

#[test]
fn a_long_only_strategy_never_sells_short() {
    let falling = Series::trend(100, -0.01);
    let run = Run::<DonchianBreakout>::new();
    assert_eq!(run.signals(&falling).unwrap().last(), Some(&-1.0));
    assert_eq!(run.set("sides", 1.0).signals(&falling).unwrap().last(), Some(&0.0));
}

#[test]
fn refuses_an_exit_channel_longer_than_the_entry_channel() {
    let run = Run::<DonchianBreakout>::new().set("entry-period", 10.0).set("exit-period", 11.0);
    let reason = "the exit channel (11 bars) must not be longer than the entry channel (10 bars)";
    assert_eq!(run.signals(&Series::random_walk(1, 100)), Err(Refusal::bad_parameters(reason)));
}

#[test]
fn trades_on_swinging_prices() {
    let signals = Run::<DonchianBreakout>::new().signals(&Series::sine(1_000, 100, 0.2)).unwrap();
    let entries = entries(&signals, 0.5);
    assert!(entries.long >= 9 && entries.short >= 9, "{entries:?}");
}
