//! `seedbed review` and `seedbed trust`, and the review before anything runs: what a reviewer, a pipeline and an operator rely on.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking, helpers included"
)]

mod support;

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use seedbed_guests::hostile::{Crafted, hostile};
use serde_json::Value;
use support::{Machine, seed};

const FOUL: &str = "<script>alert(1)</script>\u{1b}[2J\r\nseedbed: all well";

/// A component with a custom section more.
fn with_section(component: &[u8], name: &str) -> Vec<u8> {
    let length = u8::try_from(name.len()).unwrap();
    assert!(length < 127, "one byte of LEB128");
    let section = [&[0, length + 1, length], name.as_bytes()].concat();
    [component, &section].concat()
}

fn warned() -> Vec<u8> {
    with_section(seed("rsi-filter"), "acme-notes")
}

fn failing() -> Vec<u8> {
    Crafted::BigMemory.bytes().unwrap()
}

/// A directory with a good, a warned and a failing plugin.
fn three(machine: &Machine) {
    machine.write("plugins/a-good.wasm", seed("ema-crossover"));
    machine.write("plugins/b-warned.wasm", warned());
    machine.write("plugins/c-failing.wasm", failing());
}

fn against(schema: &str, instance: &str) -> Value {
    let schema: Value = serde_json::from_str(schema).unwrap();
    let instance: Value = serde_json::from_str(instance).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<_> =
        validator.iter_errors(&instance).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert_eq!(errors, Vec::<String>::new());
    instance
}

/// The value of a series in a text of metrics.
fn series(text: &str, name: &str) -> u64 {
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    line.unwrap_or_else(|| panic!("no {name} in {text}")).parse().unwrap()
}

/// A pipeline stops on what fails, and on warnings only where it was told to.
#[test]
fn the_exit_code_follows_the_worst_finding() {
    let machine = Machine::new();
    three(&machine);
    for (plugin, strict, code, says) in [
        ("ema-crossover", true, 0, "\nverdict: pass ("),
        ("plugins/a-good.wasm", false, 0, "\nverdict: pass ("),
        ("plugins/b-warned.wasm", false, 0, "\nworst: SB042 unknown-sections: "),
        ("plugins/b-warned.wasm", true, 1, "\nverdict: warn ("),
        ("plugins/c-failing.wasm", false, 1, "\nworst: SB020 memory: "),
    ] {
        let strict: &[&str] = if strict { &["--strict"] } else { &[] };
        let ended = machine.run(&[&["review", "--static", plugin], strict].concat());
        assert_eq!((ended.code, ended.stderr.as_str()), (code, ""), "{plugin}: {}", ended.stdout);
        assert!(ended.stdout.contains(says), "{plugin} does not say {says:?}: {}", ended.stdout);
    }
    let policy = machine.write("strict.toml", "policy = 1\n[rules]\nSB042 = \"fail\"\n");
    let ended = machine.run(&["review", "--static", "plugins/b-warned.wasm", "--policy", policy.to_str().unwrap()]);
    assert_eq!(ended.code, 1, "{}", ended.stdout);
}

/// One bad plugin must neither run nor take the others along.
#[test]
fn what_policy_refuses_is_refused_in_its_own_row() {
    let machine = Machine::new();
    three(&machine);
    let ended = machine.run(&["evaluate", "plugins", "--format", "json", "--metrics-file", "seedbed.prom"]);
    assert_eq!(ended.code, 1, "{}", ended.stderr);
    let evaluation = ended.json();
    assert_eq!(evaluation["review"]["skipped"], false);
    let rows = evaluation["rows"].as_array().unwrap();
    let verdicts: Vec<_> = rows.iter().map(|row| row["verdict"].as_str().unwrap()).collect();
    assert_eq!((verdicts[1], verdicts[2]), ("ok", "refused"));
    assert!(rows[0]["metrics"]["trades"].as_u64().is_some(), "{:#}", rows[0]);
    let error = &rows[2]["error"];
    assert_eq!(error["code"], "review");
    let message = error["message"].as_str().unwrap();
    assert!(message.starts_with("review: SB020 memory: "), "{message}");
    assert!(message.ends_with("; see `seedbed review plugins/c-failing.wasm`"), "{message}");
    assert!(ended.stderr.contains("refused by review: SB020"), "{}", ended.stderr);

    let metrics = fs::read_to_string(machine.work().join("seedbed.prom")).unwrap();
    for (name, value) in [
        ("seedbed_review_verdicts_total{verdict=\"pass\"}", 1),
        ("seedbed_review_verdicts_total{verdict=\"warn\"}", 1),
        ("seedbed_review_verdicts_total{verdict=\"fail\"}", 1),
        ("seedbed_refusals_total{reason=\"policy\"}", 1),
        ("seedbed_refusals_total{reason=\"changed\"}", 0),
        // Only what was let in was compiled.
        ("seedbed_component_compile_seconds_count", 2),
    ] {
        assert_eq!(series(&metrics, name), value, "{name}");
    }
    for args in [
        &["mutate", "plugins", "--count", "1"][..],
        &["ready", "plugins"],
        &["evolve", "plugins", "--windows", "0", "--population", "4", "--generations", "1"],
    ] {
        let ended = machine.run(args);
        let said = ended.stdout + &ended.stderr;
        assert!(said.contains("review: SB020 memory: "), "{args:?}: {said}");
    }
}

