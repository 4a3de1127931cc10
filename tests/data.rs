//! `seedbed data`: what a user learns of price files before trusting them, and series to try things on.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking, helpers included"
)]

mod support;

use std::fs;

use seedbed_market::{sample, write_csv, write_parquet};
use support::Machine;

#[test]
fn a_file_is_told_for_what_it_is_in_either_format() {
    let machine = Machine::new();
    let (mut csv, mut parquet) = (Vec::new(), Vec::new());
    write_csv(sample(), &mut csv).unwrap();
    write_parquet(sample(), &mut parquet).unwrap();
    machine.write("ibm.csv", csv);
    machine.write("ibm.parquet", parquet);
    let ended = machine.run(&["data", "check", "ibm.csv", "ibm.parquet", "--format", "json"]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let check = ended.json();
    assert_eq!(check["format"], "seedbed.data-check/1");
    for (file, name) in check["files"].as_array().unwrap().iter().zip(["ibm.csv", "ibm.parquet"]) {
        assert_eq!(file["file"], name);
        // Rows and span of the file that the sample was made from.
        assert_eq!(
            (&file["rows"], &file["first"], &file["last"]),
            (&3270.into(), &"2000-03-01".into(), &"2013-03-01".into())
        );
        assert_eq!((&file["bar_length"], &file["bars_per_year"]), (&"1 day".into(), &252.0.into()));
        assert_eq!(file["hash"], check["files"][0]["hash"]);
    }
}

#[test]
fn one_bad_file_hides_no_other() {
    let machine = Machine::new();
    machine.write("bad.csv", "time,open,high,low,close\n2000-03-01,1,2,3,1\n");
    machine.write("good.csv", "Date,Close,Low,High,Open\n2000-03-01,1,1,2,1\n2000-03-02,2,1,2,1\n");
    machine.write("damaged.parquet", "PAR1 and no more");
    let ended = machine.run(&["data", "check", "bad.csv", "good.csv", "damaged.parquet", "absent.csv"]);
    assert_eq!(ended.code, 1);
    assert!(ended.stdout.contains("good.csv\n  rows          2\n"), "{}", ended.stdout);
    let errors: Vec<_> = ended.stderr.lines().collect();
    for (line, says) in errors.iter().zip([
        "error: bad.csv, line 2, column ",
        "error: damaged.parquet: not a readable Parquet file: ",
        "error: absent.csv: ",
    ]) {
        assert!(line.starts_with(says), "{line}");
    }
    assert_eq!(errors.len(), 3, "{errors:?}");
}

/// A series is named by its seed in bug reports and papers.
#[test]
fn a_seed_gives_the_same_bytes_and_another_seed_others() {
    let machine = Machine::new();
    let synth = |file: &str, seed: &str| {
        let ended = machine.run(&["data", "synth", file, "--seed", seed, "--bars", "300"]);
        assert_eq!(ended.code, 0, "{}", ended.stderr);
        fs::read(machine.work().join(file)).unwrap()
    };
    assert_eq!(synth("a.csv", "7"), synth("b.csv", "7"));
    assert_ne!(synth("c.csv", "8"), synth("d.csv", "7"));
    assert_eq!(synth("a.parquet", "7"), synth("b.parquet", "7"));
    let check = machine.run(&["data", "check", "a.csv", "a.parquet", "--format", "json"]).json();
    let files = check["files"].as_array().unwrap();
    assert_eq!((&files[0]["rows"], &files[0]["hash"]), (&300.into(), &files[1]["hash"]));
    assert_eq!(files[0]["suspected_splits"], serde_json::json!([]));
}

#[test]
fn a_file_is_replaced_only_when_asked() {
    let machine = Machine::new();
    let kept = machine.write("kept.csv", "years of work");
    let refused = machine.run(&["data", "synth", "kept.csv"]);
    assert_eq!((refused.code, refused.stderr.as_str()), (2, "error: kept.csv exists already; --force replaces it\n"));
    assert_eq!(fs::read_to_string(&kept).unwrap(), "years of work");
    assert_eq!(machine.run(&["data", "synth", "kept.csv", "--force"]).code, 0);
    assert!(fs::read_to_string(&kept).unwrap().starts_with("time,open,high,low,close,volume\n"));
    let wrong = machine.run(&["data", "synth", "new.csv", "--volatility", "-1"]);
    assert_eq!(wrong.code, 2, "{}", wrong.stderr);
    assert!(!machine.work().join("new.csv").exists());
}
