//! Hostile guests through the real binary: each ends in its own typed outcome, and costs nobody else anything.
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

use seedbed_guests::hostile::{Cheat, Crafted, hostile};
use serde_json::Value;
use support::Machine;

/// How a guest's row must end: its verdict, the code of its error (none where it is scored), and words of its message.
struct Expected {
    guest: &'static str,
    verdict: &'static str,
    code: &'static str,
    says: &'static str,
}

const fn expect(guest: &'static str, verdict: &'static str, code: &'static str, says: &'static str) -> Expected {
    Expected { guest, verdict, code, says }
}

const COMPILED: &[Expected] = &[
    expect(
        "bad-default",
        "failed",
        "bad-output",
        "describe: bad output: parameter 'period': default 99 is outside its domain, integer [2, 50]",
    ),
    expect("chatter", "failed", "out-of-fuel", "signals: out of fuel after 70400000 units"),
    expect("duplicates", "failed", "bad-output", "describe: bad output: parameter 'period' stands twice"),
    expect("eater", "failed", "out-of-memory", "signals: out of memory: asked for "),
    expect(
        "empty-bounds",
        "failed",
        "bad-output",
        "exit parameter fixed-stop stop-loss: bounds [0.4, 0.6] leave nothing of [0.01, 0.2]",
    ),
    expect("escapes", "refused", "refused", "signals: refused: =HYPERLINK(\"http://x\") seedbed: all well <script>"),
    expect("escapes-name", "failed", "bad-output", "describe: bad output: name '=HYPERLINK"),
    // Filling a megabyte costs the fuel of a megabyte, so the clock is never asked.
    expect("filler", "failed", "out-of-fuel", "signals: out of fuel after 70400000 units"),
    expect(
        "infinite-bounds",
        "failed",
        "bad-output",
        "parameter 'period': [-inf, inf] is no interval of finite numbers",
    ),
    expect("loop", "failed", "out-of-fuel", "signals: out of fuel after 70400000 units"),
    expect("loop-start", "failed", "out-of-fuel", "describe: out of fuel after 5000000 units"),
    expect("many-parameters", "failed", "bad-output", "describe: bad output: 65 parameters, at most 64 allowed"),
    expect("nan", "failed", "bad-output", "signals: bad output: conviction inf at bar 1 is outside [-1, 1]"),
    expect("nan-bounds", "failed", "bad-output", "parameter 'period': [NaN, NaN] is no interval of finite numbers"),
    expect(
        "panic",
        "failed",
        "trapped",
        "signals: panicked at examples/panic.rs:12:9: the strategy fell over =HYPERLINK",
    ),
    expect("recursion", "failed", "trapped", "recursion beyond its stack"),
    expect("refuses", "refused", "refused", "signals: refused: too few bars: needs at least 4294967295"),
    expect("shouter", "failed", "trapped", "signals: handed the host more data than one call may"),
    expect("trap", "failed", "trapped", "signals: aborted without a word"),
    expect("trap-describe", "failed", "trapped", "describe: aborted without a word"),
    expect(
        "unknown-family",
        "failed",
        "bad-output",
        "describe: bad output: unknown family 'astrology'; known are momentum, ",
    ),
    expect(
        "unknown-import",
        "refused",
        "load",
        "imports hostile:exfiltration/mailbox@1.0.0, which a strategy may not have",
    ),
    expect(
        "unknown-mechanism",
        "failed",
        "bad-output",
        "unknown exit mechanism 'crystal-ball'; known are fixed-stop, ",
    ),
    expect("wasi", "refused", "load", "imports WASI (wasi:"),
    expect("wrong-length", "failed", "bad-output", "signals: bad output: 3269 convictions for 3270 bars"),
    expect("wrong-version", "refused", "load", "speaks seedbed:strategy@0.2.0, this host speaks @0.1.0"),
];

