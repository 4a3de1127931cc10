//! What the strategy promises, checked natively on made prices.

use pca_tree_quantile::PcaTreeQuantile;
use seedbed_sdk::{
    Refusal,
    testing::{Run, Series, assert_contract, entries},
};

/// The host would reject the plugin, or believe in profits from the future.
#[test]
fn keeps_the_contract() {
    assert_contract::<PcaTreeQuantile>();
}

/// A model of a few bars would be traded, or one of many bars never.
#[test]
fn is_silent_below_200_bars_and_speaks_within_500() {
    let run = Run::<PcaTreeQuantile>::new();
    let walk = Series::random_walk(12, 500);
    assert_eq!(run.signals(&walk.first(199)), Err(Refusal::TooFewBars(200)));
    let signals = run.signals(&walk).unwrap();
    assert!(signals[199..].iter().any(|&conviction| conviction != 0.0));
}

/// A market that does not move would be traded.
#[test]
fn is_silent_on_constant_prices() {
    let signals = Run::<PcaTreeQuantile>::new().signals(&Series::constant(600, 0.1)).unwrap();
    assert!(signals.iter().all(|&conviction| conviction == 0.0));
}

/// The seed would not learn what is there to be learnt: swings that repeat.
#[test]
fn learns_swings() {
    let swings = Series::sine(1_000, 40, 0.1);
    let signals = Run::<PcaTreeQuantile>::new().signals(&swings).unwrap();
    let entries = entries(&signals, 0.5);
    assert!(entries.long >= 15 && entries.short >= 15, "{entries:?}");
    // 40 bars a swing from bar 0: prices rise most around its start and fall most around its middle.
    for swing in (480..960).step_by(40) {
        let (rise, fall) = (&signals[swing - 2..swing + 2], &signals[swing + 18..swing + 22]);
        assert!(!rise.contains(&-1.0) && !fall.contains(&1.0), "swing at bar {swing}: {rise:?}, {fall:?}");
    }
}
