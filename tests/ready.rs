//! `seedbed seeds` and `seedbed ready`: what there is, and what is ready for how much data.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking, helpers included"
)]

mod support;

use serde_json::Value;
use support::Machine;

fn rows(machine: &Machine, args: &[&str]) -> Vec<Value> {
    let ended = machine.run(&[args, &["--format", "json"]].concat());
    ended.json()["rows"].as_array().unwrap().clone()
}

/// Prices of so many bars, from the binary's own sample of a random walk.
fn prices(machine: &Machine, bars: usize) {
    let ended = machine.run(&["data", "synth", "walk.csv", "--bars", &bars.to_string(), "--force"]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
}

/// Otherwise programs that read the recommendation break silently.
#[test]
fn every_row_has_the_pinned_keys() {
    let machine = Machine::new();
    for row in rows(&machine, &["ready"]) {
        for key in ["recommendation", "data_points", "threshold_met", "meaningful_signals", "entries"] {
            assert!(!row[key].is_null(), "{key}: {row:#}");
        }
        assert_eq!(row["data_points"], 3270);
        assert_eq!(row["threshold_met"], true, "{row:#}");
        assert_eq!(row["contradiction"], false, "{row:#}");
    }
}

/// The historic scenarios: 50 bars are too few for some, 250 for nobody but the slowest.
#[test]
fn less_data_never_makes_a_plugin_readier() {
    const STEPS: [&str; 7] = [
        "INSUFFICIENT_DATA",
        "DELAY_DEPLOYMENT",
        "DEPLOY_CAUTIOUS",
        "DEPLOY_ACCEPTABLE",
        "DEPLOY_RECOMMENDED",
        "DEPLOY_OPTIMAL",
        "DEPLOY_IMMEDIATE",
    ];
    let machine = Machine::new();
    let mut before: Vec<usize> = Vec::new();
    for bars in ["5", "20", "50", "100", "200", "250", "500", "3270"] {
        let rows = rows(&machine, &["ready", "--bars", bars]);
        let step = |row: &Value| STEPS.iter().position(|step| row["recommendation"] == *step).unwrap();
        let now: Vec<usize> = rows.iter().map(step).collect();
        assert!(before.is_empty() || before.iter().zip(&now).all(|(before, now)| before <= now), "{bars}: {rows:#?}");
        before = now;
    }
}

#[test]
fn nothing_is_ready_on_two_bars() {
    let machine = Machine::new();
    prices(&machine, 2);
    let ended = machine.run(&["ready", "--data", "walk.csv"]);
    assert_eq!(ended.code, 1, "{}", ended.stdout);
    let momentum = machine.run(&["ready", "--data", "walk.csv", "--family", "momentum"]);
    assert_eq!(momentum.code, 1);
    assert!(
        momentum.stdout.contains("INSUFFICIENT_DATA") && !momentum.stdout.contains("bollinger"),
        "{}",
        momentum.stdout
    );
}

/// A rule that says deploy while the plugin is silent must not pass unseen.
#[test]
fn silence_contradicts_a_rule_that_deploys() {
    let machine = Machine::new();
    let flat: String =
        (1..=60).map(|day| format!("2024-{:02}-{:02},10,10,10,10,1\n", 1 + day / 28, 1 + day % 28)).collect();
    machine.write("flat.csv", format!("time,open,high,low,close,volume\n{flat}"));
    let ended = machine.run(&["ready", "--data", "flat.csv", "--family", "momentum"]);
    assert!(ended.stdout.contains("contradiction: the rule says DEPLOY_"), "{}", ended.stdout);
}

#[test]
fn more_bars_than_there_are_is_a_usage_error() {
    let ended = Machine::new().run(&["ready", "--bars", "4000"]);
    assert_eq!(ended.code, 2);
    assert!(ended.stderr.contains("ibm_1d has 3270 bars, fewer than --bars 4000"), "{}", ended.stderr);
}

/// The README's table is what the components say of themselves.
#[test]
fn the_readme_lists_the_seeds() {
    let ended = Machine::new().run(&["seeds", "--format", "markdown"]);
    let readme = include_str!("../README.md");
    assert!(readme.contains(&ended.stdout), "replace the README's table of seeds by:\n{}", ended.stdout);
}

#[test]
fn a_seed_is_shown_whole_and_families_filter() {
    let machine = Machine::new();
    let one = machine.run(&["seeds", "rsi-filter"]);
    for says in ["mean-reversion", "rsi-period", "integer [10, 20]", "fixed-stop", "48 recommended"] {
        assert!(one.stdout.contains(says), "{says}: {}", one.stdout);
    }
    let json = machine.run(&["seeds", "--family", "mean-reversion", "--format", "json"]).json();
    let families = json["seeds"].as_array().unwrap().iter().map(|seed| seed["family"].as_str().unwrap());
    assert!(families.clone().count() >= 1 && families.clone().all(|family| family == "mean-reversion"), "{json:#}");
    assert_eq!(machine.run(&["seeds", "nobody"]).code, 2);
    assert_eq!(machine.run(&["evaluate", "--family", "gardening"]).code, 2);
}
