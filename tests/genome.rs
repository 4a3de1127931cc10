//! `seedbed evaluate --genome`: an exported champion is worth what it was when it was found, and other optimisers can ask for scores.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking, helpers included"
)]

mod support;

use serde_json::{Value, json};
use support::{Machine, seed};

/// A machine with a champion of two generations on a random walk of 1,600 bars, whose last quarter is untouched.
fn machine() -> (Machine, Value) {
    let machine = Machine::new();
    machine.write("plugins/ema-crossover.wasm", seed("ema-crossover"));
    let ended = machine.run(&["data", "synth", "walk.csv", "--bars", "1600", "--seed", "3"]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let ended = machine.run(&[
        "evolve",
        "plugins",
        "--data",
        "walk.csv",
        "--windows",
        "0",
        "--generations",
        "2",
        "--champion",
        "champion.json",
    ]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let champion = std::fs::read_to_string(machine.work().join("champion.json")).unwrap();
    (machine, serde_json::from_str(&champion).unwrap())
}

fn evaluate(machine: &Machine, args: &[&str]) -> Value {
    let ended = machine.run(&[&["evaluate", "plugins", "--data", "walk.csv", "--format", "json"], args].concat());
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    ended.json()["rows"][0]["metrics"].clone()
}

/// What both say, to the last bit: JSON numbers are read back exactly.
fn same(metrics: &Value, scores: &Value) {
    for key in ["total_return", "sharpe", "sortino", "calmar", "cagr", "max_drawdown", "trades", "win_rate", "exposure"]
    {
        let (found, expected) = (&metrics[key], &scores[key]);
        let value = |value: &Value| value.get("value").unwrap_or(value).clone();
        assert!(!expected.is_null(), "{key} is missing");
        if expected.get("missing").is_none() {
            assert_eq!(value(found), value(expected), "{key}");
        }
    }
}

#[test]
fn a_champion_is_worth_the_same_when_it_is_scored_again() {
    let (machine, champion) = machine();
    same(&evaluate(&machine, &["--genome", "champion.json"]), &champion["all_bars"]);
    let periods = champion["periods"].as_array().unwrap();
    assert_eq!(periods.len(), 2, "in sample and untouched");
    same(&evaluate(&machine, &["--genome", "champion.json", "--window", "0..1200"]), &periods[0]["scores"]);
    same(&evaluate(&machine, &["--genome", "champion.json", "--window", "1200..1600"]), &periods[1]["scores"]);
    // The genome alone will do, too.
    machine.write("alone.json", champion["genome"].to_string());
    same(&evaluate(&machine, &["--genome", "alone.json"]), &champion["all_bars"]);
}

#[test]
fn a_genome_a_line_is_a_score_a_line_and_a_bad_one_ends_nothing() {
    let (machine, champion) = machine();
    let mut out_of_bounds = champion["genome"].clone();
    out_of_bounds["parameters"]["fast-ema-period"] = json!(1e9);
    machine
        .write("genomes.jsonl", format!("{}\nnonsense\n{out_of_bounds}\n{}\n", champion["genome"], champion["genome"]));
    let ended = machine.shell("\"$0\" evaluate plugins --data walk.csv --genome - < genomes.jsonl");
    assert_eq!(ended.code, 1, "{}", ended.stderr);
    let answers: Vec<Value> = ended.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(answers.len(), 4, "{}", ended.stdout);
    assert_eq!(answers[0]["sharpe"], champion["all_bars"]["sharpe"]["value"]);
    assert!(answers[1]["error"].as_str().unwrap().starts_with("not JSON"), "{}", answers[1]);
    assert!(answers[2]["error"].as_str().unwrap().contains("parameter"), "{}", answers[2]);
    assert_eq!(answers[3], answers[0]);
}

#[test]
fn a_genome_that_is_none_or_of_another_plugin_is_told() {
    let (machine, champion) = machine();
    let refused = |args: &[&str], what: &str| {
        let ended = machine.run(&[&["evaluate", "--data", "walk.csv"], args].concat());
        assert_eq!(ended.code, 2, "{}", ended.stderr);
        assert!(ended.stderr.contains(what), "{}", ended.stderr);
    };
    machine.write("empty.json", "{}");
    refused(&["plugins", "--genome", "empty.json"], "empty.json holds no genome");
    refused(&["plugins", "--genome", "nowhere.json"], "cannot read nowhere.json");
    refused(&["plugins", "--genome", "champion.json", "--window", "1200..1601"], "walk has 1600 bars");
    let mut other = champion["genome"].clone();
    other["plugin"] = json!("somebody-else");
    machine.write("other.json", other.to_string());
    refused(&["plugins", "--genome", "other.json"], "somebody-else, which is not among the plugins");
}
