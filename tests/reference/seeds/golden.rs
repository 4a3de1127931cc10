//! The convictions of a seed on real prices against an independent computation kept beside this file. Included by each seed's tests.

use std::{fs, path::PathBuf};

use seedbed_sdk::{
    Exported,
    testing::{Run, Series, entries},
};

const SYMBOLS: [&str; 2] = ["ibm", "goog"];

/// A name for the failure's message, and the values of the parameters in declared order.
pub type Set = (&'static str, &'static [f64]);

/// Users would evaluate another strategy than the documented one. `sets` are in the order of the file's columns, the defaults first.
pub fn assert_convictions<S: Exported>(sets: &[Set]) {
    assert_eq!(Run::<S>::new().values(), sets[0].1, "the first set is not what users get");
    for symbol in SYMBOLS {
        let prices = prices(symbol);
        let reference = rows(&format!("{}-{symbol}.csv", S::NAME), 1);
        for (column, (label, values)) in sets.iter().enumerate() {
            let signals = Run::<S>::with_values(values.to_vec()).signals(&prices).unwrap();
            assert_eq!(signals.len(), reference.len());
            for (bar, (signal, row)) in signals.iter().zip(&reference).enumerate() {
                let expected = row[column];
                let equal = (signal - expected).abs() <= 1e-9;
                assert!(equal, "{symbol} {label} bar {bar}: {signal}, reference {expected}");
            }
        }
    }
}

/// Users would wait for a seed that never trades.
pub fn assert_trades<S: Exported>() {
    for symbol in SYMBOLS {
        let entries = entries(&Run::<S>::new().signals(&prices(symbol)).unwrap(), 0.5);
        assert!(entries.total() >= 10, "{symbol}: {entries:?}");
    }
}

/// The bars of `ibm` or `goog`.
pub fn prices(symbol: &str) -> Series {
    Series::from_csv_file(project(&format!("host/market/data/{symbol}_1d.csv"))).unwrap()
}

/// The numbers of a file beside this one, after its header.
pub fn rows(file: &str, header_lines: usize) -> Vec<Vec<f64>> {
    let text = fs::read_to_string(project(&format!("tests/reference/seeds/{file}"))).unwrap();
    let lines = text.lines().skip(header_lines);
    lines.map(|line| line.split(',').map(|field| field.parse().unwrap()).collect()).collect()
}

/// From the folder of a seed.
fn project(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}
