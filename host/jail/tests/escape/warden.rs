//! The process outside, which starts the inmates and judges what became of them.

use std::io::{BufRead, BufReader, Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, ExitCode, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use seedbed_jail::{Layers, Wall};

use crate::attempt::{Attempt, Outcome};
use crate::attempts;
use crate::target::{Target, Targets};

pub(crate) fn main() -> ExitCode {
    let targets = Targets::new().unwrap();
    let target = &targets.target;

    everything_needed_works(target);
    sockets_handed_over_work(target);
    threads_are_noticed(target);
    the_worker_dies_with_its_host(target);
    let holes = every_attempt_fails(target);
    assert!(!target.written().exists() && target.secret().exists(), "an inmate changed files");

    if holes == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn inmate(role: &str, name: &str, target: &Target) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["inmate", role, name])
        .args(target.arguments())
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    command
}

/// What an inmate said and how it ended.
struct Report {
    layers: Layers,
    lines: Vec<String>,
    status: ExitStatus,
}

fn report(mut child: Child, input: &str) -> Report {
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let mut lines: Vec<String> =
        BufReader::new(child.stdout.take().unwrap()).lines().collect::<Result<_, _>>().unwrap();
    let status = child.wait().unwrap();
    assert!(!lines.is_empty(), "an inmate ended before it entered the jail: {status}");
    let layers = serde_json::from_str(&lines.remove(0)).unwrap();
    Report { layers, lines, status }
}

/// Without this a jail that merely stops everything would pass for a good one.
fn everything_needed_works(target: &Target) {
    let Report { layers, lines, status } = report(inmate("work", "-", target).spawn().unwrap(), "batch");
    println!("{layers}\n");
    assert!(layers.is_complete(), "this kernel lacks a layer, so the attempts prove nothing about it");
    let works = [
        "threads",
        "memory",
        "memory files",
        "pipes",
        "descriptors handed over",
        "randomness",
        "clocks",
        "processors",
        "panics",
    ];
    assert_eq!(lines, works, "{status}");
    assert!(status.success());
}

/// A worker that is given a socket to talk through must not be killed for answering.
fn sockets_handed_over_work(target: &Target) {
    let (mut line, theirs) = UnixStream::pair().unwrap();
    let mut inmate = inmate("talk", "-", target).stdin(Stdio::from(OwnedFd::from(theirs))).spawn().unwrap();
    line.write_all(b"batch").unwrap();
    let mut answer = String::new();
    line.read_to_string(&mut answer).unwrap();
    assert_eq!((answer.as_str(), inmate.wait().unwrap().success()), ("hctab", true));
}

/// A worker that starts a thread too early must not report walls around it that stand around one thread only.
fn threads_are_noticed(target: &Target) {
    let Report { layers, lines, status } = report(inmate("threads", "-", target).spawn().unwrap(), "");
    let missing: Vec<Wall> = layers.missing().map(|layer| layer.wall).collect();
    assert_eq!(missing, [Wall::Landlock, Wall::Seccomp]);
    for layer in layers.missing() {
        assert!(layer.to_string().ends_with("2 threads run already, and it binds only the one that asks"), "{layer}");
    }
    assert_eq!(lines, ["read back"], "{status}");
}

/// A host that is killed must not leave workers behind that nobody watches.
fn the_worker_dies_with_its_host(target: &Target) {
    let mut host = inmate("parent", "-", target).spawn().unwrap();
    let mut lines = BufReader::new(host.stdout.take().unwrap()).lines();
    lines.next().unwrap().unwrap();
    let killed = Instant::now();
    host.kill().unwrap();
    host.wait().unwrap();
    // The worker has the other end of this pipe, so the end of the file is the end of the worker.
    assert!(lines.next().is_none());
    assert!(killed.elapsed() < Duration::from_secs(10), "the worker slept on");
}

/// Runs every attempt in an inmate of its own, prints the table, and returns how many did not end as they must.
fn every_attempt_fails(target: &Target) -> usize {
    let attempts = attempts::all();
    let width = attempts.iter().map(|attempt| attempt.name.len()).max().unwrap_or(0);
    let mut holes = 0;
    println!("{:width$}  outcome", "attempt");
    for attempt in &attempts {
        let outcome = outcome(attempt, target);
        let verdict = if outcome == attempt.expected {
            String::new()
        } else {
            holes += 1;
            format!("   <-- expected: {}", attempt.expected)
        };
        println!("{:width$}  {outcome}{verdict}", attempt.name);
    }
    println!("\n{} attempts, {holes} not as expected", attempts.len());
    holes
}

fn outcome(attempt: &Attempt, target: &Target) -> Outcome {
    let Report { layers, lines, status } = report(inmate("attempt", attempt.name, target).spawn().unwrap(), "");
    assert!(layers.is_complete());
    match (lines.as_slice(), status.signal()) {
        ([], Some(_)) if status.core_dumped() => Outcome::Succeeded("dumped core".into()),
        ([], Some(signal)) => Outcome::Signal(signal),
        ([line], None) => Outcome::from_line(line),
        (lines, _) => Outcome::Broken(format!("{lines:?}, {status}")),
    }
}
