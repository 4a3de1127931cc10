//! The convictions on real prices against an independent computation: tests/reference/seeds/convictions.py.

#[path = "../../../tests/reference/seeds/golden.rs"]
mod golden;

use golden::Set;
use vwap_reversion::VwapReversion;

/// Parameter sets in the order of the file's columns.
const SETS: [Set; 3] = [
    ("default", &[50.0, 0.012, 1.2, 2.0, 0.6]),
    ("low", &[10.0, 0.008, 0.5, 1.0, 0.0]),
    ("high", &[200.0, 0.015, 2.5, 4.0, 1.0]),
];

#[test]
fn convictions_equal_the_reference() {
    golden::assert_convictions::<VwapReversion>(&SETS);
}

#[test]
fn trades_on_real_prices_at_default_parameters() {
    golden::assert_trades::<VwapReversion>();
}
