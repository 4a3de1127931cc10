//! `seedbed.lock`.

#![no_main]

use std::path::Path;

use libfuzzer_sys::fuzz_target;
use seedbed_fuzz::{assert_places, assert_printable, limit_memory};
use seedbed_review::{Lock, LockError};

fuzz_target!(init: limit_memory(64), |text: &str| {
    let parse = |text: &str| Lock::parse(text, Path::new(Lock::FILE));
    match parse(text) {
        Ok(lock) => {
            let written = lock.text();
            let read = parse(&written).unwrap_or_else(|error| panic!("{error}\n{written}"));
            assert_eq!(read, lock, "{written}");
            assert_eq!(read.text(), written);
        }
        Err(LockError::Problems(problems)) => {
            assert_printable(&problems.to_string());
            assert_places(&problems, text);
        }
        Err(error) => assert_printable(&error.to_string()),
    }
});
