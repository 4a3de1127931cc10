//! What the strategy promises, checked natively on made prices.

use ichimoku_cloud::IchimokuCloud;
use seedbed_sdk::{
    Refusal, libm,
    testing::{Run, Series, assert_contract, entries},
};

/// The host would reject the plugin, or believe in profits from the future.
#[test]
fn keeps_the_contract() {
    assert_contract::<IchimokuCloud>();
}

/// A market that does not move would be traded.
#[test]
fn is_silent_on_constant_prices() {
    let signals = Run::<IchimokuCloud>::new().signals(&Series::constant(600, 0.1)).unwrap();
    assert!(signals.iter().all(|&conviction| conviction == 0.0));
}

/// Users would buy falling prices.
#[test]
fn is_long_in_a_rise_and_short_in_a_fall() {
    let run = Run::<IchimokuCloud>::new();
    assert!(run.signals(&Series::trend(200, 0.01)).unwrap().last() > Some(&0.2));
    assert!(run.signals(&Series::trend(200, -0.01)).unwrap().last() < Some(&-0.2));
}

/// The strongest signal of the system would be missed.
#[test]
fn enters_on_a_breakout_out_of_the_cloud() {
    let breakout = |side: f64| {
        let swing = (0..120).map(|bar| 5.0 * libm::sin(std::f64::consts::TAU * f64::from(bar) / 80.0));
        let closes = swing.chain((1..10).map(|bar| 5.0 + f64::from(bar))).map(|distance| 100.0 + side * distance);
        entries(&Run::<IchimokuCloud>::new().signals(&Series::from_closes(closes)).unwrap()[120..], 0.5)
    };
    assert_eq!((breakout(1.0).long, breakout(1.0).short), (1, 0));
    assert_eq!((breakout(-1.0).long, breakout(-1.0).short), (0, 1));
}

/// Readiness would promise signals that cannot come, or call for bars that nothing waits for.
#[test]
fn the_first_conviction_comes_at_the_minimum() {
    let need = Run::<IchimokuCloud>::new().data_needed().unwrap();
    assert_eq!((need.minimum_bars, need.recommended_bars), (26, 88));
    for run in [
        Run::<IchimokuCloud>::new(),
        Run::new().set("cloud-strength-weight", 1.0),
        Run::new().set("cloud-strength-weight", 1.0).set("momentum-confirmation", 0.0),
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
    let signals = Run::<IchimokuCloud>::new().signals(&Series::sine(1200, 120, 0.2)).unwrap();
    let entries = entries(&signals, 0.5);
    assert!(entries.long >= 8 && entries.short >= 8, "{entries:?}");
}
