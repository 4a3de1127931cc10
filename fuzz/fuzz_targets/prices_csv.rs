//! Prices as CSV.

#![no_main]

use libfuzzer_sys::fuzz_target;
use seedbed_fuzz::{assert_series, limit_memory};
use seedbed_market::read_csv;

fuzz_target!(init: limit_memory(64), |bytes: &[u8]| {
    assert_series(read_csv(bytes, "prices.csv"));
});
