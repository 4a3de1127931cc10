//! The convictions on real prices, and one fit, against an independent computation: tests/reference/seeds/learning.py.

#[path = "../../../tests/reference/seeds/golden.rs"]
mod golden;

use golden::Set;
use pca_tree_quantile::{PcaTreeQuantile, pca::Pca};
use seedbed_sdk::learning::{Features, Scaler, features};

/// Parameter sets in the order of the file's columns.
const SETS: [Set; 3] = [
    ("default", &[8.0, 6.0, 30.0, 0.7, 200.0, 350.0]),
    ("low", &[3.0, 3.0, 10.0, 0.5, 50.0, 350.0]),
    ("high", &[20.0, 15.0, 30.0, 0.9, 500.0, 700.0]),
];

#[test]
fn convictions_equal_the_reference() {
    golden::assert_convictions::<PcaTreeQuantile>(&SETS);
}

#[test]
fn trades_on_real_prices_at_default_parameters() {
    golden::assert_trades::<PcaTreeQuantile>();
}

/// The components would not be the directions of most variance.
#[test]
fn components_equal_those_of_scikit_learn() {
    let rows = fixed_window();
    let scaler = Scaler::fit(rows.iter());
    let scaled: Vec<Features> = rows.iter().map(|row| scaler.apply(row)).collect();
    let pca = Pca::fit(&scaled, 20);
    let expected = golden::rows("learning-pca.csv", 0);
    assert_eq!(pca.components.len(), expected.len());
    for (index, expected) in expected.iter().enumerate() {
        assert_close(&format!("variance {index}"), pca.variances[index], expected[0], 1e-9);
        for (feature, loading) in pca.components[index].iter().enumerate() {
            assert_close(&format!("component {index} feature {feature}"), *loading, expected[feature + 1], 1e-9);
        }
    }
}

/// The bars of IBM that the single fit is on.
const FITTED: std::ops::Range<usize> = 1000..1200;

fn fixed_window() -> Vec<Features> {
    features(&golden::prices("ibm").bars::<PcaTreeQuantile>()).unwrap()[FITTED].to_vec()
}

fn assert_close(what: &str, value: f64, expected: f64, tolerance: f64) {
    assert!((value - expected).abs() <= tolerance * expected.abs().max(1.0), "{what}: {value}, reference {expected}");
}
