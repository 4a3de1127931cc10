//! The convictions on real prices against an independent computation: tests/reference/seeds/convictions.py.

#[path = "../../../tests/reference/seeds/golden.rs"]
mod golden;

use golden::Set;
use volatility_scaling::VolatilityScaling;

/// Parameter sets in the order of the file's columns.
const SETS: [Set; 3] = [
    ("default", &[20.0, 1.5, 0.5, 5.0, 0.3]),
    ("low", &[10.0, 0.8, 0.2, 2.0, 0.0]),
    ("high", &[40.0, 2.0, 0.8, 10.0, 1.0]),
];

#[test]
fn convictions_equal_the_reference() {
    golden::assert_convictions::<VolatilityScaling>(&SETS);
}

#[test]
fn trades_on_real_prices_at_default_parameters() {
    golden::assert_trades::<VolatilityScaling>();
}
