//! What the first version left on people's disks, through the real binary: see tests/fixtures/version-1.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking, helpers included"
)]

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use support::Machine;

fn fixture() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/version-1")
}

/// A machine with the files of the first version in its work folder.
fn machine() -> Machine {
    fn copy(from: &Path, to: &Path) {
        fs::create_dir_all(to).unwrap();
        for entry in fs::read_dir(from).unwrap() {
            let path = entry.unwrap().path();
            let to = to.join(path.file_name().unwrap());
            if path.is_dir() {
                copy(&path, &to);
            } else {
                fs::copy(&path, to).unwrap();
            }
        }
    }
    let machine = Machine::new();
    copy(&fixture(), &machine.work());
    // Its configuration is for the test that names it.
    fs::rename(machine.work().join("seedbed.toml"), machine.work().join("first.toml")).unwrap();
    machine
}

/// What stands in a document of the store behind its head line.
fn document(path: &str) -> Value {
    let text = fs::read_to_string(fixture().join("store/runs/first").join(path)).unwrap();
    serde_json::from_str::<Value>(&text).unwrap()["value"].take()
}

/// The keys of a table and of those within, with dots.
fn flat(prefix: &str, table: &toml::Table, into: &mut BTreeMap<String, Value>) {
    for (key, value) in table {
        let key = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
        match value {
            toml::Value::Table(table) => flat(&key, table, into),
            value => drop(into.insert(key, serde_json::to_value(value).unwrap())),
        }
    }
}

