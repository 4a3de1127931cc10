//! `seedbed evolve` as its user meets it: the same seed gives the same run whatever threads, memory, signals and kills do to it, and all that
//! can go wrong is told without anything being lost.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking, helpers included"
)]

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

use seedbed_guests::hostile::hostile;
use serde_json::Value;
use support::{Ended, Machine, Running, seed};

/// Three phases, some generations each: about half a second. The seed comes last.
const SHORT: &[&str] = &["--windows", "2", "--population", "40", "--generations", "8", "--seed", "7"];
/// More than anybody waits for.
const ENDLESS: &[&str] = &["--windows", "2", "--population", "40", "--generations", "1000"];

/// A machine with two quick plugins and a series of a random walk.
fn machine() -> Machine {
    let machine = Machine::new();
    for name in ["ema-crossover", "rsi-filter"] {
        machine.write(&format!("plugins/{name}.wasm"), seed(name));
    }
    let ended = machine.run(&["data", "synth", "walk.csv", "--bars", "1600", "--seed", "3"]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    machine
}

fn begin<'a>(name: &'a str, args: &[&'a str]) -> Vec<&'a str> {
    [&["evolve", "plugins", "--data", "walk.csv", "--store", "store", "--format", "json", "--name", name], args]
        .concat()
}

fn resume(name: &str) -> Vec<&str> {
    vec!["evolve", "--resume", name, "--store", "store", "--format", "json"]
}

/// What a run came to, when it ended well.
fn result(ended: &Ended) -> Value {
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    ended.json()["result"].clone()
}

fn digest(ended: &Ended) -> String {
    let digest = result(ended)["digest"].as_str().unwrap().to_owned();
    assert_eq!(digest.len(), 64);
    digest
}

/// A fact by its group and name.
fn fact<'r>(result: &'r Value, group: &str, name: &str) -> &'r str {
    let named = |all: &'r Value, key: &str, name: &str| {
        all.as_array().unwrap().iter().find(|one| one[key] == name).unwrap_or_else(|| panic!("{name}: {all:#}"))
    };
    let group = named(&result["report"]["run"]["groups"], "title", group);
    named(&group["facts"], "name", name)["value"].as_str().unwrap()
}

fn run_file(machine: &Machine, name: &str, file: &str) -> PathBuf {
    machine.work().join("store/runs").join(name).join(file)
}

/// Waits until a run has written down its first evaluations.
fn under_way(machine: &Machine, name: &str) {
    let first = run_file(machine, name, "evaluations/00000000.jsonl");
    let begun = Instant::now();
    while !first.exists() {
        assert!(begun.elapsed() < Duration::from_secs(60), "{name} evaluates nothing");
        sleep(Duration::from_millis(2));
    }
}

fn started(machine: &Machine, name: &str) -> Running {
    let running = machine.start(&begin(name, ENDLESS));
    under_way(machine, name);
    running
}

/// A run that was stopped with something written down.
fn unfinished(machine: &Machine, name: &str) {
    let (code, ..) = started(machine, name).end_by("INT");
    assert_eq!(code, Some(130));
}

/// Otherwise nobody can repeat what somebody else found, or trust what a cache gave.
#[test]
fn neither_threads_nor_memory_change_a_run() {
    let machine = machine();
    let one = machine.run(&begin("one", &[SHORT, &["--threads", "1"]].concat()));
    for (name, args) in
        [("two", ["--threads", "2"]), ("eight", ["--threads", "8"]), ("fresh", ["--no-memo", "--no-cache"])]
    {
        assert_eq!(digest(&machine.run(&begin(name, &[SHORT, &args].concat()))), digest(&one), "{name}");
    }
    let other = [&SHORT[..SHORT.len() - 1], &["8"]].concat();
    assert_ne!(digest(&machine.run(&begin("other", &other))), digest(&one), "another seed");
}

