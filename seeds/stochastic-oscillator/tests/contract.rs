//! What the strategy promises, checked natively on made prices.

use seedbed_sdk::{
    Refusal,
    testing::{Run, Series, assert_contract, entries},
};
use stochastic_oscillator::StochasticOscillator;

/// The host would reject the plugin, or believe in profits from the future.
#[test]
fn keeps_the_contract() {
    assert_contract::<StochasticOscillator>();
}

/// A market that does not move would be traded.
#[test]
fn is_silent_on_constant_prices() {
    let signals = Run::<StochasticOscillator>::new().signals(&Series::constant(600, 0.1)).unwrap();
    assert!(signals.iter().all(|&conviction| conviction == 0.0));
}

/// Users would sell a market that turns up from its lows.
#[test]
fn is_long_at_the_bottom_and_short_at_the_top() {
    let run = Run::<StochasticOscillator>::new();
    let (fall, rise) = (Series::trend(60, -0.01), Series::trend(60, 0.01));
    assert!(run.signals(&fall).unwrap().last() > Some(&0.0));
    assert!(run.signals(&rise).unwrap().last() < Some(&0.0));
}

/// A cross up in the middle of the range would be sold, as the original did.
#[test]
fn a_cross_speaks_for_its_own_side_anywhere() {
    let swing = |bar: usize, last: f64| {
        let closes = (0..bar).map(|bar| 100.0 + [0.0, 4.0, 5.0, 3.0, 1.0][bar % 5]).chain([last]);
        Run::<StochasticOscillator>::new().set("divergence-weight", 1.0).signals(&Series::from_closes(closes)).unwrap()
    };
    assert_eq!(swing(40, 103.0).last(), Some(&0.15));
    assert_eq!(swing(43, 102.0).last(), Some(&-0.15));
}

/// Readiness would promise signals that cannot come, or call for bars that nothing waits for.
#[test]
fn the_first_conviction_comes_at_the_minimum() {
    let need = Run::<StochasticOscillator>::new().data_needed().unwrap();
    assert_eq!((need.minimum_bars, need.recommended_bars), (14, 51));
    for run in [Run::<StochasticOscillator>::new(), Run::new().set("k-period", 20.0).set("divergence-weight", 1.0)] {
        let minimum = run.data_needed().unwrap().minimum_bars;
        let first = Series::random_walk(1, minimum - 1);
        assert_eq!(run.signals(&first), Err(Refusal::TooFewBars(minimum)));
        let speaks = |seed| run.signals(&Series::random_walk(seed, minimum)).unwrap().last() != Some(&0.0);
        assert!((0..2000).any(speaks), "silent on {minimum} bars of every walk");
    }
}

/// A plugin that never trades at its defaults is of no use.
#[test]
fn trades_on_swinging_prices() {
    let signals = Run::<StochasticOscillator>::new().signals(&Series::sine(600, 24, 0.1)).unwrap();
    let entries = entries(&signals, 0.5);
    assert!(entries.long >= 9 && entries.short >= 9, "{entries:?}");
}
