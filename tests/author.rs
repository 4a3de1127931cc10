//! From nothing to a scored plugin, far from this repository, as an author goes.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking, helpers included"
)]

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use support::{Ended, Machine};

/// Where authors' crates are compiled, kept between runs: the first one takes its time.
fn target() -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("author");
    fs::create_dir_all(&target).unwrap();
    target
}

fn assert_done(ended: &Ended) {
    assert_eq!(ended.code, 0, "{}{}", ended.stdout, ended.stderr);
}

/// The one slow path: `new`, `cargo test`, `build`, `evaluate`; then the same with one crate among several that does not compile.
#[test]
fn an_author_gets_from_nothing_to_a_score() {
    let machine = Machine::new();
    let started = machine.run(&["new", "first-try", "--template", "rsi-filter"]);
    assert_done(&started);
    assert!(started.stdout.starts_with("first-try: a plugin from rsi-filter\nnext: "), "{}", started.stdout);
    let folder = machine.work().join("first-try");

    let tested = Command::new("cargo")
        .args(["test", "--release", "--locked"])
        .current_dir(&folder)
        .env("CARGO_TARGET_DIR", target().join("native"))
        .env_remove("RUSTUP_TOOLCHAIN")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&[tested.stdout, tested.stderr].concat()).into_owned();
    assert!(tested.status.success() && said.contains("test result: ok. "), "{said}");

    // `build` compiles into `target` of the folder that it is given.
    std::os::unix::fs::symlink(target(), folder.join("target")).unwrap();
    assert_done(&machine.run_unlimited(&["build", "first-try"]));
    let evaluated = machine.run(&["evaluate", "first-try", "--format", "json"]);
    assert_done(&evaluated);
    let row = &evaluated.json()["rows"][0];
    assert_eq!((&row["name"], &row["bars"]), (&"first-try".into(), &3270.into()), "{row:#}");
    assert!(row["metrics"]["trades"].as_u64() > Some(0), "{row:#}");
    // The template under another name is the same strategy.
    let seeds = machine.run(&["evaluate", "--format", "json"]).json();
    let seed = seeds["rows"].as_array().unwrap().iter().find(|seed| seed["name"] == "rsi-filter").unwrap();
    assert_eq!(seed["metrics"], row["metrics"]);

    std::os::unix::fs::symlink(target(), machine.work().join("target")).unwrap();
    assert_done(&machine.run(&["new", "broken"]));
    machine.write("broken/src/lib.rs", "fn unfinished(");
    let component = folder.join("first-try.wasm");
    let bytes = fs::read(&component).unwrap();
    fs::remove_file(&component).unwrap();
    let both = machine.run_unlimited(&["build"]);
    assert_eq!(both.code, 1, "{}{}", both.stdout, both.stderr);
    assert!(
        both.stderr.contains("error: ") && both.stderr.contains("this file contains an unclosed delimiter"),
        "{}",
        both.stderr
    );
    assert!(both.stdout.contains("first-try.wasm: "), "{}", both.stdout);
    assert!(fs::read(&component).unwrap() == bytes, "a component is the same wherever it is built");
}

#[test]
fn nothing_that_is_there_is_lost() {
    let machine = Machine::new();
    let notes = machine.write("mine/notes.txt", "years of work");
    let ended = machine.run(&["new", "mine"]);
    assert_eq!(ended.code, 2, "{}", ended.stderr);
    assert!(ended.stderr.contains("mine exists and is not empty; choose another name"), "{}", ended.stderr);
    assert_eq!(fs::read_to_string(notes).unwrap(), "years of work");
    assert_eq!(fs::read_dir(machine.work().join("mine")).unwrap().count(), 1);
    assert_eq!(fs::read_dir(machine.work()).unwrap().count(), 1);
}

#[test]
fn bad_names_write_nothing() {
    let machine = Machine::new();
    for name in ["", "My Plugin", "../out", "a/b", "-x", "1st", "x\u{1b}[2J", "seedbed-sdk", "fn", &"x".repeat(49)] {
        let ended = machine.run(&["new", "--", name]);
        assert_eq!(ended.code, 2, "{name:?}: {}", ended.stdout);
        assert!(!ended.stderr.contains('\u{1b}'), "{:?}", ended.stderr);
    }
    let unknown = machine.run(&["new", "mine", "--template", "macd"]);
    assert_eq!(unknown.code, 2);
    assert!(unknown.stderr.contains("there are bollinger-bands, ema-crossover, "), "{}", unknown.stderr);
    assert_eq!(fs::read_dir(machine.work()).unwrap().count(), 0);
}

#[test]
fn a_folder_without_plugins_is_no_silent_success() {
    let machine = Machine::new();
    let ended = machine.run(&["build"]);
    assert_eq!(ended.code, 2);
    assert!(ended.stderr.contains("no plugin crate found"), "{}", ended.stderr);
}
