//! What the strategy promises, checked natively on made prices.

use bollinger_bands::BollingerBands;
use seedbed_sdk::{
    Refusal,
    testing::{Run, Series, assert_contract, entries},
};

/// The host would reject the plugin, or believe in profits from the future.
#[test]
fn keeps_the_contract() {
    assert_contract::<BollingerBands>();
}

/// Breakouts would be faded, as the original did with every one above the upper band.
#[test]
fn follows_a_break_out_of_either_band() {
    let quiet = || (0..40).map(|bar| 100.0 + 0.1 * f64::from(bar % 2));
    let last = |close: f64| {
        let series = Series::from_closes(quiet().chain([close]));
        Run::<BollingerBands>::new().signals(&series).unwrap().last().copied()
    };
    assert_eq!(last(105.0), Some(1.0));
    assert_eq!(last(95.0), Some(-1.0));
}

/// Closes near a band would not be faded.
#[test]
fn fades_a_close_near_a_band() {
    let swing = |last: f64| {
        let closes = (0..40).map(|bar| 100.0 + f64::from(bar % 5) - 2.0).chain([last]);
        Run::<BollingerBands>::new().signals(&Series::from_closes(closes)).unwrap().last().copied()
    };
    // The bands lie about 2.9 around 100.
    assert_eq!(swing(97.6), Some(1.0));
    assert_eq!(swing(102.4), Some(-1.0));
    assert_eq!(swing(100.5), Some(0.0));
}

/// A market that does not move would be traded.
#[test]
fn is_silent_on_constant_prices() {
    let signals = Run::<BollingerBands>::new().signals(&Series::constant(100, 0.1)).unwrap();
    assert!(signals.iter().all(|&conviction| conviction == 0.0));
}

/// Readiness would promise signals that cannot come.
#[test]
fn needs_as_many_bars_as_its_lookback() {
    let need = Run::<BollingerBands>::new().data_needed().unwrap();
    assert_eq!((need.minimum_bars, need.recommended_bars), (20, 50));
    let refusal = Run::<BollingerBands>::new().signals(&Series::random_walk(1, 19));
    assert_eq!(refusal, Err(Refusal::TooFewBars(20)));
}

/// A plugin that never trades at its defaults is of no use.
#[test]
fn trades_on_swinging_prices() {
    let signals = Run::<BollingerBands>::new().signals(&Series::sine(600, 60, 0.1)).unwrap();
    let entries = entries(&signals, 0.5);
    assert!(entries.long >= 9 && entries.short >= 9, "{entries:?}");
}