const CRAFTED: &[Expected] = &[
    expect("empty", "refused", "source", "plugins/empty.wasm: empty file"),
    expect("text", "refused", "load", "is not a WebAssembly binary"),
    expect("truncated", "refused", "load", "is malformed at byte"),
    expect("core-module", "refused", "load", "is a core WebAssembly module, not a component"),
    expect("big-custom-section", "refused", "source", "at most 32MiB allowed"),
    expect("big-memory", "refused", "load", "bytes of memory and tables at the start, at most"),
    expect("many-data-segments", "refused", "load", "has 60003 data segments, at most 2000 allowed"),
    expect("many-functions", "refused", "load", "functions, at most"),
    expect("deep-nesting", "refused", "load", "levels of nesting, at most"),
    expect("loop-in-start", "failed", "out-of-fuel", "describe: out of fuel"),
    expect("table-eater", "failed", "out-of-memory", "signals: out of memory: asked for 160008 bytes, allowed 160000"),
    expect("million-parameters", "failed", "trapped", "describe: handed the host more data than one call may"),
    expect("label-bomb", "failed", "trapped", "describe: handed the host more data than one call may"),
    expect(
        "big-answer",
        "failed",
        "trapped",
        "signals: broke the canonical ABI: list pointer/length out of bounds of memory",
    ),
    expect("long-answer", "failed", "trapped", "signals: handed the host more data than one call may"),
];

fn guests() -> BTreeMap<String, PathBuf> {
    hostile(Path::new(env!("CARGO_TARGET_TMPDIR"))).unwrap()
}

/// Rows of an evaluation by the name of their file.
fn rows(evaluation: &Value) -> BTreeMap<String, &Value> {
    let rows = evaluation["rows"].as_array().unwrap().iter();
    rows.map(|row| (row["source"].as_str().unwrap().trim_end_matches(".wasm").to_owned(), row)).collect()
}

/// A directory of these and a harmless plugin: nothing may hang, crash, take the host's memory, or cost the harmless one its score. Without
/// the review, which refuses some of them: the sandbox is a wall of its own.
fn evaluate_all(expected: &[Expected], place: impl Fn(&Machine, &str)) {
    let machine = Machine::new();
    fs::create_dir(machine.work().join("plugins")).unwrap();
    expected.iter().for_each(|expected| place(&machine, expected.guest));
    fs::copy(&guests()["harmless"], machine.work().join("plugins/harmless.wasm")).unwrap();
    let ended = machine.run(&["evaluate", "plugins", "--no-review", "--format", "json"]);
    assert_eq!(ended.code, 1, "{}", ended.stderr);

    let evaluation = ended.json();
    let rows = rows(&evaluation);
    assert_eq!(rows.len(), expected.len() + 1, "{:?}", rows.keys());
    assert_eq!(rows["harmless"]["bars"], 3270, "{:#}", rows["harmless"]);
    for Expected { guest, verdict, code, says } in expected {
        let row = rows[*guest];
        assert_eq!((row["verdict"].as_str(), row["error"]["code"].as_str()), (Some(*verdict), Some(*code)), "{row:#}");
        let message = row["error"]["message"].as_str().unwrap();
        assert!(message.contains(says), "{guest}: {message:?} does not say {says:?}");
    }
    for text in [&ended.stdout, &ended.stderr] {
        assert!(!text.chars().any(|c| c.is_control() && c != '\n'), "a control character got out: {text:?}");
    }
}

#[test]
fn compiled_guests_end_in_their_own_outcome() {
    let guests = guests();
    evaluate_all(COMPILED, |machine, guest| {
        fs::copy(&guests[guest], machine.work().join(format!("plugins/{guest}.wasm"))).unwrap();
    });
}

/// What shows in a binary is refused before a compiler sees it, and by its rule.
#[test]
fn the_review_refuses_what_it_can_tell_by_looking() {
    let machine = Machine::new();
    let guests = guests();
    let expected = [("unknown-import", "SB012 imports"), ("wasi", "SB013 wasi"), ("wrong-version", "SB010 contract")];
    fs::create_dir(machine.work().join("plugins")).unwrap();
    for (guest, _) in expected {
        fs::copy(&guests[guest], machine.work().join(format!("plugins/{guest}.wasm"))).unwrap();
    }
    let ended = machine.run(&["evaluate", "plugins", "--format", "json"]);
    let evaluation = ended.json();
    let rows = rows(&evaluation);
    for (guest, rule) in expected {
        let (row, begins) = (rows[guest], format!("review: {rule}: "));
        assert_eq!((&row["verdict"], &row["error"]["code"]), (&"refused".into(), &"review".into()), "{row:#}");
        assert!(row["error"]["message"].as_str().unwrap().starts_with(&begins), "{row:#}");
    }
}