/// A key that is no longer read would stop everybody who set it.
#[test]
fn a_configuration_of_the_first_version_is_read_key_by_key() {
    let machine = machine();
    let shown = machine.run(&["config", "show", "--config", "first.toml", "--format", "json"]);
    assert_eq!(shown.code, 0, "{}", shown.stderr);
    let shown = shown.json();
    let read: BTreeMap<_, _> = shown["settings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|setting| (setting["key"].as_str().unwrap().to_owned(), (&setting["value"], &setting["origin"]["layer"])))
        .collect();
    let mut written = BTreeMap::new();
    flat("", &fs::read_to_string(fixture().join("seedbed.toml")).unwrap().parse().unwrap(), &mut written);
    assert_eq!(written.len(), 48);
    for (key, value) in written {
        let (found, layer) = read.get(&key).unwrap_or_else(|| panic!("{key} is not shown"));
        assert_eq!(*layer, "file", "{key}");
        let same = *found == &value || (value.is_number() && found.as_f64() == value.as_f64());
        assert!(same, "{key}: {found} is shown, {value} stands in the file");
    }
}

/// A run whose result nobody can read was computed for nothing.
#[test]
fn a_run_of_the_first_version_is_listed_and_shown() {
    let machine = machine();
    let runs = machine.run(&["runs", "--store", "store", "--format", "json"]);
    assert_eq!(runs.code, 0, "{}", runs.stderr);
    assert!(runs.stdout.contains("\"first\""), "{}", runs.stdout);
    let shown = machine.run(&["runs", "show", "first", "--store", "store", "--format", "json"]);
    assert_eq!(shown.code, 0, "{}", shown.stderr);
    let shown = shown.json();
    assert_eq!(shown["began"], document("run.json"));
    assert_eq!(shown["result"], document("result.json"));
    let table = machine.run(&["runs", "show", "first", "--store", "store"]);
    assert!(table.code == 0 && table.stdout.contains("4ff39903f46e"), "{}", table.stdout);
}

/// A champion that scores otherwise after an update was not the one that was chosen.
#[test]
fn a_champion_of_the_first_version_scores_as_it_did() {
    let machine = machine();
    let arguments = ["evaluate", "plugins", "--data", "prices.csv", "--genome", "champion.json", "--format", "json"];
    let ended = machine.run(&arguments);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let champion = document("champion.json");
    let row = &ended.json()["rows"][0];
    assert_eq!(row["genome"], "4ff39903f46e2862f8b5a4cc220830e51119809fd4a07dccef7fa4aa21f99f7a");
    assert_eq!(row["component"], champion["genome"]["component"]);
    for figure in ["total_return", "max_drawdown", "trades", "exposure"] {
        assert_eq!(row["metrics"][figure], champion["all_bars"][figure], "{figure}");
    }
}

/// A search that takes days must survive the update that somebody installs meanwhile.
#[test]
fn a_run_of_the_first_version_that_was_interrupted_goes_on_to_the_same_end() {
    for batches in [1, 4] {
        let machine = machine();
        let run = machine.work().join("store/runs/first");
        // As an interruption leaves it: some batches of evaluations, and nothing that is written later.
        for document in ["checkpoint.json", "result.json", "champion.json", "lineage.json"] {
            fs::remove_file(run.join(document)).unwrap();
        }
        for batch in batches..6 {
            fs::remove_file(run.join(format!("evaluations/{batch:08}.jsonl"))).unwrap();
        }
        moved(&run.join("run.json"), "/srv/seedbed", &machine.work().to_string_lossy());
        let ended = machine.run(&["evolve", "--resume", "first", "--store", "store", "--format", "json"]);
        assert_eq!(ended.code, 0, "{}", ended.stderr);
        let shown = machine.run(&["runs", "show", "first", "--store", "store", "--format", "json"]).json();
        let (whole, resumed) = (document("result.json"), shown["result"].clone());
        assert!(whole["digest"].is_string(), "{whole}");
        assert_eq!(lasting(resumed), lasting(whole), "from {batches} batches: {}", ended.stderr);
    }
}

/// A result without what an interruption changes: when it ended, and how often something was still in memory.
fn lasting(result: Value) -> Value {
    match result {
        Value::Object(fields)
            if fields.get("name").is_some_and(|name| name.to_string().ends_with(" from memory\"")) =>
        {
            json!({ "name": fields["name"] })
        }
        Value::Object(fields) => {
            let lasts = fields.into_iter().filter(|(key, _)| key != "ended");
            lasts.map(|(key, value)| (key, lasting(value))).collect()
        }
        Value::Array(values) => values.into_iter().map(lasting).collect(),
        value => value,
    }
}

/// Names another folder in a document of the store, under the check that fits: see docs/store.md.
fn moved(path: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(path).unwrap();
    let (head, rest) = text.split_once("\"value\":\n").unwrap();
    let check = |value: &str| blake3::hash(value.as_bytes()).to_hex()[..16].to_owned();
    let value = rest.strip_suffix("\n}\n").unwrap();
    assert!(value.contains(from) && head.contains(&check(value)), "{head}");
    let moved = value.replace(from, to);
    let head = head.replace(&check(value), &check(&moved));
    fs::write(path, format!("{head}\"value\":\n{moved}\n}}\n")).unwrap();
}

/// What was mutated, and how, is the audit of a search.
#[test]
fn a_mutation_log_of_the_first_version_is_read() {
    let machine = machine();
    let ended = machine.run(&["mutations", "mutations.jsonl", "--format", "json"]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let text = fs::read_to_string(fixture().join("mutations.jsonl")).unwrap();
    let records: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let failed = records.iter().filter(|record| record["success"] != json!(true)).count();
    let log = &ended.json();
    assert_eq!((log["attempts"].as_u64(), log["failures"].as_u64()), (Some(24), Some(failed as u64)), "{log:#}");
    assert_eq!((&log["bad_lines"], &log["historic_lines"]), (&json!(0), &json!(0)), "{log:#}");
    let stop = |of: &Value| of["parameter"] == "fixed-stop.stop-loss";
    let changes = records.iter().flat_map(|record| record["changes"].as_array().unwrap());
    let written: Vec<_> = changes.filter(|change| stop(change)).map(|change| &change["new_value"]).collect();
    let told = log["parameters"].as_array().unwrap().iter().find(|parameter| stop(parameter)).unwrap();
    assert_eq!(vec![&told["new_values"]["max"]], written);
}
