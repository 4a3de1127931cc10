//! Whatever the bytes, a review ends soon, does not panic, and renders.

#![allow(clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test ends where its helpers fail")]

mod support;

use std::time::{Duration, Instant};

use proptest::prelude::*;
use seedbed_guests::hostile::Crafted;
use seedbed_review::{Policy, Request, Review, Rule, render};

/// Real components to begin with: the smallest seed, the one with the most code, and one written by hand.
fn originals() -> Vec<Vec<u8>> {
    let crafted = [Crafted::TableEater, Crafted::LabelBomb].map(|crafted| crafted.bytes().expect("crafted"));
    let seeds = ["ema-crossover", "pca-tree-quantile"].map(|name| support::seed(name).to_vec());
    [&seeds[..], &crafted[..]].concat()
}

#[derive(Debug, Clone)]
enum Change {
    Set(usize, u8),
    Insert(usize, Vec<u8>),
    Cut(usize, usize),
    Repeat(usize, usize, usize),
    Number(usize),
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        6 => (any::<usize>(), any::<u8>()).prop_map(|(at, byte)| Change::Set(at, byte)),
        1 => (any::<usize>(), proptest::collection::vec(any::<u8>(), 1..40)).prop_map(|(at, bytes)| Change::Insert(at, bytes)),
        1 => (any::<usize>(), 1usize..2_000).prop_map(|(at, length)| Change::Cut(at, length)),
        1 => (any::<usize>(), 1usize..300, 1usize..50).prop_map(|(at, length, times)| Change::Repeat(at, length, times)),
        2 => any::<usize>().prop_map(Change::Number),
    ]
}

fn apply(bytes: &mut Vec<u8>, change: Change) {
    let length = bytes.len().max(1);
    match change {
        Change::Set(at, byte) => {
            if let Some(place) = bytes.get_mut(at % length) {
                *place = byte;
            }
        }
        Change::Insert(at, more) => {
            let at = at % length;
            bytes.splice(at..at, more);
        }
        Change::Cut(at, cut) => {
            let at = at % length;
            bytes.drain(at..(at + cut).min(bytes.len()));
        }
        Change::Repeat(at, piece, times) => {
            let at = at % length;
            let piece = bytes[at..(at + piece).min(bytes.len())].repeat(times);
            bytes.splice(at..at, piece);
        }
        // The largest number that the format writes, in place of whatever number stands there.
        Change::Number(at) => {
            let at = at % length;
            bytes.splice(at..(at + 1).min(bytes.len()), [0xff, 0xff, 0xff, 0xff, 0x0f]);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_review_of_anything_ends(
        which in 0usize..4,
        changes in proptest::collection::vec(change(), 0..8),
        beside in 0usize..4,
    ) {
        let originals = originals();
        let mut bytes = originals[which].clone();
        changes.into_iter().for_each(|change| apply(&mut bytes, change));
        let request = Request { baseline: Some(&originals[beside]), ..Request::of("mutated", &bytes) };
        let start = Instant::now();
        let review = Review::new(&request, &Policy::default());
        let took = start.elapsed();
        prop_assert!(took < Duration::from_secs(2), "{took:?}");
        prop_assert_eq!(review.rules.len(), Rule::ALL.len());
        prop_assert!(render::text(&review).contains("verdict: "));
        prop_assert!(render::json(std::slice::from_ref(&review), &[]).is_ok());
        prop_assert!(render::sarif(&[review], &[], &[], "0").is_ok());
    }

    #[test]
    fn bytes_without_form_are_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let mut bytes = bytes;
        prop_assert!(support::review(&bytes).worst().is_some());
        bytes.splice(0..0, *b"\0asm\x0d\0\x01\0");
        let _ = support::review(&bytes);
    }
}

/// The largest component that the bounds let through is built to take the longest: 14 MB of code, two million loops that are all told about,
/// all on the way of `signals`.
#[test]
fn a_component_at_the_bounds_is_reviewed_in_seconds() {
    const FUNCTIONS: u32 = 2_000;
    let largest = support::Craft {
        functions: FUNCTIONS,
        code: Some(|code| {
            for function in 7..7 + FUNCTIONS {
                code.call(function);
            }
        }),
        filler: Some(|code| {
            for _ in 0..1_000 {
                code.loop_(wasm_encoder::BlockType::Empty).local_get(0).br_if(0).end();
            }
        }),
        ..support::Craft::default()
    };
    let bytes = largest.component();
    assert!(bytes.len() > 14_000_000, "{}", bytes.len());
    let start = Instant::now();
    let review = support::review(&bytes);
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    let loops = support::rule(&review, Rule::OpenLoops);
    assert_eq!((loops.findings.len(), loops.more), (20, 1_999_980));
}