/// Whoever reads a result must see that nobody looked at what made it.
#[test]
fn what_nobody_reviewed_says_so() {
    let machine = Machine::new();
    three(&machine);
    for args in [&["evaluate"][..], &["ready"], &["mutate", "--count", "1"]] {
        let args = [args, &["plugins", "--no-review"]].concat();
        let ended = machine.run(&args);
        assert!(ended.stdout.contains("\nno plugin was reviewed: --no-review\n"), "{args:?}: {}", ended.stdout);
        assert!(ended.stderr.starts_with("warning: no plugin was reviewed: --no-review\n"), "{}", ended.stderr);
        let json = machine.run(&[&args[..], &["--format", "json"]].concat()).json();
        assert_eq!(json["review"], serde_json::json!({ "skipped": true }));
    }
    // The sandbox is a wall of its own: what the review would have refused is refused all the same.
    let json = machine.run(&["evaluate", "plugins", "--no-review", "--format", "json"]).json();
    assert_eq!(json["rows"][2]["error"]["code"], "load");
    let args =
        ["evolve", "plugins", "--no-review", "--windows", "0", "--population", "4", "--generations", "1", "--format"];
    let run = machine.run(&[&args[..], &["json"]].concat());
    let notices = run.json()["result"]["report"]["run"]["notices"].to_string();
    assert!(notices.contains("no plugin was reviewed: --no-review"), "{notices}");
}

/// The heart of the lock: trusted runs, changed does not, until somebody looks again.
#[test]
fn a_changed_component_is_refused_until_it_is_trusted_again() {
    let machine = Machine::new();
    let plugin = |component: &[u8]| machine.write("plugins/ours.wasm", component);
    plugin(seed("ema-crossover"));
    let refused = |flags: &[&str]| {
        let json = machine.run(&[&["evaluate", "plugins", "--format", "json"], flags].concat()).json();
        json["rows"][0]["error"]["message"].as_str().map(ToOwned::to_owned)
    };
    assert_eq!(refused(&[]), None, "unknown, and nothing is frozen");
    assert!(refused(&["--frozen"]).unwrap().contains("SB005 pinned: there is no seedbed.lock that pins it"));

    let ended = machine.run(&["trust", "--static", "plugins"]);
    assert_eq!(ended.code, 0, "{}{}", ended.stdout, ended.stderr);
    assert_eq!((refused(&[]), refused(&["--frozen"])), (None, None), "trusted");
    let lock = fs::read_to_string(machine.work().join("seedbed.lock")).unwrap();
    assert!(lock.contains(&format!("hash = \"{}\"", blake3::hash(seed("ema-crossover")))), "{lock}");

    plugin(&with_section(seed("ema-crossover"), "producers-2"));
    for flags in [&[][..], &["--frozen"]] {
        let message = refused(flags).unwrap();
        assert!(message.contains("SB005 pinned: changed since 20"), "{message}");
        assert!(message.ends_with("see `seedbed review plugins/ours.wasm`"), "{message}");
    }
    assert_eq!(machine.run(&["review", "--static", "plugins"]).code, 1);
    assert_eq!(machine.run(&["trust", "--static", "plugins/ours.wasm"]).code, 0);
    assert_eq!(refused(&["--frozen"]), None, "trusted again");

    machine.write("plugins/theirs.wasm", seed("rsi-filter"));
    let ended = machine.run(&["evaluate", "plugins", "--frozen", "--metrics-file", "m.prom"]);
    assert_eq!(ended.code, 1);
    assert!(ended.stdout.contains("then `seedbed trust plugins/theirs.wasm`"), "{}", ended.stdout);
    let metrics = fs::read_to_string(machine.work().join("m.prom")).unwrap();
    assert_eq!(series(&metrics, "seedbed_refusals_total{reason=\"unpinned\"}"), 1);
    assert_eq!(machine.run(&["review", "--static", "plugins", "--frozen"]).code, 1, "the monthly audit");

    // Another policy lets run what it passes, and a frozen one asks for a new decision.
    machine.write("ours.toml", "policy = 1\n[rules]\nSB041 = \"fail\"\n");
    let under = |flags: &[&str]| refused(&[&["--policy", "ours.toml"], flags].concat());
    assert_eq!(under(&[]), None);
    assert!(under(&["--frozen"]).unwrap().contains("under another policy"));

    assert_eq!(machine.run(&["trust", "--forget", "ours"]).code, 0);
    assert!(refused(&["--frozen"]).unwrap().contains("nobody has trusted it"));
}

