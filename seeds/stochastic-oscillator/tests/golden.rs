//! The convictions on real prices against an independent computation: tests/reference/seeds/convictions.py.

#[path = "../../../tests/reference/seeds/golden.rs"]
mod golden;

use golden::Set;
use stochastic_oscillator::StochasticOscillator;

/// Parameter sets in the order of the file's columns.
const SETS: [Set; 3] = [
    ("default", &[14.0, 3.0, 80.0, 20.0, 0.5]),
    ("low", &[10.0, 2.0, 70.0, 15.0, 0.0]),
    ("high", &[20.0, 5.0, 85.0, 30.0, 1.0]),
];

#[test]
fn convictions_equal_the_reference() {
    golden::assert_convictions::<StochasticOscillator>(&SETS);
}

#[test]
fn trades_on_real_prices_at_default_parameters() {
    golden::assert_trades::<StochasticOscillator>();
}
