//! `seedbed config` as its user meets it: what is wrong, what is in force and why, where to start.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking, helpers included"
)]

mod support;

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};

use serde_json::{Value, json};
use support::{Ended, Machine};

fn assert_said(ended: &Ended, code: i32, says: &str) {
    assert_eq!(ended.code, code, "{}{}", ended.stdout, ended.stderr);
    assert!(ended.stderr.contains(says), "{:?} does not say {says:?}", ended.stderr);
}

/// The setting of one key in the output of `config show --format json`.
fn setting(shown: &Value, key: &str) -> Value {
    shown["settings"].as_array().unwrap().iter().find(|setting| setting["key"] == key).unwrap().clone()
}

#[test]
fn the_written_defaults_check_and_show_as_the_defaults() {
    let machine = Machine::new();
    let defaults = machine.run(&["config", "show"]);
    let written = machine.run(&["config", "init"]);
    assert_eq!((written.code, written.stderr.as_str()), (0, ""));
    let file = machine.work().join("seedbed.toml");
    let text = fs::read_to_string(&file).unwrap();
    assert_eq!(machine.run(&["config", "init", "-"]).stdout, text);
    fs::set_permissions(&file, fs::Permissions::from_mode(0o444)).unwrap();
    let checked = machine.run(&["config", "check"]);
    assert_eq!((checked.code, checked.stderr.as_str()), (0, ""), "a file that nobody may write can be read");
    assert_eq!(machine.run(&["config", "show"]).stdout, defaults.stdout);
}

