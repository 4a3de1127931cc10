//! Reading the kept reference files.

#![allow(dead_code, reason = "each test target uses its own part")]

use std::path::PathBuf;

use seedbed_backtest::Prices;
use serde_json::Value;

pub(crate) fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name)
}

pub(crate) fn json(name: &str) -> Value {
    serde_json::from_str(&std::fs::read_to_string(path(name)).unwrap()).unwrap()
}

/// Rows of a CSV file, each value under its header.
pub(crate) fn rows(name: &str) -> Vec<Vec<(String, String)>> {
    let mut reader = csv::Reader::from_path(path(name)).unwrap();
    let header = reader.headers().unwrap().clone();
    let row = |record: csv::StringRecord| header.iter().zip(&record).map(|(k, v)| (k.into(), v.into())).collect();
    reader.records().map(|record| row(record.unwrap())).collect()
}

/// One value of a row.
pub(crate) fn text<'a>(row: &'a [(String, String)], name: &str) -> &'a str {
    &row.iter().find(|(key, _)| key == name).unwrap_or_else(|| panic!("no column {name}")).1
}

pub(crate) fn number(row: &[(String, String)], name: &str) -> f64 {
    text(row, name).parse().unwrap()
}

pub(crate) fn column(name: &str, column: &str) -> Vec<f64> {
    rows(name).iter().map(|row| number(row, column)).collect()
}

/// Sums of twelve uniforms of the generator that vectors.json describes.
pub(crate) fn gauss12(seed: u64, count: usize) -> Vec<f64> {
    let mut state = seed;
    let mut uniform = || {
        state = (1_664_525 * state + 1_013_904_223) % (1 << 32);
        state as f64 / (1_u64 << 32) as f64
    };
    let mut draw = || {
        let mut sum = 0.0;
        for _ in 0..12 {
            sum += uniform();
        }
        sum - 6.0
    };
    (0..count).map(|_| draw()).collect()
}

pub(crate) fn floats(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

/// Owned price columns.
pub(crate) struct Columns {
    pub(crate) open: Vec<f64>,
    pub(crate) high: Vec<f64>,
    pub(crate) low: Vec<f64>,
    pub(crate) close: Vec<f64>,
}

impl Columns {
    pub(crate) fn read(name: &str) -> Self {
        let [open, high, low, close] = ["open", "high", "low", "close"].map(|each| column(name, each));
        Self { open, high, low, close }
    }

    pub(crate) fn prices(&self) -> Prices<'_> {
        Prices::new(&self.open, &self.high, &self.low, &self.close).unwrap()
    }

    pub(crate) fn window(&self, from: usize, until: usize) -> Prices<'_> {
        let [open, high, low, close] = [&self.open, &self.high, &self.low, &self.close].map(|each| &each[from..until]);
        Prices::new(open, high, low, close).unwrap()
    }
}

/// Relative difference of two numbers, absolute below 1.
pub(crate) fn apart(a: f64, b: f64) -> f64 {
    (a - b).abs() / a.abs().max(b.abs()).max(1.0)
}

/// Strictly relative difference.
pub(crate) fn relative(a: f64, b: f64) -> f64 {
    if a == b { 0.0 } else { (a - b).abs() / a.abs().max(b.abs()) }
}
