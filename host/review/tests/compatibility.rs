//! Files of the first version, see tests/fixtures/version-1. If this fails, people's policies, pins and plugins are refused after an update.

#![allow(clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test ends where its helpers fail")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use seedbed_review::{Level, Lock, Pin, Policy, Request, Review, Rule, Sizes, Verdict, WasiPolicy};

const COMPONENT: &[u8] = include_bytes!("../../../tests/fixtures/version-1/plugins/ema-crossover/ema-crossover.wasm");

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/version-1").join(name)
}

#[test]
fn a_component_of_the_first_sdk_passes() {
    let review = Review::new(&Request::of("ema-crossover", COMPONENT), &Policy::default());
    assert_eq!((review.verdict(), review.worst()), (Verdict::Pass, None));
    assert_eq!(review.facts.expect("read to its end").sdk, None);
}

/// Every key of the file at the value that stands there.
#[test]
fn a_policy_of_version_1_is_read() {
    let policy = Policy::read(&fixture("policy.toml")).expect("is a policy");
    assert_eq!(policy.wasi, WasiPolicy::Inert);
    assert_eq!(policy.imports, BTreeSet::from(["wasi:clocks/monotonic-clock@0.2.6".to_owned()]));
    assert_eq!(policy.sections, BTreeSet::from(["notes".to_owned()]));
    let levels = [Rule::Imports, Rule::OpenLoops, Rule::Producers, Rule::DebugNames].map(|rule| policy.level(rule));
    assert_eq!(levels, [Level::Warn, Level::Off, Level::Fail, Level::Note]);
    let sizes = Sizes {
        bytes: 8 << 20,
        memory: 32 << 20,
        functions: 10_001,
        function_bytes: 256 << 10,
        locals: 5_001,
        code_bytes: 4 << 20,
        data_segments: 1_001,
        element_segments: 501,
        declarations: 20_001,
        sections: 2_001,
        modules: 9,
        depth: 3,
        tables: 5,
        table_elements: 9_001,
        memories: 1,
        compile_millis: 2_500,
    };
    assert_eq!(policy.sizes, sizes);
}

#[test]
fn a_lock_of_version_1_is_read() {
    let lock = Lock::read(&fixture("seedbed.lock")).expect("is a lock");
    let pin = Pin {
        hash: "d21f82c210263f3d48af31965c5cbce7bd23a1bfffaae74600408276745c4121".to_owned(),
        date: "2026-11-21".to_owned(),
        policy: "0b6f5a3d2c1e4f708192a3b4c5d6e7f8091a2b3c4d5e6f708192a3b4c5d6e7f8".to_owned(),
        findings: "f8e7d6c5b4a392817060504f3e2d1c0b9a8f7e6d5c4b3a2918070f5e4d3c2b1a".to_owned(),
        version: "0.1.0".to_owned(),
    };
    assert_eq!(lock.pins().collect::<Vec<_>>(), [("ema-crossover", &pin)]);
    assert_eq!(pin.hash, Review::new(&Request::of("x", COMPONENT), &Policy::default()).hash);
}
