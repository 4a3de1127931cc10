//! `seedbed runs` and `seedbed compare` as their user meets them: every run is told, a damaged one too, and of two configurations only what
//! paired seeds bear out.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking, helpers included"
)]

mod support;

use std::fs;
use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use support::{Ended, Machine, seed};

/// A machine with a plugin and a series of a random walk.
fn machine() -> Machine {
    let machine = Machine::new();
    machine.write("plugins/ema-crossover.wasm", seed("ema-crossover"));
    let ended = machine.run(&["data", "synth", "walk.csv", "--bars", "1200", "--seed", "3"]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    machine
}

/// Evolves a little, in well under a second.
fn evolve(machine: &Machine, name: &str, args: &[&str]) {
    let own = ["evolve", "plugins", "--data", "walk.csv", "--store", "store", "--name", name];
    let small = ["--windows", "1", "--population", "12", "--generations", "3"];
    let ended = machine.run(&[&own[..], &small, args].concat());
    assert_eq!(ended.code, 0, "{}", ended.stderr);
}

/// A run that was stopped after its first evaluations.
fn unfinished(machine: &Machine, name: &str) {
    let running = machine.start(&[
        "evolve",
        "plugins",
        "--data",
        "walk.csv",
        "--store",
        "store",
        "--name",
        name,
        "--population",
        "40",
        "--generations",
        "1000",
    ]);
    let first = machine.work().join(format!("store/runs/{name}/evaluations/00000000.jsonl"));
    let begun = Instant::now();
    while !first.exists() {
        assert!(begun.elapsed() < Duration::from_secs(60), "{name} evaluates nothing");
        sleep(Duration::from_millis(2));
    }
    assert_eq!(running.end_by("INT").0, Some(130));
}

fn damage(path: &Path) {
    let mut bytes = fs::read(path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(path, bytes).unwrap();
}

fn run(machine: &Machine, code: i32, args: &[&str]) -> Ended {
    let ended = machine.run(&[args, &["--store", "store"]].concat());
    assert_eq!(ended.code, code, "{} {}", ended.stdout, ended.stderr);
    ended
}

/// One damaged run must not hide the others, nor pass for one that is all right.
#[test]
fn every_run_is_listed_the_damaged_ones_with_their_error() {
    let machine = machine();
    evolve(&machine, "a-finished", &[]);
    unfinished(&machine, "b-unfinished");
    let healthy = run(&machine, 0, &["runs", "--format", "json"]).json();
    evolve(&machine, "c-result", &["--seed", "5"]);
    damage(&machine.work().join("store/runs/c-result/result.json"));
    unfinished(&machine, "d-segment");
    damage(&machine.work().join("store/runs/d-segment/evaluations/00000000.jsonl"));
    evolve(&machine, "e-run", &[]);
    damage(&machine.work().join("store/runs/e-run/run.json"));

    let listed = run(&machine, 1, &["runs", "--format", "json"]).json();
    assert_eq!(listed["format"], "seedbed.runs/1");
    let rows = listed["runs"].as_array().unwrap();
    assert_eq!(rows[..2], healthy["runs"].as_array().unwrap()[..]);
    let told: Vec<_> = rows.iter().map(|row| (row["run"].as_str().unwrap(), row["state"].as_str().unwrap())).collect();
    let expected = [
        ("a-finished", "finished"),
        ("b-unfinished", "unfinished"),
        ("c-result", "damaged"),
        ("d-segment", "damaged"),
        ("e-run", "damaged"),
    ];
    assert_eq!(told, expected);
    for (row, file) in rows[2..].iter().zip(["result.json", "00000000.jsonl", "run.json"]) {
        assert!(row["error"].as_str().unwrap().contains(&format!("{file} is damaged: ")), "{row:#}");
    }
    let finished = &rows[0];
    assert_eq!(finished["plugins"], json!(["ema-crossover"]));
    assert_eq!((&finished["symbols"], &finished["seed"]), (&json!(["walk"]), &json!(1)));
    assert_eq!((&finished["algorithm"], &finished["objective"]), (&json!("ga"), &json!("sharpe")));
    assert_eq!(
        finished["evaluations"],
        2 * (12 + 10 + 10),
        "two evolutions of 12 by 3, of which 2 are elites that keep their fitness"
    );
    assert_eq!((&rows[2]["seed"], &rows[4]["seed"]), (&json!(5), &Value::Null));

    let table = run(&machine, 1, &["runs"]).stdout;
    let lines: Vec<_> = table.lines().collect();
    assert_eq!(lines.len(), 6, "{table}");
    assert!(lines[0].starts_with("run") && lines[1].ends_with("finished"), "{table}");
    assert!(lines[2].contains("unfinished, at window-1 after ") && lines[5].contains("error: "), "{table}");
}

#[test]
fn a_finished_run_is_shown_with_its_verdict_and_its_facts() {
    let machine = machine();
    evolve(&machine, "finished", &["--fees", "0.002"]);
    let shown = run(&machine, 0, &["runs", "show", "fin", "--format", "json"]).json();
    assert_eq!((&shown["format"], &shown["run"]), (&json!("seedbed.run/1"), &json!("finished")));
    assert_eq!((&shown["state"], &shown["began"]["settings"]["backtest.fees"]), (&json!("finished"), &json!("0.002")));
    let result = &shown["result"];
    let mutations = &result["report"]["evolution"]["mutations"];
    assert_eq!(mutations["tiers"].as_array().unwrap().len(), 3, "{mutations:#}");

    let text = run(&machine, 0, &["runs", "show", "finished"]).stdout;
    assert!(text.starts_with(result["report"]["verdict"]["sentence"].as_str().unwrap()), "{text}");
    let component = &shown["began"]["plugins"][0]["component"];
    let bars = &shown["began"]["symbols"][0]["bars"];
    for value in [&result["digest"], component, bars] {
        assert!(text.contains(value.as_str().unwrap()), "{value}: {text}");
    }
    for says in ["mutated parameter", "backtest.fees", "critical failures    0", "ema-crossover 0.1.0"] {
        assert!(text.contains(says), "{says}: {text}");
    }
}

#[test]
fn an_unfinished_run_says_how_far_it_is_and_how_to_go_on() {
    let machine = machine();
    unfinished(&machine, "stopped");
    let shown = run(&machine, 0, &["runs", "show", "stopped", "--format", "json"]).json();
    assert_eq!((&shown["state"], &shown["progress"]["phase"]), (&json!("unfinished"), &json!("window-1")));
    assert!(shown["progress"]["evaluations"].as_u64().unwrap() >= 40);
    assert_eq!(shown["resume"], json!(["seedbed", "evolve", "--resume", "stopped"]));
    let text = run(&machine, 0, &["runs", "show", "stopped"]).stdout;
    assert!(text.starts_with("run stopped is not finished: at window-1 after "), "{text}");
    assert!(text.contains("go on with: seedbed evolve --resume stopped"), "{text}");
    let compared = run(&machine, 2, &["compare", "stopped", "stopped"]);
    assert!(
        compared.stderr.contains("run stopped is not finished, so there is nothing to compare"),
        "{}",
        compared.stderr
    );
}

#[test]
fn a_name_that_says_too_little_is_refused_with_those_it_could_be() {
    let machine = machine();
    evolve(&machine, "run-a", &[]);
    evolve(&machine, "run-b", &[]);
    let ambiguous = run(&machine, 2, &["runs", "show", "run"]);
    assert!(
        ambiguous.stderr.contains("2 runs begin with run: run-a, run-b; give more of the name"),
        "{}",
        ambiguous.stderr
    );
    let unknown = run(&machine, 2, &["runs", "show", "walk"]);
    assert!(unknown.stderr.contains("no run walk; `seedbed runs` lists those there are"), "{}", unknown.stderr);
}

/// Whoever compares must see what else was different.
#[test]
fn two_runs_stand_side_by_side_with_what_differs() {
    let machine = machine();
    evolve(&machine, "one", &[]);
    evolve(&machine, "twin", &[]);
    evolve(&machine, "other", &["--seed", "2", "--fees", "0.003"]);
    let alike = run(&machine, 0, &["compare", "one", "twin", "--format", "json"]).json();
    assert_eq!((&alike["format"], &alike["different"]), (&json!("seedbed.compare-runs/1"), &json!([])));
    assert_eq!(alike["runs"][0]["digest"], alike["runs"][1]["digest"]);
    let values = alike["values"].as_array().unwrap();
    assert!(values.iter().all(|line| line["values"][0] == line["values"][1]), "{alike:#}");
    assert!(
        run(&machine, 0, &["compare", "one", "twin"])
            .stdout
            .contains("they began alike, and every evaluation is the same")
    );

    let unlike = run(&machine, 0, &["compare", "one", "other", "--format", "json"]).json();
    let different = json!([
        { "what": "backtest.fees", "values": ["0.001", "0.003"] },
        { "what": "seed", "values": ["1", "2"] },
    ]);
    assert_eq!(unlike["different"], different);
    let shown = |name| run(&machine, 0, &["runs", "show", name, "--format", "json"]).json();
    let fitness =
        [shown("one"), shown("other")].map(|run| run["result"]["report"]["champion"]["fitness"].as_f64().unwrap());
    let line = unlike["values"].as_array().unwrap().iter().find(|line| line["name"] == "fitness in sample").unwrap();
    assert_eq!(line["values"], json!(fitness));
    assert_eq!(line["difference"], json!(fitness[1] - fitness[0]));
}

fn configurations(machine: &Machine) {
    let evolution = "[evolution]\npopulation_size = 10\ngenerations = 3\n";
    machine.write("plain.toml", evolution);
    machine.write("twin.toml", evolution);
    machine.write("exits.toml", format!("{evolution}[exit_mutation]\nexit_mutation_probability = 1.0\n"));
}

const PAIRED: [&str; 5] = ["--plugins", "plugins", "--data", "walk.csv", "--format"];

/// An A/B test that cannot be repeated, or that sees a difference between twins, is worse than none.
#[test]
fn configurations_are_compared_over_paired_seeds() {
    let machine = machine();
    configurations(&machine);
    let compare = |a, b, args: &[&str]| {
        let ended = machine.run(&[&["compare", a, b], &PAIRED[..], args].concat());
        assert_eq!(ended.code, 0, "{}", ended.stderr);
        ended
    };
    let seeds = ["json", "--seeds", "4", "--threads"];
    let one = compare("plain.toml", "exits.toml", &[&seeds[..], &["1"]].concat()).json();
    assert_eq!(one, compare("plain.toml", "exits.toml", &[&seeds[..], &["2"]].concat()).json());
    assert_eq!(one["format"], "seedbed.compare-configurations/1");
    assert_eq!(one["different"][0]["what"], "exit_mutation.exit_mutation_probability");
    let pairs = one["pairs"].as_array().unwrap();
    assert_eq!(pairs.iter().map(|pair| pair["seed"].as_u64().unwrap()).collect::<Vec<_>>(), [1, 2, 3, 4]);
    // Computed here from the pairs alone.
    let value = |pair: &Value, side: usize| pair["in_sample"][side]["value"].as_f64().unwrap();
    let differences: Vec<f64> = pairs.iter().map(|pair| value(pair, 1) - value(pair, 0)).collect();
    let mean = differences.iter().sum::<f64>() / 4.0;
    assert_eq!(one["in_sample"]["mean"], json!(mean));
    assert_eq!(one["in_sample"]["wins"], json!(differences.iter().filter(|difference| **difference > 0.0).count()));

    let twins = compare("plain.toml", "twin.toml", &["json", "--seeds", "3"]).json();
    let none = json!({
        "pairs": 3, "mean": 0.0, "deviation": 0.0, "wins": 0, "ties": 3, "losses": 0, "sign_test": null, "interval": [0.0, 0.0],
    });
    assert_eq!((&twins["in_sample"], &twins["different"]), (&none, &json!([])));
    for pair in twins["pairs"].as_array().unwrap() {
        assert_eq!(pair["digests"][0], pair["digests"][1]);
    }
    let table = compare("plain.toml", "exits.toml", &["table", "--seeds", "2"]).stdout;
    for says in
        ["A is plain.toml", "untouched window", "sign test: exact, two-sided, ties left out; interval: paired t"]
    {
        assert!(table.contains(says), "{says}: {table}");
    }
    assert!(!machine.work().join("seedbed-store").exists(), "nothing is kept");
}

/// The seed alone decides: a pair is what `seedbed evolve` finds with that seed, configuration and no windows.
#[test]
fn a_pair_is_what_evolve_finds() {
    let machine = machine();
    configurations(&machine);
    let compared = machine
        .run(&[&["compare", "plain.toml", "exits.toml"], &PAIRED[..], &["json", "--seeds", "2"]].concat())
        .json();
    let evolved = machine.run(&[
        "--config",
        "exits.toml",
        "evolve",
        "plugins",
        "--data",
        "walk.csv",
        "--store",
        "store",
        "--windows",
        "0",
        "--train-tests",
        "7",
        "--seed",
        "2",
        "--format",
        "json",
    ]);
    let report = &evolved.json()["result"]["report"];
    assert_eq!(compared["pairs"][1]["in_sample"][1]["value"], report["champion"]["fitness"]);
    let periods = report["verdict"]["periods"].as_array().unwrap();
    let untouched = periods.iter().find(|period| period["phase"] == "holdout").unwrap();
    assert_eq!(compared["pairs"][1]["untouched"][1], untouched["champion"]["sharpe"]);
}

/// Ctrl-C keeps the pairs that are complete.
#[test]
fn a_comparison_that_is_stopped_tells_what_it_has() {
    let machine = machine();
    configurations(&machine);
    machine.write("seedbed.toml", "[logging]\nfile = \"log\"\n");
    let running =
        machine.start(&[&["compare", "plain.toml", "exits.toml"], &PAIRED[..], &["json", "--seeds", "1000"]].concat());
    let begun = Instant::now();
    while !fs::read_to_string(machine.work().join("log")).is_ok_and(|log| log.contains("seed 1 of 1000")) {
        assert!(begun.elapsed() < Duration::from_secs(60), "no pair is ever complete");
        sleep(Duration::from_millis(2));
    }
    let (code, stdout, stderr) = running.end_by("INT");
    assert_eq!(code, Some(130), "{stderr}");
    let told: Value = serde_json::from_str(&stdout).unwrap();
    let pairs = told["pairs"].as_array().unwrap().len();
    assert!((1..1000).contains(&pairs) && told["in_sample"]["pairs"] == json!(pairs), "{told:#}");
}
