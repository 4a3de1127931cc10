//! The convictions on real prices against an independent computation: tests/reference/seeds/convictions.py.

#[path = "../../../tests/reference/seeds/golden.rs"]
mod golden;

use golden::Set;
use rsi_filter::RsiFilter;

/// Parameter sets in the order of the file's columns.
const SETS: [Set; 4] = [
    ("default", &[14.0, 25.0, 75.0, 0.0, 0.3]),
    ("low", &[10.0, 25.0, 60.0, 0.0, 0.0]),
    ("high", &[20.0, 40.0, 80.0, 1.0, 1.0]),
    ("pullback", &[14.0, 25.0, 75.0, 1.0, 0.0]),
];

#[test]
fn convictions_equal_the_reference() {
    golden::assert_convictions::<RsiFilter>(&SETS);
}

#[test]
fn trades_on_real_prices_at_default_parameters() {
    golden::assert_trades::<RsiFilter>();
}
