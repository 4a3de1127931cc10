//! The embedded seeds are what reviewers compare everything else with: a false alarm on one of them makes a rule worthless.

mod support;

use std::time::{Duration, Instant};

use seedbed_review::{Rule, Verdict};
use support::{review, rule};

#[test]
fn every_seed_passes_without_a_warning() {
    let seeds = seedbed_guests::seeds();
    assert_eq!(seeds.len(), 10);
    for seed in seeds {
        let review = review(seed.component);
        assert_eq!(review.verdict(), Verdict::Pass, "{}: {:?}", seed.name, review.worst());
        assert_eq!(review.worst(), None, "{}", seed.name);
        assert_eq!(rule(&review, Rule::Producers).findings, [], "{}: a note", seed.name);
    }
}

/// What a seed's source says: imports, exports, the SDK's stack and arena, the tool chain of `rust-toolchain.toml`.
#[test]
fn the_facts_of_a_seed_are_those_of_its_source() {
    let review = review(support::seed("ema-crossover"));
    let facts = review.facts.expect("read to its end");
    let names: Vec<_> = [&facts.imports, &facts.exports].into_iter().flatten().map(|name| name.as_str()).collect();
    assert_eq!(names, ["seedbed:strategy/diagnostics@0.1.0", "seedbed:strategy/seed@0.1.0"]);
    assert!(facts.features.contains(&"simd") && facts.features.contains(&"bulk-memory"));
    // A quarter of a mebibyte of stack and 1,728 KiB of arena, rounded up with the data to pages; and tables.
    assert!((2 << 20..3 << 20).contains(&facts.initial_memory), "{}", facts.initial_memory);
    assert!(facts.producers.iter().any(|producer| producer.as_str().starts_with("rustc 1.95.0")));
    assert_eq!(facts.sdk.as_ref().map(|version| version.as_str()), Some("0.1.0"));
    assert!(facts.signal_path_functions > 10 && facts.signal_path_functions < facts.functions);
    let largest = facts.largest_function.expect("has functions");
    assert!(largest.function.name.is_some() && largest.bytes > 1_000);
}

/// `evaluate` reviews before it runs anything: nobody waits for that.
#[test]
fn a_seed_is_reviewed_within_20_ms() {
    for seed in seedbed_guests::seeds() {
        let once = || {
            let start = Instant::now();
            let review = review(seed.component);
            assert_eq!(rule(&review, Rule::Format).verdict, Verdict::Pass);
            start.elapsed()
        };
        let best = (0..5).map(|_| once()).min().unwrap_or_default();
        assert!(best < Duration::from_millis(20), "{}: {best:?}", seed.name);
    }
}
