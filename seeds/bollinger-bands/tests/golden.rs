//! The convictions on real prices against an independent computation: tests/reference/seeds/convictions.py.

#[path = "../../../tests/reference/seeds/golden.rs"]
mod golden;

use bollinger_bands::BollingerBands;
use golden::Set;

/// Parameter sets in the order of the file's columns.
const SETS: [Set; 3] = [("default", &[20.0, 2.0, 1.0]), ("low", &[10.0, 1.5, 0.5]), ("high", &[40.0, 2.5, 1.5])];

#[test]
fn convictions_equal_the_reference() {
    golden::assert_convictions::<BollingerBands>(&SETS);
}

#[test]
fn trades_on_real_prices_at_default_parameters() {
    golden::assert_trades::<BollingerBands>();
}