/// One at a time: those that describe themselves share a name, and of several plugins of one name only the first counts.
#[test]
fn crafted_files_end_in_their_own_outcome() {
    for expected in CRAFTED {
        evaluate_all(std::slice::from_ref(expected), |machine, guest| {
            let crafted = Crafted::ALL.into_iter().find(|crafted| crafted.name() == guest).unwrap();
            machine.write(&format!("plugins/{guest}.wasm"), crafted.bytes().unwrap());
        });
    }
}

/// A guest that is added must be expected somewhere, or its outcome is nobody's business.
#[test]
fn every_guest_has_its_expectation() {
    const SCORED: [&str; 8] = ["frozen", "harmless", "moody", "no-exits", "not-a-number", "peeker", "stateful", "veto"];
    // What the review's own tests expect of theirs.
    let reviewed = |name: &str| name.starts_with("trial-") || Cheat::ALL.iter().any(|cheat| cheat.name == name);
    let expected = |name: &str| reviewed(name) || COMPILED.iter().chain(CRAFTED).any(|expected| expected.guest == name);
    for guest in guests().keys().map(String::as_str).chain(Crafted::ALL.iter().map(|crafted| crafted.name())) {
        assert!(expected(guest) || SCORED.contains(&guest), "{guest}");
    }
}

/// A NaN is no opinion: it counts as 0, and the row counts it.
#[test]
fn nan_counts_as_nothing_and_is_counted() {
    let machine = Machine::new();
    fs::copy(&guests()["not-a-number"], machine.work().join("nan.wasm")).unwrap();
    let ended = machine.run(&["evaluate", "nan.wasm", "--format", "json"]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let row = &ended.json()["rows"][0];
    assert_eq!((&row["verdict"], &row["signals"]["nan"]), (&"warned".into(), &1635.into()), "{row:#}");
}

/// What no compiler made and no reader may be held up by.
#[test]
fn things_that_are_no_files_are_refused_without_waiting() {
    let machine = Machine::new();
    let plugins = machine.work().join("plugins");
    fs::create_dir_all(plugins.join("folder.wasm")).unwrap();
    fs::copy(&guests()["harmless"], plugins.join("harmless.wasm")).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(plugins.join("fifo.wasm")).status().unwrap().success());
    std::os::unix::fs::symlink("ring.wasm", plugins.join("ring.wasm")).unwrap();
    machine.write("plugins/native.cwasm", b"\x7fELF and so on");
    machine.write("plugins/disguised.wasm", b"\x7fELF and so on");
    let ended = machine.run(&["evaluate", "plugins", "--format", "json"]);
    assert_eq!(ended.code, 1, "{}", ended.stderr);
    let evaluation = ended.json();
    let rows = rows(&evaluation);
    assert_eq!(rows["harmless"]["bars"], 3270);
    for name in ["folder", "fifo", "ring", "native.cwasm", "disguised"] {
        assert_eq!(rows[name]["verdict"], "refused", "{name}: {:#}", rows[name]);
    }
}

/// Under `inert`, WASI is there and leads nowhere; convictions of the guest are its findings.
#[test]
fn inert_wasi_leads_nowhere() {
    let machine = Machine::new();
    fs::create_dir_all(machine.work().join("plugins")).unwrap();
    fs::copy(&guests()["wasi"], machine.work().join("plugins/wasi.wasm")).unwrap();
    let environment = [("SEEDBED_SANDBOX_WASI", "inert"), ("SECRET", "hunter2")];
    let first = machine.run_with(&["evaluate", "plugins", "--format", "json"], &environment);
    let evaluation = first.json();
    let row = &evaluation["rows"][0];
    assert_eq!(row["signals"], serde_json::json!({ "long": 0, "short": 0, "nan": 0 }), "{row:#} {}", first.stderr);
    for probe in ["files", "environment", "arguments", "network", "names", "clock", "sleep", "write"] {
        assert!(first.stderr.contains(&format!("{probe}: nothing")), "{}", first.stderr);
    }
    assert!(!first.stderr.contains("hunter2"), "{}", first.stderr);
    // Random bytes and clock are the same in every instance.
    let line = |text: &str, what: &str| text.lines().find_map(|line| Some(line.split_once(what)?.1.to_owned()));
    let second = machine.run_with(&["evaluate", "plugins", "--format", "json"], &environment);
    for what in ["random: ", "now: "] {
        assert!(line(&first.stderr, what).is_some(), "{}", first.stderr);
        assert_eq!(line(&first.stderr, what), line(&second.stderr, what));
    }
}
