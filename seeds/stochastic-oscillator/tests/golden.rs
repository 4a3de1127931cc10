//! The convictions on real prices against an independent computation: tests/reference/seeds/convictions.py.

use std::{fs, path::PathBuf};

use seedbed_sdk::testing::{Run, Series, entries};
use stochastic_oscillator::StochasticOscillator;

/// Parameter sets in the order of the file's columns.
const SETS: [(&str, &[f64]); 3] = [
    ("default", &[14.0, 3.0, 80.0, 20.0, 0.5]),
    ("low", &[10.0, 2.0, 70.0, 15.0, 0.0]),
    ("high", &[20.0, 5.0, 85.0, 30.0, 1.0]),
];

/// Users would evaluate another strategy than the documented one.
#[test]
fn convictions_equal_the_reference() {
    for symbol in ["ibm", "goog"] {
        let prices = prices(symbol);
        let reference = reference(symbol);
        for (column, (label, values)) in SETS.into_iter().enumerate() {
            let signals = Run::<StochasticOscillator>::with_values(values.to_vec()).signals(&prices).unwrap();
            assert_eq!(signals.len(), reference.len());
            for (bar, (signal, row)) in signals.iter().zip(&reference).enumerate() {
                let expected = row[column];
                assert!(
                    (signal - expected).abs() <= 1e-9,
                    "{symbol} {label} bar {bar}: {signal}, reference {expected}"
                );
            }
        }
    }
}

/// Users would wait for a seed that never trades.
#[test]
fn trades_on_real_prices_at_default_parameters() {
    for symbol in ["ibm", "goog"] {
        let entries = entries(&Run::<StochasticOscillator>::new().signals(&prices(symbol)).unwrap(), 0.5);
        assert!(entries.total() >= 10, "{symbol}: {entries:?}");
    }
}

/// The first set would not be what users get.
#[test]
fn the_first_set_is_the_default() {
    assert_eq!(Run::<StochasticOscillator>::new().values(), SETS[0].1);
}

fn prices(symbol: &str) -> Series {
    Series::from_csv_file(project(&format!("host/market/data/{symbol}_1d.csv"))).unwrap()
}

fn reference(symbol: &str) -> Vec<Vec<f64>> {
    let text =
        fs::read_to_string(project(&format!("tests/reference/seeds/stochastic-oscillator-{symbol}.csv"))).unwrap();
    text.lines().skip(1).map(|line| line.split(',').map(|field| field.parse().unwrap()).collect()).collect()
}

fn project(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}