/// A pin is a promise that somebody looked; what fails gets one only from somebody who says so.
#[test]
fn what_fails_is_pinned_only_on_purpose_and_only_as_it_is() {
    let machine = Machine::new();
    machine.write("plugins/odd.wasm", warned());
    machine.write("strict.toml", "policy = 1\n[rules]\nSB042 = \"fail\"\n");
    let under = |args: &[&str]| machine.run(&[args, &["--policy", "strict.toml"]].concat());
    let ended = under(&["trust", "--static", "plugins"]);
    assert_eq!(ended.code, 1);
    assert!(ended.stdout.contains("not pinned: SB042 unknown-sections: "), "{}", ended.stdout);
    assert!(!machine.work().join("seedbed.lock").exists());

    assert_eq!(under(&["evaluate", "plugins"]).code, 1);
    assert_eq!(under(&["trust", "--static", "plugins", "--accept-failures"]).code, 0);
    assert_eq!(under(&["evaluate", "plugins", "--frozen"]).code, 0, "accepted with exactly these failures");
    machine.write("plugins/odd.wasm", with_section(&warned(), "more"));
    assert_eq!(under(&["evaluate", "plugins"]).code, 1, "another component");
}

/// Whoever can write a plugin's folder exchanges the plugin after its review.
#[test]
fn what_others_may_write_is_refused_and_read_only_configuration_is_taken() {
    let machine = Machine::new();
    let config = machine.write("seedbed.toml", "[backtest]\nfees = 0.002\n");
    fs::set_permissions(&config, Permissions::from_mode(0o444)).unwrap();
    machine.write("plugins/ours.wasm", seed("ema-crossover"));
    assert_eq!(machine.run(&["evaluate", "plugins"]).code, 0, "a configuration of mode 0444");
    let plugins = machine.work().join("plugins");
    for (path, mode, says) in [
        (&plugins, 0o777, "everybody may write the folder that it is in (mode 0777) (plugins/ours.wasm)"),
        (&config, 0o664, "its group may write it (mode 0664)"),
    ] {
        let before = fs::metadata(path).unwrap().permissions();
        fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
        let ended = machine.run(&["evaluate", "plugins", "--metrics-file", "m.prom"]);
        assert_eq!(ended.code, 1, "{}", ended.stdout);
        assert!(ended.stdout.contains(&format!("review: SB070 writable: {says}")), "{}", ended.stdout);
        let metrics = fs::read_to_string(machine.work().join("m.prom")).unwrap();
        assert_eq!(series(&metrics, "seedbed_refusals_total{reason=\"files\"}"), 1);
        let ended = machine.run(&["trust", "--static", "plugins", "--accept-failures"]);
        assert_eq!(ended.code, 1, "nobody can accept that: {}", ended.stdout);
        machine.write("lenient.toml", "policy = 1\n[rules]\nSB070 = \"warn\"\n");
        assert_eq!(machine.run(&["evaluate", "plugins", "--policy", "lenient.toml"]).code, 0);
        fs::set_permissions(path, before).unwrap();
    }
}

