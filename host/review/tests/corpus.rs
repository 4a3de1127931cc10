//! What the review is for, over all that it can be tried on: cheats are found, what does harm is refused, what is fair is left in peace.

#![allow(clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test ends where its helpers fail")]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::time::Duration;

use seedbed_guests::hostile::{Cheat, Crafted, ShownBy, hostile};
use seedbed_guests::{GuestBuild, Target, Toolchain, build, seeds};
use seedbed_market::{Bars, sample};
use seedbed_review::trial::Tail;
use seedbed_review::{Policy, Request, Review, Rule, Scope, Trial, TrialBudget, Verdict};
use seedbed_worker::{Component, Limits, SandboxConfig, WasiPolicy, Workers};
use support::rule;

static WORKERS: LazyLock<Workers> =
    LazyLock::new(|| Workers::in_process(&SandboxConfig::default()).expect("a sandbox"));
static GUESTS: LazyLock<BTreeMap<String, PathBuf>> =
    LazyLock::new(|| hostile(Path::new(env!("CARGO_TARGET_TMPDIR"))).expect("guests are built"));

/// Rules that call a component dishonest.
const HONESTY: [Rule; 3] = [Rule::Determinism, Rule::Causality, Rule::CausalitySpace];

/// What people get who say nothing else, with a clock that does not end it on a busy machine.
fn budget() -> TrialBudget {
    TrialBudget { time: Duration::from_secs(600), ..TrialBudget::default() }
}

fn load(bytes: &[u8]) -> Component {
    WORKERS.load(bytes, WasiPolicy::Deny).expect("is loaded")
}

fn tried(
    component: &Component,
    bytes: &[u8],
    policy: &Policy,
    prices: &Bars,
    budget: TrialBudget,
    seed: u64,
) -> Review {
    let mut review = Review::new(&Request::of("subject", bytes), policy);
    let limits = Limits::default();
    review.try_out(&Trial { component, bytes, prices, prices_name: "prices", limits, budget, seed });
    review
}

/// A policy that asks for nothing but honesty, so that all of a budget goes there.
fn honesty() -> Policy {
    let off = Rule::ALL.iter().filter(|rule| rule.scope() == Scope::Trial && !HONESTY.contains(rule));
    let off: Vec<_> = off.filter(|rule| **rule != Rule::Answers).map(|rule| format!("{rule} = \"off\"\n")).collect();
    let text = format!("policy = 1\n[rules]\n{}", off.concat());
    Policy::parse(&text, Path::new("policy.toml")).expect("a policy")
}

/// Words of the findings of a rule.
fn messages(review: &Review, wanted: Rule) -> String {
    rule(review, wanted)
        .findings
        .iter()
        .map(|finding| finding.message.as_str().to_owned())
        .collect::<Vec<_>>()
        .join("; ")
}

/// Whether the strategy, asked without the review, changes its mind on the named bar when the named cut is made.
fn confirmed(component: &Component, cut: u64, first: u64) -> bool {
    let (cut, first) = (cut as usize, first as usize);
    let limits = Limits::default();
    let described = component.describe(&limits).outcome.expect("describes itself");
    let bits = |bars: &Bars| -> Vec<u64> {
        let call = component.signals(bars, described.reads, &described.defaults(), &limits);
        call.outcome.expect("answers").into_iter().map(f64::to_bits).collect()
    };
    let (whole, shorter) = (bits(sample()), bits(&sample().slice(0..cut).expect("a cut")));
    whole[..first] == shorter[..first] && whole[first] != shorter[first]
}

/// If a cheat passes, its author's customers lose money that the review said was safe to risk.
fn assert_found(cheat: &Cheat, seed: u64) {
    let bytes = fs::read(&GUESTS[cheat.name]).expect("is readable");
    let component = load(&bytes);
    let review = tried(&component, &bytes, &honesty(), sample(), budget(), seed);
    let expected = match (cheat.shown_by, cheat.parameters) {
        (ShownBy::SecondCall, _) => Rule::Determinism,
        (_, Some(_)) => Rule::CausalitySpace,
        (_, None) => Rule::Causality,
    };
    let at = format!("{} with seed {seed}", cheat.name);
    let report = rule(&review, expected);
    assert_eq!(report.verdict, Verdict::Fail, "{at}: {}", report.checked);
    let said = messages(&review, expected);
    let measured = review.measurements.as_ref().expect("was tried");
    match expected {
        Rule::Causality => {
            let coverage = measured.causality.as_ref().expect("was looked for");
            let leak = coverage.leak.as_ref().expect("was found");
            let named = format!("the conviction of bar {} changes when the bars from {} on ", leak.first_bar, leak.cut);
            assert!(said.contains(&named), "{at}: {said}");
            assert!(leak.first_bar < leak.cut, "{at}: {leak:?}");
            if let Some(farthest) = cheat.farthest {
                assert_eq!(leak.largest_horizon, farthest as u64, "{at}: {leak:?}");
                assert!(said.contains(&format!("{farthest} bar")), "{at}: {said}");
            }
            assert!(leak.tail != Tail::CutOff || confirmed(&component, leak.cut, leak.first_bar), "{at}: {leak:?}");
        }
        Rule::CausalitySpace => {
            let coverage = measured.causality_space.as_ref().expect("was looked for");
            assert!(coverage.leaking > 0 && said.contains("at period = "), "{at}: {said}");
            assert_eq!(rule(&review, Rule::Causality).verdict, Verdict::Pass, "{at}: at its defaults it is honest");
        }
        _ => {
            assert!(said.contains("is answered otherwise than in a fresh one"), "{at}: {said}");
            assert_eq!(rule(&review, Rule::Causality).verdict, Verdict::Pass, "{at}: in fresh instances it is honest");
        }
    }
}

