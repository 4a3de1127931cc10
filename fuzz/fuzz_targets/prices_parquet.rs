//! Prices as Parquet.

#![no_main]

use libfuzzer_sys::fuzz_target;
use seedbed_fuzz::{assert_series, file, let_panics_be_caught, limit_memory};
use seedbed_market::read_parquet;

fuzz_target!(
    init: {
        let_panics_be_caught();
        limit_memory(256);
    },
    |bytes: &[u8]| assert_series(read_parquet(file(bytes), "prices.parquet"))
);
