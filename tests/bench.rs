//! `seedbed bench`: figures that are written, read back and judged.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking, helpers included"
)]

mod support;

use std::fs;

use serde_json::{Value, json};
use support::Machine;

/// The figures that users keep; one that goes, or changes its unit, is lost to whoever compares with an older file.
const FIGURES: [(&str, &str); 17] = [
    ("batch.1-thread", "1/min"),
    ("batch.all-threads", "1/min"),
    ("memory.peak", "bytes"),
    ("memory.growth", "bytes"),
    ("mutation.default.median", "us"),
    ("mutation.default.p95", "us"),
    ("mutation.exits.median", "us"),
    ("mutation.exits.p95", "us"),
    ("mutation.parameters.median", "us"),
    ("mutation.parameters.p95", "us"),
    ("mutation.paranoid.median", "us"),
    ("mutation.paranoid.p95", "us"),
    ("validation.accept.median", "us"),
    ("validation.accept-and-signals.median", "us"),
    ("observing", "us"),
    ("config.cold.median", "us"),
    ("config.cached.median", "us"),
];

fn figure<'a>(report: &'a mut Value, name: &str) -> &'a mut Value {
    report["figures"].as_array_mut().unwrap().iter_mut().find(|figure| figure["name"] == name).unwrap()
}

/// One run is measured; the others are judged by files in which one figure is put far off, so that the machine's load decides nothing.
#[test]
fn figures_are_kept_and_compared() {
    let machine = Machine::new();
    let (kept, quick) = ("kept.json", ["--seconds", "0.02", "--format", "json"]);
    let ended = machine.run(&[&["bench", "--output", kept], &quick[..]].concat());
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let report: Value = serde_json::from_str(&fs::read_to_string(machine.work().join(kept)).unwrap()).unwrap();
    assert_eq!(ended.json(), report, "what is printed is what is written");
    assert_eq!(report["format"], "seedbed.bench/1");
    for key in ["cores", "os", "arch"] {
        assert!(!report["machine"][key].is_null(), "{key}");
    }
    for key in ["seedbed", "rustc", "profile", "engine"] {
        assert!(report["versions"][key].as_str().is_some_and(|text| !text.is_empty()), "{key}");
    }
    let found: Vec<_> = report["figures"].as_array().unwrap().iter().collect();
    let names: Vec<_> =
        found.iter().map(|one| (one["name"].as_str().unwrap(), one["unit"].as_str().unwrap())).collect();
    assert_eq!(names, FIGURES);
    for one in found {
        assert!(one["samples"].as_u64().is_some_and(|samples| samples > 0), "{one}");
        let better = if one["unit"] == "1/min" { "higher" } else { "lower" };
        assert_eq!(one["better"], better, "{one}");
        let may_be_none = ["observing", "memory.growth"].contains(&one["name"].as_str().unwrap());
        assert!(may_be_none || one["value"].as_f64().is_some_and(|value| value > 0.0), "{one}");
    }

    let compare = |report: &Value| {
        let mut old = report.clone();
        // These may be nothing, and any number is far off from that.
        for name in ["observing", "memory.growth"] {
            figure(&mut old, name)["value"] = json!(1e15);
        }
        machine.write("old.json", old.to_string());
        let ended = machine.run(&[&["bench", "--compare", "old.json", "--tolerance", "900"], &quick[..]].concat());
        let comparison = ended.json()["comparison"].clone();
        (ended.code, comparison)
    };
    let mut old = report.clone();
    figure(&mut old, "batch.1-thread")["value"] = json!(1e12);
    old["machine"]["cores"] = json!(4096);
    figure(&mut old, "config.cold.median")["name"] = json!("config.frozen");
    let (code, comparison) = compare(&old);
    let verdicts = comparison["figures"].as_array().unwrap();
    let verdict = |name: &str| verdicts.iter().find(|one| one["name"] == name).unwrap()["verdict"].clone();
    assert_eq!((code, verdict("batch.1-thread")), (1, json!("worse")));
    assert_eq!(verdict("mutation.default.median"), "same");
    assert_eq!(comparison["only_old"], json!(["config.frozen"]));
    assert_eq!(comparison["only_new"], json!(["config.cold.median"]));
    assert_eq!(comparison["other_machine"]["cores"], 4096);

    let mut old = report;
    figure(&mut old, "batch.1-thread")["value"] = json!(1.0);
    let (code, comparison) = compare(&old);
    assert_eq!((code, &comparison["figures"][0]["verdict"]), (0, &json!("better")));
    assert_eq!(comparison["other_machine"], Value::Null);
}

/// A baseline that is half measured would judge every later one.
#[test]
fn an_interrupted_run_writes_nothing() {
    let machine = Machine::new();
    let ended = machine.shell(
        r#""$0" bench --seconds 100 --output kept.json 2>log & bench=$!
        until grep -q "measuring mutation" log || ! kill -0 $bench; do sleep 0.05; [ -s log ] && kill -INT $bench && break; done
        wait $bench"#,
    );
    assert_eq!(ended.code, 130, "{}{}", ended.stdout, ended.stderr);
    assert!(!machine.work().join("kept.json").exists());
}
