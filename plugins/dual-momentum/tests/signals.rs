//! What the strategy promises, checked natively.

use dual_momentum::DualMomentum;
use seedbed_sdk::{
    ExitSetting, ExitSettings, Refusal,
    testing::{Run, Series, assert_contract, entries},
};

#[test]
fn keeps_the_contract() {
    assert_contract::<DualMomentum>();
}

#[test]
fn holds_a_steady_trend_and_acts_on_a_growing_one() {
    let run = Run::<DualMomentum>::new();
    // The price doubles every 90 bars, so momentum is exactly 1 on every bar and never above its past.
    let steady = Series::from_closes((0..500).map(|bar| f64::from(1 << (bar / 90))));
    assert!(run.signals(&steady).unwrap()[90..].iter().all(|&conviction| conviction == 0.4));
    let mut close = 100.0;
    let growing = Series::from_closes((0..500).map(|bar| {
        close *= 1.0 + f64::from(bar) * 1e-5;
        close
    }));
    assert_eq!(run.signals(&growing).unwrap().last(), Some(&1.0));
}

#[test]
fn says_nothing_below_the_hurdle() {
    let run = Run::<DualMomentum>::new();
    assert!(run.signals(&Series::trend(500, 1e-5)).unwrap().iter().all(|&conviction| conviction == 0.0));
}

#[test]
fn vetoes_a_signal_exit_that_could_never_fire() {
    let exits = |value: f64| {
        let setting = ExitSetting { mechanism: "signal-exit".into(), name: "threshold".into(), value };
        ExitSettings::new(vec![setting])
    };
    let run = Run::<DualMomentum>::new();
    assert_eq!(run.accept(&exits(0.3)), Ok(()));
    assert!(matches!(run.accept(&exits(0.4)), Err(Refusal::Other(_))));
}

#[test]
fn trades_on_swinging_prices() {
    let signals = Run::<DualMomentum>::new().signals(&Series::sine(4_000, 400, 0.3)).unwrap();
    let entries = entries(&signals, 0.5);
    assert!(entries.long >= 8 && entries.short >= 8, "{entries:?}");
}
