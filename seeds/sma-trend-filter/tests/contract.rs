//! What the strategy promises, checked natively on made prices.

use seedbed_sdk::{
    Refusal, libm,
    testing::{Run, Series, assert_contract, entries},
};
use sma_trend_filter::SmaTrendFilter;

/// The host would reject the plugin, or believe in profits from the future.
#[test]
fn keeps_the_contract() {
    assert_contract::<SmaTrendFilter>();
}

/// A market that does not move would be traded.
#[test]
fn is_silent_on_constant_prices() {
    let signals = Run::<SmaTrendFilter>::new().signals(&Series::constant(600, 0.1)).unwrap();
    assert!(signals.iter().all(|&conviction| conviction == 0.0));
}

/// Users would buy falling prices.
#[test]
fn is_long_in_a_rise_and_short_in_a_fall() {
    let run = Run::<SmaTrendFilter>::new();
    assert!(run.signals(&Series::trend(700, 0.002)).unwrap().last() > Some(&0.5));
    assert!(run.signals(&Series::trend(700, -0.002)).unwrap().last() < Some(&-0.5));
}

/// Trends against the long one would count as much as those with it.
#[test]
fn doubts_a_trend_against_the_longest_mean() {
    let last = |before: f64| {
        let closes = (0..320).map(|_| before).chain((0..230).map(|bar| 100.0 * libm::pow(1.001, f64::from(bar))));
        Run::<SmaTrendFilter>::new().signals(&Series::from_closes(closes)).unwrap().last().copied().unwrap()
    };
    assert!(last(200.0) > 0.0);
    assert!((last(80.0) / last(200.0) - 2.0).abs() < 1e-9, "{} {}", last(80.0), last(200.0));
}

/// Readiness would promise signals that cannot come, or call for bars that nothing waits for.
#[test]
fn the_first_conviction_comes_at_the_minimum() {
    let need = Run::<SmaTrendFilter>::new().data_needed().unwrap();
    assert_eq!((need.minimum_bars, need.recommended_bars), (200, 500));
    for run in [
        Run::<SmaTrendFilter>::new(),
        Run::new().set("fast-sma-period", 80.0).set("slow-sma-period", 150.0).set("trend-strength-period", 100.0),
    ] {
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
    let signals = Run::<SmaTrendFilter>::new().signals(&Series::sine(4000, 800, 0.3)).unwrap();
    let entries = entries(&signals, 0.5);
    assert!(entries.long >= 4 && entries.short >= 4, "{entries:?}");
}
