//! Whatever is offered as a component, the host reviews it, loads it, calls it, and is none the worse.
//!
//! A plain run changes the built-in seeds some hundred times. The long run takes four times as many from `seedbed-smith`, which makes components
//! of random code; `docs/fuzzing.md` has the command. Its settings are variables:
//!
//! - `SEEDBED_GENERATED`: how many components, all kinds together;
//! - `SEEDBED_GENERATED_SEED`: another series;
//! - `SEEDBED_GENERATED_ISOLATION`: `none` compiles and runs them in this process, whose growth then tells of compilations;
//! - `SEEDBED_GENERATED_SMITH`: the file or pipe that `seedbed-smith` writes, for four of five components.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test fails by panicking, helpers included, and tells its figures"
)]

mod edits;
mod judge;
mod sections;
mod supply;

use std::collections::BTreeMap;
use std::env;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use judge::Judge;
use seedbed_worker::Isolation;
use supply::{Generated, Supply};

const THREADS: usize = 2;
/// A call ends at its deadline and is tried once more; five calls and a bounded compilation, on a machine that does other things, too.
const LONGEST: Duration = Duration::from_secs(20);
/// Beyond this nobody waits for the end.
const HUNG: Duration = Duration::from_secs(120);
/// One of so many is tried out, as `seedbed review` does, if it can be.
const TRIED: u64 = 8;
const MOST_GROWTH: u64 = 256 << 20;

/// One component, of whatever bytes, must cost its own row only: not the process, not an hour, not the machine's memory.
#[test]
fn the_host_survives_whatever_is_offered_as_a_component() {
    let count = number("SEEDBED_GENERATED").unwrap_or(100);
    let seed = number("SEEDBED_GENERATED_SEED").unwrap_or(1);
    let supply = Mutex::new(Supply::new(seed, count));
    let judge = Judge::new(isolation(), THREADS);
    judge.warm_up();

    let before = memory("VmRSS");
    let start = Instant::now();
    let running = [const { Mutex::new(None) }; THREADS];
    let totals = Mutex::new(Totals::default());
    thread::scope(|scope| {
        let (judge, supply, totals) = (&judge, &supply, &totals);
        let threads: Vec<_> =
            running.iter().map(|running| scope.spawn(move || work(judge, supply, running, totals))).collect();
        while threads.iter().any(|thread| !thread.is_finished()) {
            thread::sleep(Duration::from_millis(100));
            for (number, since) in running.iter().filter_map(|running| *running.lock().unwrap()) {
                if Instant::now().duration_since(since) > HUNG {
                    println!("component {number} of seed {seed} hangs");
                    // The thread that hangs would be waited for.
                    std::process::exit(1);
                }
            }
        }
    });
    let growth = memory("VmHWM").saturating_sub(before);

    let totals = totals.into_inner().unwrap();
    println!("{} components of seed {seed} in {:.0?}", totals.judged, start.elapsed());
    for ((kind, outcome), count) in &totals.outcomes {
        println!("{count:>8}  {kind:<28} {outcome}");
    }
    let (took, number, kind) = totals.slowest;
    println!("slowest: component {number} ({kind}), {took:.1?}");
    println!("memory: {} MiB before, at most {} MiB more", before >> 20, growth >> 20);
    assert_eq!(totals.judged, count, "the supply ended early");
    assert!(took < LONGEST, "component {number} took {took:?}");
    assert!(growth <= MOST_GROWTH, "the process grew by {growth} bytes");
}

#[derive(Default)]
struct Totals {
    judged: u64,
    outcomes: BTreeMap<(&'static str, String), u64>,
    slowest: (Duration, u64, &'static str),
}

fn work(judge: &Judge, supply: &Mutex<Supply>, running: &Mutex<Option<(u64, Instant)>>, totals: &Mutex<Totals>) {
    let folder = tempfile::tempdir().unwrap();
    loop {
        let Some(Generated { number, kind, bytes }) = supply.lock().unwrap().next() else { return };
        let start = Instant::now();
        *running.lock().unwrap() = Some((number, start));
        let path = folder.path().join("generated.wasm");
        std::fs::write(&path, &bytes).unwrap();
        let outcome =
            panic::catch_unwind(AssertUnwindSafe(|| judge.judge(&path, &bytes, number.is_multiple_of(TRIED))));
        *running.lock().unwrap() = None;
        let outcome = outcome.unwrap_or_else(|_| {
            let kept = env::temp_dir().join(format!("generated-{number}.wasm"));
            std::fs::write(&kept, &bytes).unwrap();
            panic!("component {number} ({kind}) broke the host; it is kept as {}", kept.display());
        });
        let took = start.elapsed();
        let mut totals = totals.lock().unwrap();
        totals.judged += 1;
        *totals.outcomes.entry((kind, outcome)).or_default() += 1;
        totals.slowest = totals.slowest.max((took, number, kind));
    }
}

fn isolation() -> Isolation {
    match env::var("SEEDBED_GENERATED_ISOLATION").as_deref() {
        Ok("none") => Isolation::None,
        Ok("process") | Err(env::VarError::NotPresent) => Isolation::Process,
        other => panic!("SEEDBED_GENERATED_ISOLATION is `process` or `none`, not {other:?}"),
    }
}

fn number(variable: &str) -> Option<u64> {
    env::var(variable).ok().map(|text| text.parse().unwrap_or_else(|error| panic!("{variable}: {error}")))
}

/// A figure of this process, in bytes.
fn memory(figure: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(figure)?.strip_prefix(':')).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() << 10
}
