//! What the strategy promises, checked natively on made prices.

use seedbed_sdk::{
    Refusal,
    testing::{Run, Series, assert_contract, entries},
};
use vwap_reversion::VwapReversion;

/// The host would reject the plugin, or believe in profits from the future.
#[test]
fn keeps_the_contract() {
    assert_contract::<VwapReversion>();
}

/// A market that does not move would be traded.
#[test]
fn is_silent_on_constant_prices() {
    let signals = Run::<VwapReversion>::new().signals(&Series::constant(600, 0.1)).unwrap();
    assert!(signals.iter().all(|&conviction| conviction == 0.0));
}

/// Users would sell panics and buy manias.
#[test]
fn is_long_far_below_the_average_and_short_far_above_it() {
    let after = |jump: f64| {
        let closes = (0..60).map(|bar| 100.0 + f64::from(bar % 2)).chain([100.5 + jump]);
        Run::<VwapReversion>::new().signals(&Series::from_closes(closes)).unwrap().last().copied()
    };
    assert!(after(-6.0) > Some(0.5), "{:?}", after(-6.0));
    assert!(after(6.0) < Some(-0.5), "{:?}", after(6.0));
}

/// Moves too small to pay their costs would be traded.
#[test]
fn ignores_a_distance_within_the_threshold() {
    let closes = (0..60).map(|bar| 100.0 + 0.01 * f64::from(bar % 2)).chain([101.0]);
    let signals = Run::<VwapReversion>::new().signals(&Series::from_closes(closes)).unwrap();
    // Nothing but the flow could speak, and it follows the jump.
    assert_eq!(signals.last(), Some(&0.0));
}

/// A market in which nobody trades has no average to return to.
#[test]
fn is_silent_without_volume() {
    let walk = Series::random_walk(3, 300).with_volume(0.0);
    let signals = Run::<VwapReversion>::new().signals(&walk).unwrap();
    assert!(signals.iter().all(|&conviction| conviction == 0.0));
}

/// Readiness would promise signals that cannot come, or call for bars that nothing waits for.
#[test]
fn the_first_conviction_comes_at_the_minimum() {
    let need = Run::<VwapReversion>::new().data_needed().unwrap();
    assert_eq!((need.minimum_bars, need.recommended_bars), (50, 100));
    for run in [Run::<VwapReversion>::new(), Run::new().set("vwap-period", 10.0).set("deviation-multiplier", 1.0)] {
        let minimum = run.data_needed().unwrap().minimum_bars;
        let first = Series::random_walk(1, minimum - 1);
        assert_eq!(run.signals(&first), Err(Refusal::TooFewBars(minimum)));
        let speaks = |seed| run.signals(&Series::random_walk(seed, minimum)).unwrap().last() != Some(&0.0);
        assert!((0..2000).any(speaks), "silent on {minimum} bars of every walk");
    }
}

/// A plugin that never trades at its defaults is of no use.
#[test]
fn trades_on_a_random_walk() {
    let signals = Run::<VwapReversion>::new().signals(&Series::random_walk(1, 3_000)).unwrap();
    let entries = entries(&signals, 0.5);
    assert!(entries.long >= 10 && entries.short >= 10, "{entries:?}");
}
