//! Rules that run a component: each has a guest that it tells about and one that it passes.

#![allow(clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test ends where its helpers fail")]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use seedbed_guests::hostile::hostile;
use seedbed_market::{Bars, sample};
use seedbed_review::{Level, Policy, Request, Review, Rule, RuleReport, Scope, Trial, TrialBudget, Verdict, render};
use seedbed_worker::{Limits, SandboxConfig, WasiPolicy, Workers};
use support::{rule, seed};

static WORKERS: LazyLock<Workers> =
    LazyLock::new(|| Workers::in_process(&SandboxConfig::default()).expect("a sandbox"));
static GUESTS: LazyLock<BTreeMap<String, PathBuf>> =
    LazyLock::new(|| hostile(Path::new(env!("CARGO_TARGET_TMPDIR"))).expect("guests are built"));

fn guest(name: &str) -> Vec<u8> {
    fs::read(&GUESTS[name]).expect("is readable")
}

/// A budget that the clock does not end on a busy machine.
const BUDGET: TrialBudget = TrialBudget { work: 3_000_000_000, time: Duration::from_secs(600) };
/// Enough for every cut of a component that costs little.
const EVERY_CUT: TrialBudget = TrialBudget { work: 24_000_000_000, ..BUDGET };

fn tried(bytes: &[u8]) -> Review {
    tried_with(bytes, &Policy::default(), sample(), BUDGET, 0)
}

fn tried_with(bytes: &[u8], policy: &Policy, prices: &Bars, budget: TrialBudget, seed: u64) -> Review {
    let component = WORKERS.load(bytes, WasiPolicy::Deny).expect("is loaded");
    let mut review = Review::new(&Request::of("subject", bytes), policy);
    let limits = Limits::default();
    let trial = Trial { component: &component, bytes, prices, prices_name: "prices", limits, budget, seed };
    review.try_out(&trial);
    review
}

fn of_trials(review: &Review) -> impl Iterator<Item = &RuleReport> {
    review.rules.iter().filter(|report| report.rule.scope() == Scope::Trial)
}

#[test]
fn each_rule_tells_about_one_guest_and_passes_another() {
    let (harmless, weekday) = (tried(&guest("harmless")), tried(&guest("trial-weekday")));
    let mut left: BTreeSet<_> = Rule::ALL.iter().filter(|rule| rule.scope() == Scope::Trial).collect();
    for (wanted, name, said) in [
        (Rule::Answers, "trap", "signals: "),
        (Rule::FuelSplit, "trial-slow-start", "describe burns "),
        (Rule::FuelGrowth, "trial-quadratic", "fuel grows with the power "),
        (Rule::MemoryUse, "trial-hoarder", "13080 bars would take about "),
        (Rule::Diagnostics, "trial-talker", "a call sends up to 327 messages"),
        (Rule::Determinism, "stateful", "on one instance is answered otherwise than in a fresh one"),
        (Rule::Causality, "peeker", "it knows 1 bar ahead"),
        (Rule::CausalitySpace, "peeker", "at period = "),
        (Rule::WarmUp, "trial-anchored", "later starts entries differ"),
        (Rule::MinimumBars, "trial-early", "has a conviction, and minimum-bars is 100"),
        (Rule::MinimumBars, "trial-choosy", "2 bars are refused: too few bars: needs at least 50"),
        (Rule::OddPrices, "trial-brittle", "constant prices: aborted"),
        (Rule::ParameterSpace, "moody", "signals at period = "),
        (Rule::Accept, "trial-promises", "accepts period = "),
        (Rule::Accept, "veto", "accept at its own defaults: refused"),
        (
            Rule::Memorised,
            "trial-memory",
            "consecutive prices of the series as 64-bit floats: column close from bar 798",
        ),
        (Rule::PriceScale, "trial-level", "prices times 2: "),
        (Rule::TimeShift, "trial-calendar", "times 520 weeks later: "),
    ] {
        let report = rule(&tried(&guest(name)), wanted);
        assert_eq!(report.verdict, Verdict::from(wanted.default_level()), "{wanted} on {name}: {report:?}");
        assert!(report.findings.iter().any(|f| f.message.as_str().contains(said)), "{wanted} on {name}: {report:?}");
        // One guest does not read times, one does, and is right to.
        let (passing, passed) = match wanted {
            Rule::TimeShift => ("trial-weekday", rule(&weekday, wanted)),
            _ => ("harmless", rule(&harmless, wanted)),
        };
        assert_eq!((passed.verdict, passed.findings), (Verdict::Pass, vec![]), "{wanted} on {passing}");
        left.remove(&wanted);
    }
    assert_eq!(left, BTreeSet::new(), "rules without a guest");
    assert_eq!(rule(&harmless, Rule::TimeShift).checked, "the component does not read times");
}

