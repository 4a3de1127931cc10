//! The convictions on real prices against an independent computation: tests/reference/seeds/convictions.py.

#[path = "../../../tests/reference/seeds/golden.rs"]
mod golden;

use golden::Set;
use ichimoku_cloud::IchimokuCloud;

/// Parameter sets in the order of the file's columns.
const SETS: [Set; 3] = [
    ("default", &[9.0, 26.0, 52.0, 0.7, 0.6]),
    ("low", &[7.0, 20.0, 40.0, 0.0, 0.0]),
    ("high", &[12.0, 34.0, 80.0, 1.0, 1.0]),
];

#[test]
fn convictions_equal_the_reference() {
    golden::assert_convictions::<IchimokuCloud>(&SETS);
}

#[test]
fn trades_on_real_prices_at_default_parameters() {
    golden::assert_trades::<IchimokuCloud>();
}
