//! What the review says of components that were made to do harm. Most of their harm shows only when they run; what shows in their bytes must
//! be told.

#![allow(clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test ends where its helpers fail")]

mod support;

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use seedbed_guests::hostile::{Crafted, hostile};
use seedbed_review::{Level, Review, Rule, Verdict};
use support::{review, rule};

/// Ids of the rules that warn or fail.
fn told(review: &Review) -> Vec<&'static str> {
    let told = review.rules.iter().filter(|report| report.verdict >= Verdict::Warn);
    told.map(|report| report.rule.id()).collect()
}

#[test]
fn guests_built_from_source() -> Result<(), Box<dyn Error>> {
    // Those that are not named here look harmless until they run.
    let expected: BTreeMap<&str, &[&str]> = BTreeMap::from([
        ("chatter", &["SB031", "SB043", "SB048"][..]),
        ("escapes", &["SB043", "SB048"]),
        ("escapes-name", &["SB043", "SB048"]),
        ("panic", &["SB043", "SB048"]),
        ("filler", &["SB031"]),
        ("loop", &["SB031"]),
        ("loop-start", &["SB023", "SB031"]),
        ("unknown-import", &["SB012"]),
        ("wrong-version", &["SB010", "SB011"]),
        ("wasi", &["SB013", "SB044"]),
    ]);
    for (name, path) in hostile(Path::new(env!("CARGO_TARGET_TMPDIR")))? {
        let review = review(&fs::read(path)?);
        let expected = expected.get(name.as_str()).copied().unwrap_or_default();
        assert!(expected.iter().all(|id| told(&review).contains(id)), "{name}: {:?}", told(&review));
        assert_eq!(expected.is_empty(), told(&review).is_empty(), "{name}: {:?}", told(&review));
        if name == "recursion" {
            assert!(!rule(&review, Rule::Recursion).findings.is_empty());
        }
        if name == "loop" {
            let findings = rule(&review, Rule::EndlessLoops).findings;
            let function = findings[0].place.function.as_ref().expect("a loop is in a function");
            assert_eq!(function.name.as_ref().map(|name| name.as_str()), Some("seedbed:strategy/seed@0.1.0#signals"));
        }
    }
    Ok(())
}

/// Every bomb ends the review at its bound, in time that nobody notices; hashing 100 MB is the longest.
#[test]
fn crafted_files() -> Result<(), Box<dyn Error>> {
    for crafted in Crafted::ALL {
        let expected: &[&str] = match crafted {
            Crafted::Empty | Crafted::Text | Crafted::Truncated | Crafted::CoreModule => &["SB001"],
            Crafted::BigCustomSection => &["SB002"],
            Crafted::BigMemory => &["SB020"],
            Crafted::ManyDataSegments => &["SB040"],
            Crafted::ManyFunctions | Crafted::DeepNesting => &["SB004"],
            Crafted::LoopInStart => &["SB023", "SB031"],
            Crafted::TableEater => &["SB022", "SB031"],
            Crafted::MillionParameters | Crafted::LabelBomb | Crafted::BigAnswer | Crafted::LongAnswer => &[],
        };
        let bytes = crafted.bytes()?;
        let start = Instant::now();
        let review = review(&bytes);
        assert!(start.elapsed() < Duration::from_secs(2), "{}: {:?}", crafted.name(), start.elapsed());
        assert_eq!(told(&review), expected, "{}", crafted.name());
    }
    Ok(())
}

/// What could not be looked at is not said to be in order.
#[test]
fn what_stops_the_reading_leaves_the_rest_unchecked() -> Result<(), Box<dyn Error>> {
    let review = review(&Crafted::Truncated.bytes()?);
    assert_eq!(review.verdict(), Verdict::Fail);
    assert_eq!(review.facts, None);
    for unchecked in [Rule::Imports, Rule::Valid, Rule::EndlessLoops, Rule::Keys, Rule::Toolchain] {
        let report = rule(&review, unchecked);
        assert_eq!((report.verdict, report.checked.as_str()), (Verdict::NotChecked, "reading stopped, see SB001"));
    }
    let (worst, finding) = review.worst().expect("something failed");
    assert_eq!((worst.rule, finding.level), (Rule::Format, Level::Fail));
    Ok(())
}