/// Dates alone are told, too, and the offset leads to them.
#[test]
fn dates_of_the_series_are_found_at_their_place() {
    let bytes = guest("trial-memory");
    let report = rule(&tried(&bytes), Rule::Memorised);
    let dates: Vec<_> = report.findings.iter().filter(|f| f.message.as_str().contains("milliseconds")).collect();
    assert_eq!(dates.len(), 5, "{report:?}");
    for date in dates {
        let offset = usize::try_from(date.place.offset.expect("has a place")).expect("fits");
        let time = i64::from_le_bytes(bytes[offset..offset + 8].try_into().expect("eight bytes"));
        assert!(sample().time().contains(&time));
    }
}

/// A trap in one rule must not hide what the others find.
#[test]
fn one_failure_does_not_stop_the_others() {
    let review = tried(&guest("moody"));
    assert_eq!(rule(&review, Rule::ParameterSpace).verdict, Verdict::Fail);
    assert_eq!(rule(&review, Rule::Causality).verdict, Verdict::Pass);
    let trap = tried(&guest("trap"));
    for report in of_trials(&trap).filter(|report| !matches!(report.rule, Rule::Answers | Rule::Memorised)) {
        assert_eq!(report.verdict, Verdict::NotChecked, "{report:?}");
        assert!(report.checked.contains("SB100"), "{report:?}");
    }
}

/// The numbers that a reviewer decides by.
#[test]
fn coverage_says_how_much_was_looked_at() {
    let review = tried_with(seed("ema-crossover"), &Policy::default(), sample(), EVERY_CUT, 0);
    let report = rule(&review, Rule::Causality);
    let found = review.measurements.expect("was tried");
    let causality = found.causality.expect("was looked at");
    // 3,270 bars have 3,269 cuts; the first has no shorter series to be compared, since two bars are needed.
    assert_eq!((causality.cuts, causality.cuts_compared, causality.comparisons), (3_269, 3_269, 2 * 3_269 - 1));
    assert_eq!((causality.leaks, causality.unanswered, causality.leak), (0, 0, None));
    assert_eq!(causality.smallest_share, Some(1.0 / 3_269.0));
    assert_eq!(causality.tails.len(), 6);
    assert!(found.causality_space.is_some_and(|space| space.drawn > 20 && space.corners > 5 && space.leaking == 0));
    assert!(found.fuel_exponent.is_some_and(|exponent| (0.9..1.1).contains(&exponent)));
    let said = "look-ahead: none found in 6537 comparisons at 3269 of 3269 cuts; a leak at 0.03 % of the cuts";
    assert!(report.checked.starts_with(said), "{report:?}");
    assert!(!report.checked.contains("no look-ahead"));

    let peeker = tried(&guest("peeker")).measurements.and_then(|found| found.causality).expect("was looked at");
    let leak = peeker.leak.expect("looks ahead");
    assert_eq!((leak.smallest_horizon, leak.largest_horizon, leak.first_bar + 1), (1, 1, leak.cut));
}

/// Two reviewers must come to the same report.
#[test]
fn a_trial_is_the_same_at_any_number_of_threads() {
    let on = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        pool.install(|| render::json(&[tried(seed("bollinger-bands"))], &[]).expect("renders"))
    };
    let alone = on(1);
    assert_eq!(alone, on(2));
    assert_eq!(alone, on(5));
}

/// What the budget did not pay for is not said to be in order.
#[test]
fn a_small_budget_leaves_rules_unchecked() {
    let nothing = TrialBudget { work: 1, ..BUDGET };
    let review = tried_with(seed("ema-crossover"), &Policy::default(), sample(), nothing, 0);
    for report in of_trials(&review)
        .filter(|report| !matches!(report.rule, Rule::Answers | Rule::Memorised | Rule::FuelSplit | Rule::Diagnostics))
    {
        assert_eq!(report.verdict, Verdict::NotChecked, "{report:?}");
    }
    let learner = tried_with(seed("linear-svc-classifier"), &Policy::default(), sample(), BUDGET, 0);
    let spent = learner.measurements.as_ref().expect("was tried").spent;
    assert!(spent.work < 6_000_000_000 && !spent.stopped_by_clock, "{spent:?}");
    let report = rule(&learner, Rule::Causality);
    assert!(report.checked.contains("the work of the trial was used up"), "{report:?}");
    let late = TrialBudget { time: Duration::ZERO, ..BUDGET };
    let review = tried_with(seed("ema-crossover"), &Policy::default(), sample(), late, 0);
    assert_eq!(rule(&review, Rule::Causality).checked, "the time of the trial was used up");
    assert!(review.measurements.is_some_and(|found| found.spent.stopped_by_clock));
}