/// A report that a component can write into is worth nothing, and one that breaks its schema is not read at all.
#[test]
fn reports_are_whole_and_nobody_elses() {
    let machine = Machine::new();
    three(&machine);
    let file = "plugins/<img src=x onerror=alert(1)> $(reboot) \"'\u{1b}[31m=cmd.wasm";
    machine.write(file, with_section(seed("ema-crossover"), FOUL));
    let run = |format: &str| {
        let ended = machine.run(&["review", "--static", "plugins", "--format", format]);
        assert_eq!(ended.code, 1, "{}", ended.stderr);
        let steering = ended.stdout.chars().chain(ended.stderr.chars()).filter(|c| c.is_control() && *c != '\n');
        assert_eq!(steering.count(), 0, "{format}");
        assert!(!ended.stdout.contains("\nseedbed: all well"), "{format}");
        ended.stdout
    };
    let text = run("text");
    assert_eq!(text.matches("\nverdict: ").count(), 4);
    assert!(text.ends_with("\n4 plugins: 2 fail, 1 warn, 1 pass\n"), "{text}");

    let json = against(include_str!("../docs/review/schema.json"), &run("json"));
    assert_eq!(json["reviews"].as_array().unwrap().len(), 4);

    // A bracket too many in the published schema, which strict readers of patterns refuse; no output here has a `language`.
    let (faulty, meant) = ("^[a-zA-Z]{2}|^[a-zA-Z]{2}-[a-zA-Z]{2}]?$", "^[a-zA-Z]{2}(-[a-zA-Z]{2})?$");
    let schema = include_str!("../host/review/tests/schema/sarif-2.1.0.json").replace(faulty, meant);
    let sarif = against(&schema, &run("sarif"));
    let artifacts = sarif["runs"][0]["artifacts"].as_array().unwrap();
    let uris: Vec<_> = artifacts.iter().map(|artifact| artifact["location"]["uri"].as_str().unwrap()).collect();
    assert_eq!(uris[1], "plugins/a-good.wasm", "a path of the repository: {uris:?}");
    assert!(uris.iter().all(|uri| !uri.contains(['<', ' ', '"', '\u{1b}'])), "{uris:?}");

    let html = run("html");
    for raw in ["<script", "<img", "onerror=alert(1)>", "src=\"http", "href=\"http", "@import", "url("] {
        assert!(!html.contains(raw), "{raw}");
    }
    assert!(html.contains("&lt;img src=x onerror=alert(1)&gt;"), "the name is shown as it is");
    assert!(html.contains("content=\"default-src 'none'; style-src 'unsafe-inline'"));

    let ended = machine.run(&["evaluate", "plugins"]);
    let copied = "see `seedbed review 'plugins/<img src=x onerror=alert(1)> $(reboot) \"'\\''=cmd.wasm'`";
    assert!(ended.stdout.contains(copied), "a command to copy is one word: {}", ended.stdout);
}

/// The question that people come with: does it cheat? Looked at alone its binary says nothing.
#[test]
fn a_plugin_that_looks_ahead_is_found_and_not_trusted() {
    let machine = Machine::new();
    let guests = hostile(Path::new(env!("CARGO_TARGET_TMPDIR"))).unwrap();
    machine.write("peeker.wasm", fs::read(&guests["peeker"]).unwrap());
    machine.run(&["data", "synth", "prices.csv", "--bars", "600"]);
    let look = |flag: &[&str]| machine.run(&[&["review", "peeker.wasm"], flag].concat());
    assert_eq!(look(&["--static"]).code, 0);
    for flags in [&[][..], &["--data", "prices.csv"]] {
        let ended = look(flags);
        assert_eq!(ended.code, 1, "{}", ended.stdout);
        assert!(ended.stdout.contains("\nworst: SB120 causality: "), "{}", ended.stdout);
    }
    let json = against(include_str!("../docs/review/schema.json"), &look(&["--format", "json"]).stdout);
    assert_eq!(json["reviews"][0]["measurements"]["prices"]["name"], "ibm_1d");
    let ended = machine.run(&["trust", "peeker.wasm"]);
    assert_eq!(ended.code, 1);
    assert!(ended.stdout.contains("not pinned: SB120 causality: "), "{}", ended.stdout);

    machine.write("good.wasm", seed("ema-crossover"));
    assert_eq!(machine.run(&["trust", "good.wasm", "--data", "prices.csv"]).code, 0);
}

/// An update is reviewed by what it changes.
#[test]
fn a_baseline_says_what_is_new() {
    let machine = Machine::new();
    machine.write("old.wasm", seed("ema-crossover"));
    machine.write("new.wasm", seed("rsi-filter"));
    let ended = machine.run(&["review", "--static", "new.wasm", "--baseline", "old.wasm"]);
    assert!(ended.stdout.contains("SB081 changed          pass         figures and functions"), "{}", ended.stdout);
    let ended = machine.run(&["review", "--static", "new.wasm", "--baseline", "new.wasm"]);
    assert!(ended.stdout.contains("the same bytes as the baseline"), "{}", ended.stdout);
}

/// The built-in seeds are what a first review is tried on: none of them may be told anything about.
#[test]
fn the_seeds_pass() {
    let machine = Machine::new();
    let ended = machine.run(&["review", "--static", "--strict", "--frozen"]);
    assert_eq!(ended.code, 0, "{}", ended.stdout);
    assert!(ended.stdout.ends_with("\n10 plugins: 10 pass\n"));
}

/// What goes to a file is whole, and stderr says where it is.
#[test]
fn a_report_can_be_a_file() {
    let machine = Machine::new();
    let ended = machine.run(&["review", "--static", "ema-crossover", "--format", "html", "--output", "review.html"]);
    assert_eq!((ended.code, ended.stdout.as_str()), (0, ""));
    assert_eq!(ended.stderr, "note: review.html is written: 1 plugin: 1 pass\n");
    let html = fs::read_to_string(machine.work().join("review.html")).unwrap();
    assert!(html.starts_with("<!doctype html>") && html.ends_with("</html>\n"));
}
