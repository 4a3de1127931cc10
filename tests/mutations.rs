//! `seedbed mutations`: what is in the logs that `seedbed mutate` writes.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking, helpers included"
)]

mod support;

use std::collections::BTreeMap;

use serde_json::Value;
use support::{Machine, seed};

/// An operator who reads the log after an alert must find what the run reported, to the last count.
#[test]
fn the_log_tells_what_the_run_did() {
    let machine = Machine::new();
    machine.write("plugins/ema.wasm", seed("ema-crossover"));
    machine.write("plugins/rsi.wasm", seed("rsi-filter"));
    let run = ["mutate", "plugins", "--count", "300", "--seed", "7", "--log", "run.jsonl", "--format", "json"];
    let run = machine.run(&run);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let told = machine.run(&["mutations", "run.jsonl", "--format", "json"]);
    assert_eq!((told.code, told.stderr.as_str()), (0, ""));
    let (run, told) = (run.json(), told.json());

    assert_eq!(run["total"], 600);
    for key in ["total", "successes", "failures", "success_rate", "attempts"] {
        assert_eq!(told[key], run[key], "{key}");
    }
    let count = |tier: &Value| tier["count"].clone();
    let tiers: BTreeMap<_, _> =
        run["tiers"].as_object().unwrap().iter().map(|(name, tier)| (name, count(tier))).collect();
    let logged: BTreeMap<_, _> = told["tiers"].as_object().unwrap().iter().map(|(k, v)| (k, v.clone())).collect();
    assert_eq!(logged, tiers);
    for (reason, attempts) in run["attempt_reasons"].as_object().unwrap() {
        assert_eq!(&told["errors"][reason]["attempts"], attempts, "{reason}");
    }
    for plugin in run["plugins"].as_array().unwrap() {
        let logged = &told["plugins"][plugin["plugin"].as_str().unwrap()];
        assert_eq!((&logged["total"], &logged["successes"]), (&plugin["total"], &plugin["successes"]));
    }

    // Exits are counted over all plugins in the log, and by plugin in the report.
    let mut sums: BTreeMap<String, [u64; 3]> = BTreeMap::new();
    for plugin in run["plugins"].as_array().unwrap() {
        for (name, found) in plugin["parameters"].as_object().unwrap() {
            let own = if name.starts_with("signal.") { plugin["plugin"].as_str().unwrap() } else { "" };
            let sum = sums.entry(format!("{own} {name}")).or_default();
            for (sum, key) in sum.iter_mut().zip(["moves", "clamped_low", "clamped_high"]) {
                *sum += found[key].as_u64().unwrap();
            }
        }
    }
    let logged = told["parameters"].as_array().unwrap().iter().map(|found| {
        let counts = ["moves", "clamped_low", "clamped_high"].map(|key| found[key].as_u64().unwrap());
        (format!("{} {}", found["plugin"].as_str().unwrap_or(""), found["parameter"].as_str().unwrap()), counts)
    });
    assert_eq!(logged.collect::<BTreeMap<_, _>>(), sums);
    let trend: u64 = told["trend"].as_array().unwrap().iter().map(|slice| slice["total"].as_u64().unwrap()).sum();
    assert_eq!(trend, 600);
}

/// The older half of a rotated log is half of what happened; read twice, it is more than happened.
#[test]
fn the_older_files_of_a_log_are_read_with_it_and_only_once() {
    let machine = Machine::new();
    machine.write("ema.wasm", seed("ema-crossover"));
    for number in ["2", "1", ""] {
        let run = machine.run(&["mutate", "ema.wasm", "--count", "10", "--log", "run.jsonl"]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        if !number.is_empty() {
            let work = machine.work();
            std::fs::rename(work.join("run.jsonl"), work.join(format!("run.jsonl.{number}"))).unwrap();
        }
    }
    for files in [&["run.jsonl"][..], &["run.jsonl", "run.jsonl.1", "./run.jsonl.2"]] {
        let args: Vec<_> = ["mutations", "--format", "json"].iter().chain(files).copied().collect();
        let told = machine.run(&args).json();
        assert_eq!((&told["total"], told["files"].as_array().unwrap().len()), (&Value::from(30), 3), "{files:?}");
    }
}
