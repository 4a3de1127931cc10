use std::sync::LazyLock;

use crate::{Bars, read_csv};

/// Name of the embedded sample, as if it had been read from "ibm_1d.csv".
pub const SAMPLE_NAME: &str = "ibm_1d";

/// The embedded sample: IBM, daily, 2000-03-01 to 2013-03-01, 3,270 bars without splits (Quandl WIKI, public domain).
#[must_use]
pub fn sample() -> &'static Bars {
    static SAMPLE: LazyLock<Bars> = LazyLock::new(|| {
        #[expect(clippy::expect_used, reason = "the embedded file is fixed, and a test reads it")]
        let reading = read_csv(&include_bytes!("../data/ibm_1d.csv")[..], "ibm_1d.csv").expect("the sample is valid");
        reading.bars
    });
    &SAMPLE
}
