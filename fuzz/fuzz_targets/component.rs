//! A component from a stranger: the pre-scan that guards the compiler, and the review with all that is rendered from it.

#![no_main]

use libfuzzer_sys::fuzz_target;
use seedbed_fuzz::{assert_printable, limit_memory};
use seedbed_review::{Policy, Request, Review, Rule, Verdict, render};
use seedbed_sandbox::{Prescan, SizeLimits};

const MEMORY: u64 = 64 << 20;

fuzz_target!(init: limit_memory(256), |bytes: &[u8]| {
    let scanned = Prescan::scan(bytes, &SizeLimits::default(), MEMORY);
    let request = Request { baseline: Some(bytes), ..Request::of("component", bytes) };
    let review = Review::new(&request, &Policy::default());

    assert_eq!(review.rules.len(), Rule::ALL.len());
    if let Err(error) = &scanned {
        assert_printable(&error.to_string());
        assert_eq!(review.verdict(), Verdict::Fail, "reviewed as {}, but the pre-scan says: it {error}", review.verdict());
    }
    let changed = review.rule(Rule::Changed).expect("every rule is told");
    assert!(changed.findings.is_empty(), "it differs from itself: {:?}", changed.findings);
    assert_printable(&render::text(&review));
    assert_printable(&render::json(std::slice::from_ref(&review), &[]).expect("renders"));
    assert_printable(&render::sarif(&[review], &[], &[], "0.1.0").expect("renders"));
});