/// The numbers of SplitMix64: moments that differ and repeat.
fn fraction(state: &mut u64) -> f64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mixed = (*state ^ (*state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    f64::from(u32::try_from((mixed ^ (mixed >> 31)) >> 32).unwrap()) / f64::from(u32::MAX)
}

/// Power goes when it goes: whatever was written by then, the rest comes out as if nothing had happened.
#[test]
fn a_run_that_is_killed_at_any_moment_ends_as_if_it_had_not_been() {
    let machine = machine();
    let expected = digest(&machine.run(&begin("warm", SHORT)));
    let begun = Instant::now();
    assert_eq!(digest(&machine.run(&begin("whole", SHORT))), expected);
    let whole = begun.elapsed();
    let (mut state, mut torn) = (2026, 0);
    for number in 0..20 {
        let name = format!("run-{number}");
        let moment = whole.mul_f64(fraction(&mut state));
        let running = machine.start(&begin(&name, SHORT));
        sleep(moment);
        let (code, ..) = running.end_by("KILL");
        let begun = run_file(&machine, &name, "run.json").exists();
        torn += u32::from(begun && code.is_none());
        // Killed before it had a name, it can only be begun again.
        let args = if begun { resume(&name) } else { begin(&name, SHORT) };
        let ended = machine.run(&args);
        assert_eq!(digest(&ended), expected, "killed after {moment:?} of {whole:?}: {}", ended.stderr);
    }
    assert!(torn >= 10, "only {torn} of 20 kills met a run under way: the test says little");
}

/// Ctrl-C loses nothing, and what the machine is set to by then does not reach into a run that began without it.
#[test]
fn a_run_that_is_stopped_says_how_to_go_on_and_ends_the_same() {
    let machine = machine();
    let args = ["--windows", "1", "--population", "60", "--generations", "60"];
    let whole = machine.run(&begin("whole", &args));
    let running = machine.start(&begin("stopped", &args));
    under_way(&machine, "stopped");
    let (code, stdout, stderr) = running.end_by("INT");
    assert_eq!((code, stdout.as_str()), (Some(130), ""), "{stderr}");
    assert!(stderr.contains("run stopped was stopped; go on with: seedbed evolve --resume stopped"), "{stderr}");

    let years = machine.run_with(&resume("stopped"), &[("SEEDBED_BACKTEST_BARS_PER_YEAR", "365")]);
    assert_eq!(years.code, 2, "{}", years.stderr);
    assert!(
        years.stderr.contains("backtest.bars_per_year is set now, and was not when the run began"),
        "{}",
        years.stderr
    );
    machine.write("seedbed.toml", "[evolution]\npopulation_size = 10\n");
    let resumed = machine.run_with(&resume("stopped"), &[("SEEDBED_BACKTEST_FEES", "0.02")]);
    assert_eq!(digest(&resumed), digest(&whole));

    let again = machine.run(&resume("stopped"));
    assert!(again.stderr.contains("run stopped is finished already"), "{}", again.stderr);
    assert_eq!(again.json(), resumed.json());
}

/// Two writers would tear each other's run.
#[test]
fn a_second_process_is_told_who_holds_the_run() {
    let machine = machine();
    let running = started(&machine, "held");
    let second = machine.run(&resume("held"));
    assert_eq!(second.code, 2, "{}", second.stderr);
    assert!(second.stderr.contains("run held is being written by process "), "{}", second.stderr);
    let third = machine.run(&begin("held", SHORT));
    assert_eq!(third.code, 2, "{}", third.stderr);
    assert!(third.stderr.contains("run held exists already; choose another name, or resume it"), "{}", third.stderr);
    let (code, ..) = running.end_by("INT");
    assert_eq!(code, Some(130), "the first one goes on undisturbed");
}

/// Half a run by one binary and half by another is a run by none.
#[test]
fn a_run_does_not_go_on_with_other_plugins() {
    let machine = machine();
    unfinished(&machine, "run");
    let refused = |says: &str| {
        let ended = machine.run(&resume("run"));
        assert_eq!(ended.code, 2, "{}", ended.stderr);
        assert!(ended.stderr.contains(says), "{}", ended.stderr);
    };
    // A custom section named x changes the component's hash and nothing else.
    machine.write("plugins/rsi-filter.wasm", [seed("rsi-filter"), &[0, 3, 1, b'x', 0]].concat());
    refused("plugin rsi-filter has changed since the run began");
    machine.write("plugins/rsi-filter.wasm", seed("rsi-filter"));
    let new = machine.write("plugins/vwap-reversion.wasm", seed("vwap-reversion"));
    refused("plugin vwap-reversion was not there when the run began");
    fs::remove_file(new).unwrap();
    fs::remove_file(machine.work().join("plugins/rsi-filter.wasm")).unwrap();
    refused("plugin rsi-filter is no longer there");
}

/// Damage is told with the file, and never evolved on from.
#[test]
fn damaged_and_newer_files_are_told_by_name() {
    let machine = machine();
    unfinished(&machine, "torn");
    let segment = run_file(&machine, "torn", "evaluations/00000000.jsonl");
    let mut bytes = fs::read(&segment).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&segment, bytes).unwrap();
    let ended = machine.run(&resume("torn"));
    assert_eq!(ended.code, 3, "{}", ended.stderr);
    assert!(ended.stderr.contains("00000000.jsonl is damaged: line "), "{}", ended.stderr);

    unfinished(&machine, "newer");
    let file = run_file(&machine, "newer", "run.json");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, text.replacen("\"version\":1", "\"version\":2", 1)).unwrap();
    let ended = machine.run(&resume("newer"));
    assert_eq!(ended.code, 2, "{}", ended.stderr);
    assert!(ended.stderr.contains("run.json is of version 2, newer than version 1"), "{}", ended.stderr);
}

