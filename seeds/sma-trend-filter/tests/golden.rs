//! The convictions on real prices against an independent computation: tests/reference/seeds/convictions.py.

#[path = "../../../tests/reference/seeds/golden.rs"]
mod golden;

use golden::Set;
use sma_trend_filter::SmaTrendFilter;

/// Parameter sets in the order of the file's columns.
const SETS: [Set; 4] = [
    ("default", &[50.0, 200.0, 30.0, 0.7, 0.5]),
    ("low", &[30.0, 150.0, 10.0, 0.0, 0.0]),
    ("high", &[80.0, 300.0, 100.0, 1.0, 1.0]),
    // Strength begins later than the slow mean.
    ("late", &[80.0, 150.0, 100.0, 0.7, 0.5]),
];

#[test]
fn convictions_equal_the_reference() {
    golden::assert_convictions::<SmaTrendFilter>(&SETS);
}

#[test]
fn trades_on_real_prices_at_default_parameters() {
    golden::assert_trades::<SmaTrendFilter>();
}
