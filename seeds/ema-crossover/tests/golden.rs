//! The convictions on real prices against an independent computation: tests/reference/seeds/convictions.py.

#[path = "../../../tests/reference/seeds/golden.rs"]
mod golden;

use ema_crossover::EmaCrossover;
use golden::Set;

/// Parameter sets in the order of the file's columns.
const SETS: [Set; 3] =
    [("default", &[12.0, 26.0, 1.0, 0.005]), ("low", &[5.0, 18.0, 0.1, 0.0]), ("high", &[15.0, 34.0, 1.0, 0.02])];

#[test]
fn convictions_equal_the_reference() {
    golden::assert_convictions::<EmaCrossover>(&SETS);
}

#[test]
fn trades_on_real_prices_at_default_parameters() {
    golden::assert_trades::<EmaCrossover>();
}
