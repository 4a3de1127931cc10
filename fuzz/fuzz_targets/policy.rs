//! A review policy.

#![no_main]

use std::path::Path;

use libfuzzer_sys::fuzz_target;
use seedbed_fuzz::{assert_places, assert_printable, limit_memory};
use seedbed_review::{Policy, PolicyError};

fuzz_target!(init: limit_memory(64), |text: &str| {
    match Policy::parse(text, Path::new("review.toml")) {
        Ok(policy) => {
            let commented = format!("# reviewed\n{text}");
            let again = Policy::parse(&commented, Path::new("review.toml")).expect("a comment changes nothing");
            assert_eq!((again.hash(), &again), (policy.hash(), &policy));
        }
        Err(PolicyError::Problems(problems)) => {
            assert_printable(&problems.to_string());
            assert_places(&problems, text);
        }
        Err(error) => assert_printable(&error.to_string()),
    }
});