/// Hours of tuning must not go with one command typed twice.
#[test]
fn an_existing_file_is_replaced_only_when_told_so() {
    let machine = Machine::new();
    let file = machine.write("own.toml", "limits.fuel_base = 7\n");
    let kept = machine.run(&["config", "init", "own.toml"]);
    assert_said(&kept, 2, "error: own.toml exists already; --force replaces it");
    assert_eq!(fs::read_to_string(&file).unwrap(), "limits.fuel_base = 7\n");

    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    symlink("own.toml", machine.work().join("seedbed.toml")).unwrap();
    assert_eq!(machine.run(&["config", "init", "--force"]).code, 0);
    assert!(fs::read_to_string(&file).unwrap().contains("#fuel_base = 5000000"), "the link's file is replaced");
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let mut left: Vec<_> = fs::read_dir(machine.work()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    left.sort();
    assert_eq!(left, ["own.toml", "seedbed.toml"]);
}

#[test]
fn what_cannot_be_written_is_said() {
    let machine = Machine::new();
    assert_said(&machine.run(&["config", "init", "nowhere/a.toml"]), 2, "nowhere/a.toml: its folder is not there");
    assert_said(&machine.run(&["config", "init", "--force", "/dev/null"]), 2, "/dev/null: it is not a regular file");
    fs::create_dir(machine.work().join("folder")).unwrap();
    assert_said(&machine.run(&["config", "init", "--force", "folder"]), 2, "folder: it is not a regular file");
    let two = machine.run(&["config", "check", "a.toml", "--config", "b.toml"]);
    assert_said(&two, 2, "two files are named, a.toml and --config b.toml; name one");
}

#[test]
fn no_file_means_the_defaults_unless_it_was_named() {
    let machine = Machine::new();
    let none = machine.run(&["config", "check"]);
    assert_eq!((none.code, none.stdout.as_str()), (0, "no ./seedbed.toml: the defaults are in force\n"));
    for arguments in [&["check", "absent.toml"][..], &["check", "--config", "absent.toml"]] {
        let ended = machine.run(&[&["config"], arguments].concat());
        assert_said(&ended, 2, "absent.toml: no such configuration file");
        assert_eq!(ended.stdout, "");
    }
    let named = machine.run_with(&["config", "check"], &[("SEEDBED_CONFIG", "absent.toml")]);
    assert_said(&named, 2, "absent.toml: no such configuration file");
    machine.write("empty.toml", "");
    assert_eq!(machine.run(&["config", "check", "empty.toml"]).code, 0);
}

#[test]
fn every_value_says_where_it_comes_from() {
    let machine = Machine::new();
    let file = machine.write("seedbed.toml", "[backtest]\nfees = 0.002\ncash = 5\n");
    let environment = [("SEEDBED_BACKTEST_CASH", "7"), ("SEEDBED_LIMITS_MEMORY", "128MiB")];
    let arguments = ["config", "show", "--format", "json", "--log-level", "warn"];
    let shown = machine.run_with(&arguments, &environment).json();
    assert_eq!(shown["format"], "seedbed.config/1");
    assert_eq!(shown["file"], file.to_str().unwrap());
    for (key, value, origin) in [
        ("backtest.slippage", json!(0.0005), json!({ "layer": "default" })),
        ("backtest.fees", json!(0.002), json!({ "layer": "file", "file": file, "line": 2, "column": 8 })),
        ("backtest.cash", json!(7.0), json!({ "layer": "environment", "variable": "SEEDBED_BACKTEST_CASH" })),
        ("limits.memory", json!("128MiB"), json!({ "layer": "environment", "variable": "SEEDBED_LIMITS_MEMORY" })),
        ("logging.level", json!("warn"), json!({ "layer": "flag", "flag": "--log-level" })),
        ("storage.path", Value::Null, json!({ "layer": "default" })),
    ] {
        assert_eq!(setting(&shown, key), json!({ "key": key, "value": value, "origin": origin }));
    }
    let table = machine.run_with(&arguments[..2], &environment).stdout;
    let keys: Vec<_> = table.lines().skip(1).map(|line| line.split_whitespace().next().unwrap()).collect();
    let settings = shown["settings"].as_array().unwrap().iter();
    assert_eq!(keys, settings.map(|setting| setting["key"].as_str().unwrap()).collect::<Vec<_>>());
}

#[test]
fn a_program_is_told_every_problem_in_parts() {
    let machine = Machine::new();
    machine.write("bad.toml", "[exit_mutation.validation]\nmax_retries = 11\nretries = 3\n");
    let ended = machine.run(&["config", "check", "bad.toml", "--format", "json"]);
    assert_said(
        &ended,
        2,
        "error: 2 problems\n  bad.toml:2:15: [exit_mutation.validation] max_retries = 11: out of range",
    );
    let told = ended.json();
    assert_eq!((&told["format"], &told["right"]), (&json!("seedbed.config-check/1"), &json!(false)));
    assert_eq!(
        told["problems"][0],
        json!({
            "origin": { "layer": "file", "file": "bad.toml", "line": 2, "column": 15 },
            "key": "[exit_mutation.validation] max_retries",
            "value": "11",
            "what": "out of range",
            "allowed": "a whole number from 1 to 10",
            "suggestion": "10",
        })
    );
    assert_eq!(told["problems"].as_array().unwrap().len(), 2);
    machine.write("broken.toml", [0xff]);
    let told = machine.run(&["config", "check", "broken.toml", "--format", "json"]).json();
    assert_eq!(told["problems"], json!([{ "what": "broken.toml: not UTF-8" }]));
}

/// A configuration that is only looked at writes no log and serves nothing.
#[test]
fn looking_at_a_configuration_does_not_put_it_in_force() {
    let machine = Machine::new();
    machine.write("seedbed.toml", "logging.file = \"nowhere/log\"\nmetrics.file = \"metrics.prom\"\n");
    assert_eq!(machine.run(&["config", "check"]).code, 0);
    assert_eq!(machine.run(&["config", "show"]).code, 0);
    assert!(!machine.work().join("metrics.prom").exists());
}

/// Tables, JSON, errors, warnings and the log of any command end in terminals, tickets and log collectors.
#[test]
fn a_password_is_in_no_output() {
    const URL: &str = "postgres://user:hunter2@host/db?token=hunter2";
    let machine = Machine::new();
    let good = machine.write("good.toml", format!("storage.url = \"{URL}\"\n"));
    for (name, text) in [
        ("wrong-key", format!("storage.urll = \"{URL}\"\n")),
        ("wrong-kind", format!("storage.path = \"{URL}\"\nmetrics.address = \"user:hunter2@host:80\"\n")),
        ("wrong-type", format!("storage.url = [\"{URL}\"]\nbacktest.fees = \"{URL}\"\nlogging.level = \"{URL}\"\n")),
        ("wrong-syntax", format!("storage.url = {URL}\n\"{URL}\" = 1\n")),
        ("wrong-form", "storage.url = \"hunter2\"\n".to_owned()),
    ] {
        machine.write(&format!("{name}.toml"), text);
    }
    let good = good.to_str().unwrap();
    let mut outputs = Vec::new();
    for format in ["table", "json"] {
        for file in ["good", "wrong-key", "wrong-kind", "wrong-type", "wrong-syntax", "wrong-form"] {
            let path = format!("{file}.toml");
            let ended = machine.run(&["config", "check", &path, "--format", format]);
            assert_eq!(ended.code, if file == "good" { 0 } else { 2 }, "{file}: {}", ended.stderr);
            outputs.push(ended);
        }
        for environment in [("SEEDBED_STORAGE_URL", URL), ("SEEDBED_CONFIG", good)] {
            let shown = machine.run_with(&["config", "show", "--format", format], &[environment]);
            assert!(shown.stdout.contains("postgres://user:***@host/db?***"), "{}{}", shown.stdout, shown.stderr);
            outputs.push(shown);
        }
        for variable in ["SEEDBED_STORAGE_URLL", "SEEDBED_STORAGE_PATH", "SEEDBED_CONFIG", "SEEDBED_LOG"] {
            outputs.push(machine.run_with(&["config", "show", "--format", format], &[(variable, URL)]));
        }
    }
    let logged = ["data", "check", "absent.csv", "--log-level", "trace", "--config", good];
    outputs.push(machine.run_with(&logged, &[("SEEDBED_STORAGE_URL", URL)]));
    outputs.push(machine.run(&["config", "init", &format!("/{URL}")]));
    for Ended { stdout, stderr, .. } in outputs {
        assert!(!stdout.contains("hunter2") && !stderr.contains("hunter2"), "{stdout}{stderr}");
    }
}