#[test]
fn a_history_that_is_too_short_is_refused_by_the_window() {
    let machine = machine();
    assert_eq!(machine.run(&["data", "synth", "walk.csv", "--bars", "100", "--force"]).code, 0);
    let ended = machine.run(&begin("short", &[]));
    assert_eq!(ended.code, 2, "{}", ended.stderr);
    assert!(ended.stderr.contains("of window-1 has ") && ended.stderr.contains(" bars and needs "), "{}", ended.stderr);
    assert!(!machine.work().join("store").exists(), "nothing is begun");
}

#[test]
fn a_budget_of_evaluations_is_kept_in_each_evolution() {
    let machine = machine();
    let result = result(&machine.run(&begin("run", &["--windows", "1", "--population", "10", "--budget", "75"])));
    assert_eq!(result["evaluations"], 150, "two evolutions");
    let state = result["report"]["run"]["state"].as_str().unwrap();
    assert!(state.starts_with("finished its budget after ") && state.ends_with(" generations"), "{state}");
    assert_eq!(result["report"]["run"]["reproducible"], "yes");
}

/// A run that the clock stopped has its verdict, by evolutions that shared the time, and does not pass for one that can be repeated.
#[test]
fn a_budget_of_time_leaves_a_champion_and_says_that_the_clock_had_a_say() {
    let machine = machine();
    let begun = Instant::now();
    let result = result(&machine.run(&begin("run", &["--windows", "1", "--population", "20", "--budget", "1s"])));
    assert!(begun.elapsed() < Duration::from_secs(60), "{:?}", begun.elapsed());
    let run = &result["report"]["run"];
    assert!(
        run["reproducible"]["no"].as_str().is_some_and(|why| why.contains("final generation ")),
        "{:#}",
        run["reproducible"]
    );
    assert!(run["state"].as_str().unwrap().starts_with("stopped by the clock after "), "{}", run["state"]);
    assert_eq!(result["report"]["champion"]["plugin"].as_str().map(str::is_empty), Some(false));
}

/// The seeds are sound: no fresh candidate of theirs fails, and what they answered before they answer again.
#[test]
fn no_candidate_of_a_fresh_population_of_seeds_fails() {
    let machine = Machine::new();
    let args =
        ["evolve", "--store", "store", "--format", "json", "--windows", "1", "--generations", "2", "--check-memo"];
    let result = result(&machine.run(&args));
    assert_eq!(fact(&result, "Search", "critical failures"), "0");
    assert_eq!(result["report"]["run"]["plugins"].as_array().unwrap().len(), 10);
    assert_eq!(result["report"]["evolution"]["dropped"], serde_json::json!([]));
}

fn guest(machine: &Machine, name: &str) {
    let guests = hostile(Path::new(env!("CARGO_TARGET_TMPDIR"))).unwrap();
    machine.write(&format!("plugins/{name}.wasm"), fs::read(&guests[name]).unwrap());
}

#[test]
fn a_population_that_fails_as_a_whole_ends_with_an_explanation() {
    let machine = machine();
    fs::remove_dir_all(machine.work().join("plugins")).unwrap();
    guest(&machine, "panic");
    let args = ["evolve", "plugins", "--data", "walk.csv", "--store", "store", "--windows", "1", "--population", "10"];
    let ended = machine.run(&args);
    assert_eq!(ended.code, 1, "{}", ended.stderr);
    assert!(ended.stdout.starts_with("no candidate of the final evolution was scored: 10 trapped"), "{}", ended.stdout);
    assert!(ended.stdout.contains("dropped: panic, whose whole first generation failed: "), "{}", ended.stdout);
}

/// One stranger's bug costs the others nothing but the notice.
#[test]
fn a_bad_plugin_beside_a_good_one_is_dropped_and_told() {
    let machine = machine();
    guest(&machine, "panic");
    machine.write("plugins/text.wasm", "no component");
    let ended = machine.run(&begin("run", &["--windows", "1", "--population", "24", "--generations", "3"]));
    assert!(ended.stderr.contains("warning: text.wasm does not take part: "), "{}", ended.stderr);
    let result = result(&ended);
    let report = &result["report"];
    assert_eq!(report["evolution"]["dropped"][0]["plugin"], "panic", "{:#}", report["evolution"]["dropped"]);
    assert_ne!(report["champion"]["plugin"], "panic");
    assert!(
        report["run"]["notices"][0].as_str().unwrap().contains("does not take part"),
        "{:#}",
        report["run"]["notices"]
    );
    assert_ne!(fact(&result, "Search", "critical failures"), "0");
}
