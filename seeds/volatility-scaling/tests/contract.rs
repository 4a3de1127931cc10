//! What the strategy promises, checked natively on made prices.

use seedbed_sdk::{
    Refusal,
    testing::{Run, Series, assert_contract, entries},
};
use volatility_scaling::VolatilityScaling;

/// The host would reject the plugin, or believe in profits from the future.
#[test]
fn keeps_the_contract() {
    assert_contract::<VolatilityScaling>();
}

/// A market that does not move would be traded.
#[test]
fn is_silent_on_constant_prices() {
    let signals = Run::<VolatilityScaling>::new().signals(&Series::constant(600, 0.1)).unwrap();
    assert!(signals.iter().all(|&conviction| conviction == 0.0));
}

/// Users would be in the market when it is wild and out of it when it is calm.
#[test]
fn is_long_in_calm_and_short_in_wild_markets() {
    let last = |bars: i32, step: f64| {
        let before = (0..120).map(|bar| if bar % 2 == 0 { 100.0 } else { 102.0 });
        let after = (0..bars).map(|bar| if bar % 2 == 0 { 100.0 } else { 100.0 + step });
        Run::<VolatilityScaling>::new().signals(&Series::from_closes(before.chain(after))).unwrap().last().copied()
    };
    assert!(last(19, 0.2) > Some(0.5), "{:?}", last(19, 0.2));
    assert!(last(5, 12.0) < Some(-0.5), "{:?}", last(5, 12.0));
}

/// Short histories, which walk-forward windows have, would be silent.
#[test]
fn follows_momentum_before_volatility_is_known() {
    let run = Run::<VolatilityScaling>::new();
    let (rise, fall) = (Series::trend(6, 0.01), Series::trend(6, -0.01));
    let last = |series: &Series| run.signals(series).unwrap()[5];
    assert!((last(&rise) - 3.0 * 0.051_010_050_1).abs() < 1e-12);
    assert!((last(&fall) + 3.0 * 0.049_009_950_1).abs() < 1e-12);
}

/// Readiness would promise signals that cannot come, or call for bars that nothing waits for.
#[test]
fn the_first_conviction_comes_at_the_minimum() {
    let run = Run::<VolatilityScaling>::new();
    let need = run.data_needed().unwrap();
    assert_eq!((need.minimum_bars, need.recommended_bars), (6, 110));
    assert_eq!(run.signals(&Series::random_walk(1, 5)), Err(Refusal::TooFewBars(6)));
    assert_ne!(run.signals(&Series::random_walk(1, 6)).unwrap().last(), Some(&0.0));
}

/// A plugin that never trades at its defaults is of no use.
#[test]
fn trades_when_calm_and_wild_weeks_alternate() {
    let closes = (0..1_200).map(|bar| {
        let step = if bar % 120 < 60 { 0.2 } else { 4.0 };
        if bar % 2 == 0 { 100.0 } else { 100.0 + step }
    });
    let entries = entries(&Run::<VolatilityScaling>::new().signals(&Series::from_closes(closes)).unwrap(), 0.5);
    assert!(entries.long >= 9, "{entries:?}");
}
