//! `--metrics` and `--metrics-file`: what whoever watches a run sees of it.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking, helpers included"
)]

mod support;

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};

use support::Machine;

/// The value of a series in a text of metrics.
fn value(text: &str, series: &str) -> f64 {
    let line = text.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
    line.unwrap_or_else(|| panic!("no {series} in {text}")).parse().unwrap()
}

#[test]
fn a_finished_run_leaves_what_it_did_in_the_file() {
    let machine = Machine::new();
    let ended = machine.run(&["evaluate", "--metrics-file", "seedbed.prom"]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let text = fs::read_to_string(machine.work().join("seedbed.prom")).unwrap();
    // Ten seeds: each is compiled once, scored once, and called four times in a fresh instance.
    assert_eq!(value(&text, "seedbed_component_compile_seconds_count"), 10.0);
    assert_eq!(value(&text, "seedbed_evaluation_duration_seconds_count"), 10.0);
    assert_eq!(value(&text, "seedbed_guest_instances_total"), 40.0);
    assert!(value(&text, "seedbed_guest_fuel_total{function=\"signals\"}") > 1e6);
    assert_eq!(value(&text, "seedbed_guest_fuel_total{function=\"accept\"}"), 0.0);
    assert!(value(&text, "seedbed_guest_memory_peak_bytes") >= 2_097_152.0, "the memory that every seed starts with");
    assert!(text.contains(&format!("seedbed_build_info{{version=\"{}\"}} 1\n", env!("CARGO_PKG_VERSION"))), "{text}");
    assert_eq!(fs::read_dir(machine.work()).unwrap().count(), 1, "nothing is left beside the file");
}

/// Whoever watches a run that hangs asks it while it runs.
#[test]
fn a_run_answers_while_it_runs_and_frees_its_port_at_the_end() {
    let machine = Machine::new();
    let series: Vec<String> = (1..=12).map(|at| format!("s{at}.csv")).collect();
    for (seed, file) in (1..).zip(&series) {
        machine.run(&["data", "synth", file, "--bars", "300", "--seed", &format!("{seed}")]);
    }
    // Prints more than a pipe holds, and so waits for its reader.
    let mut run = Command::new(env!("CARGO_BIN_EXE_seedbed"))
        .args(["evaluate", "--format", "json", "--no-cache", "--metrics", "127.0.0.1:0"])
        .args(series.iter().flat_map(|file| ["--data", file]))
        .current_dir(machine.work())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut log = BufReader::new(run.stderr.take().unwrap()).lines();
    let address = log.find_map(|line| {
        let line = line.unwrap();
        Some(line.split_once("metrics at http://")?.1.strip_suffix("/metrics")?.to_owned())
    });
    let address = address.unwrap();
    let mut scraped = 0.0;
    while scraped < 120.0 {
        let mut stream = TcpStream::connect(&address).unwrap();
        stream.write_all(b"GET /metrics HTTP/1.1\r\nhost: test\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
        let now = value(&answer, "seedbed_evaluation_duration_seconds_count");
        assert!(now >= scraped, "fell from {scraped} to {now}");
        scraped = now;
    }
    let printed = std::io::copy(&mut run.stdout.take().unwrap(), &mut std::io::sink()).unwrap();
    assert!(printed > 64 << 10, "{printed} bytes fit into a pipe, so the run may have ended before it was asked");
    assert_eq!(run.wait().unwrap().code(), Some(0));
    assert!(TcpStream::connect(&address).is_err(), "{address} is still served");
}

/// A run that cannot be watched as it was told to must not begin.
#[test]
fn what_cannot_be_served_or_written_ends_the_command_before_any_work() {
    let machine = Machine::new();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    for (flags, says) in [
        (["--metrics", &address], "another program listens there: stop it, choose another port, or let port 0"),
        (["--metrics", "here"], "--metrics: [metrics] address = \"here\": no address; allowed: \"host:port\""),
        (["--metrics-file", "absent/seedbed.prom"], "cannot write metrics to absent/seedbed.prom: No such file"),
        (["--metrics-file", "."], "it is no regular file; name another"),
    ] {
        let ended = machine.run(&[&["evaluate"], &flags[..]].concat());
        assert_eq!((ended.code, ended.stdout.as_str()), (2, ""), "{}", ended.stderr);
        assert!(ended.stderr.contains(says), "{:?} does not say {says:?}", ended.stderr);
    }
}

#[test]
fn the_log_says_where_the_configuration_came_from() {
    let machine = Machine::new();
    let said = |environment: &[(&str, &str)], args: &[&str]| {
        let ended = machine.run_with(&[&["evaluate"], args].concat(), environment);
        assert_eq!(ended.code, 0, "{}", ended.stderr);
        machine.stable(&ended.stderr)
    };
    assert_eq!(said(&[], &[]), "");
    machine.write("seedbed.toml", "[backtest]\nfees = 0\nslippage = 0\n");
    assert_eq!(
        said(&[("SEEDBED_BACKTEST_SIDES", "long")], &["--fill", "close"]),
        "TIME  INFO configuration: 2 values from WORK/seedbed.toml, 1 value from the environment, 1 value from flags\n"
    );
    assert_eq!(said(&[("SEEDBED_LOG", "warn")], &[]), "");
}

/// Whoever reads only the beginning of the log must not end the run.
#[test]
fn a_log_that_nobody_reads_ends_nothing() {
    let machine = Machine::new();
    let ended = machine.shell("{ \"$0\" evaluate --log-level debug 2>&1 >/dev/null; echo $? > code; } | head -n 1");
    assert!(ended.stdout.contains("logging.level = "), "{}", ended.stdout);
    assert_eq!(fs::read_to_string(machine.work().join("code")).unwrap(), "0\n");
}