#[test]
fn short_series_are_no_trap() {
    for bars in [0, 1, 2, 3, 10, 60] {
        let prices = sample().slice(0..bars).expect("has so many");
        for name in ["ema-crossover", "ichimoku-cloud", "pca-tree-quantile"] {
            let review = tried_with(seed(name), &Policy::default(), &prices, BUDGET, 0);
            let failed: Vec<_> = of_trials(&review).filter(|report| report.verdict == Verdict::Fail).collect();
            assert!(failed.is_empty(), "{name} on {bars}: {failed:?}");
        }
    }
}

#[test]
fn rules_that_are_off_are_not_run_and_static_reviews_say_so() {
    let policy = Policy::default().with_level(Rule::Causality, Level::Off);
    let review = tried_with(&guest("peeker"), &policy, sample(), BUDGET, 0);
    assert_eq!(rule(&review, Rule::Causality).checked, "switched off by the policy");
    assert_eq!(review.measurements.and_then(|found| found.causality), None);
    for report in of_trials(&support::review(seed("ema-crossover"))) {
        assert_eq!((report.verdict, report.checked.as_str()), (Verdict::NotChecked, "static review only"));
    }
}

/// Programs that read version 1 must be able to read what trials add to it.
#[test]
fn json_of_trials_is_what_its_schema_says() {
    let schema = serde_json::from_str(include_str!("../../../docs/review/schema.json")).expect("the schema is JSON");
    let validator = jsonschema::validator_for(&schema).expect("the schema is one");
    let reviews = [tried(seed("ema-crossover")), tried(&guest("peeker")), tried(&guest("trap"))];
    let json = render::json(&reviews, &[]).expect("renders");
    let report: serde_json::Value = serde_json::from_str(&json).expect("is JSON");
    let errors: Vec<_> = validator.iter_errors(&report).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert_eq!(errors, Vec::<String>::new());
    let found = &report["reviews"][1]["measurements"];
    assert_eq!(found["causality"]["leak"]["smallest_horizon"], 1);
    assert_eq!(found["prices"]["bars"], 3_270);
    assert!(render::sarif(&reviews, &[], &[], "0").expect("renders").contains("\"ruleId\": \"SB120\""));
}

/// A trial of an honest component must not vouch for another.
#[test]
fn a_trial_of_another_component_counts_for_nothing() {
    let (honest, other) = (seed("ema-crossover"), seed("rsi-filter"));
    let component = WORKERS.load(honest, WasiPolicy::Deny).expect("is loaded");
    let mut review = support::review(other);
    let trial = Trial {
        component: &component,
        bytes: honest,
        prices: sample(),
        prices_name: "prices",
        limits: Limits::default(),
        budget: BUDGET,
        seed: 0,
    };
    review.try_out(&trial);
    assert_eq!(rule(&review, Rule::Causality).checked, "the trial was of another component");
    assert_eq!(review.measurements, None);
}

/// Prints how long a full review takes; the bound is generous, since other things run on test machines.
#[test]
fn a_full_review_takes_seconds() {
    for honest in seedbed_guests::seeds() {
        let component = WORKERS.load(honest.component, WasiPolicy::Deny).expect("is loaded");
        let start = Instant::now();
        let mut review = Review::new(&Request::of(honest.name, honest.component), &Policy::default());
        let trial = Trial {
            component: &component,
            bytes: honest.component,
            prices: sample(),
            prices_name: "ibm_1d",
            limits: Limits::default(),
            budget: TrialBudget::default(),
            seed: 1,
        };
        review.try_out(&trial);
        let took = start.elapsed();
        let found = review.measurements.as_ref().expect("was tried");
        eprintln!("{}: {took:?}, {:?}", honest.name, found.spent);
        if std::env::var_os("SEEDBED_TRIAL_TEXT").is_some() {
            eprintln!("{}", render::text(&review));
        }
        assert!(took < Duration::from_secs(30), "{}: {took:?}", honest.name);
    }
}