#[test]
fn every_cheat_is_found_and_its_leak_named() {
    for cheat in Cheat::ALL {
        assert_found(&cheat, 0);
    }
}

/// What does harm is refused, whatever harm it does; nothing ends the review.
#[test]
fn every_hostile_guest_is_handled() {
    // Harmless to the host and to the account, whatever they do to a search; one never answers, so nothing of it is checked.
    let borne = BTreeSet::from(["frozen", "harmless", "no-exits", "not-a-number", "refuses", "veto"]);
    let cheats: BTreeSet<_> = Cheat::ALL.iter().map(|cheat| cheat.name).collect();
    let built = GUESTS.iter().filter(|(name, _)| !cheats.contains(name.as_str()) && !name.starts_with("trial-"));
    let built = built.map(|(name, path)| (name.clone(), fs::read(path).expect("is readable")));
    let crafted =
        Crafted::ALL.into_iter().map(|crafted| (crafted.name().to_owned(), crafted.bytes().expect("is made")));
    let policy = Policy::default();
    let few = TrialBudget { work: 3_000_000_000, ..budget() };
    let mut passed = BTreeMap::new();
    for (name, bytes) in built.chain(crafted) {
        let review = match WORKERS.load(&bytes, WasiPolicy::Deny) {
            Ok(component) => tried(&component, &bytes, &policy, &sample().slice(0..600).expect("bars"), few, 0),
            Err(_) => Review::new(&Request::of("subject", &bytes), &policy),
        };
        let worst = review.worst().map(|(report, finding)| format!("{}: {}", report.rule, finding.message));
        if review.verdict() != Verdict::Fail {
            passed.insert(name, worst);
        }
    }
    assert_eq!(passed.keys().map(String::as_str).collect::<BTreeSet<_>>(), borne, "{passed:?}");
}

/// The seeds, and the example plugins built as their authors would.
fn fair() -> Vec<(&'static str, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../plugins");
    let target_dir = &Path::new(env!("CARGO_TARGET_TMPDIR")).join("guests/target");
    let plugin = |name: &'static str| {
        let package = &folder.join(name);
        let request = GuestBuild { package, target_dir, toolchain: Toolchain::Caller, target: Target::Bare };
        (name, build(&request).expect("is built").component)
    };
    let seeds = seeds().iter().map(|seed| (seed.name, seed.component.to_vec()));
    seeds.chain(["donchian-breakout", "dual-momentum"].map(plugin)).collect()
}

/// Every run has cuts, tails, parameters and a part of the sample of its own.
fn assert_no_false_alarm(runs: std::ops::Range<u64>) {
    const BARS: usize = 500;
    let (policy, limits) = (honesty(), Limits::default());
    for (name, bytes) in fair() {
        let component = load(&bytes);
        let described = component.describe(&limits).outcome.expect("describes itself");
        for seed in runs.clone() {
            let start = (seed as usize * 997) % (sample().len() - BARS);
            let prices = sample().slice(start..start + BARS).expect("bars");
            // Some thousand calls of a small strategy, some fifty of one that learns.
            let one = component.signals(&prices, described.reads, &described.defaults(), &limits).usage.fuel_call;
            let budget = TrialBudget { work: (50 * one).max(1_300_000_000), ..budget() };
            let review = tried(&component, &bytes, &policy, &prices, budget, seed);
            for wanted in HONESTY {
                let report = rule(&review, wanted);
                assert_eq!(report.findings, [], "{name} with seed {seed}: {wanted}, {}", report.checked);
                let looked = report.verdict == Verdict::Pass;
                assert!(looked, "{name} with seed {seed}: {wanted} was not checked: {}", report.checked);
            }
        }
    }
}

/// A review that cries wolf is switched off.
#[test]
fn what_is_fair_raises_no_alarm() {
    assert_no_false_alarm(0..2);
}

/// The rules that ask for more than honesty cry wolf no more than those: on the sample, under the policy of people who have none.
#[test]
fn what_is_fair_passes_every_rule_of_a_trial() {
    let few = TrialBudget { work: 2_000_000_000, ..budget() };
    for (name, bytes) in fair() {
        let component = load(&bytes);
        for seed in 0..2 {
            let review = tried(&component, &bytes, &Policy::default(), sample(), few, seed);
            let told = review.rules.iter().filter(|report| report.rule.scope() == Scope::Trial);
            let told: Vec<_> = told.filter(|report| report.verdict > Verdict::NotChecked).collect();
            assert!(told.is_empty(), "{name} with seed {seed}: {told:#?}");
        }
    }
}

/// As many runs as the project promises: `cargo test --release -p seedbed-review --test corpus -- --ignored`.
#[test]
#[ignore = "takes many minutes"]
fn what_is_fair_raises_no_alarm_in_200_runs() {
    assert_no_false_alarm(0..200);
}

/// The cuts and tails that a seed draws must not decide whether a cheat is found.
#[test]
#[ignore = "takes many minutes"]
fn every_cheat_is_found_with_other_seeds() {
    for seed in 1..10 {
        Cheat::ALL.iter().for_each(|cheat| assert_found(cheat, seed));
    }
}
