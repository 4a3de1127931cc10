//! What callers rely on whatever a worker does, with real worker processes.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking, helpers included"
)]

use std::fs;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use seedbed_genome::{Declared, ExitBounds};
use seedbed_guests::hostile::{Bomb, Crafted};
use seedbed_market::{Bars, sample};
use seedbed_outcome::{Call, Failure, Function, Usage};
use seedbed_worker::{
    CacheConfig, CompileBound, CompileLimits, Component, Isolation, Limits, LoadError, Observer, Program,
    SandboxConfig, WasiPolicy, Workers, WorkersConfig, WorkersError,
};

/// What is started as a worker: an honest one, or one with a fault; see `double/main.rs`.
fn program(arguments: &[&str]) -> Program {
    let path = PathBuf::from(env!("CARGO_BIN_EXE_seedbed-worker-double"));
    Program { path, arguments: arguments.iter().map(Into::into).collect() }
}

fn config(arguments: &[&str], sandbox: SandboxConfig) -> WorkersConfig {
    let isolation = Isolation::Process;
    WorkersConfig { sandbox, isolation, program: program(arguments), compile: CompileLimits::default() }
}

fn workers(arguments: &[&str]) -> Workers {
    Workers::new(config(arguments, SandboxConfig::default())).unwrap()
}

fn seed(name: &str) -> &'static [u8] {
    seedbed_guests::seeds().iter().find(|seed| seed.name == name).unwrap().component
}

fn bars() -> Bars {
    sample().slice(0..300).unwrap()
}

/// The signals of a seed that reads closes only.
fn signals(component: &Component) -> Call<Vec<f64>> {
    let limits = Limits::default();
    let description = component.describe(&limits).outcome.unwrap();
    component.signals(&bars(), description.reads, &description.defaults(), &limits)
}

fn bits(call: &Call<Vec<f64>>) -> (Vec<u64>, Usage) {
    (call.outcome.as_ref().unwrap().iter().map(|conviction| conviction.to_bits()).collect(), call.usage)
}

/// Otherwise a run under the second wall would find another champion than one without.
#[test]
fn every_seed_answers_the_same_bits_and_costs_in_this_process_and_in_a_worker() {
    let here = Workers::in_process(&SandboxConfig::default()).unwrap();
    let there = workers(&["honest"]);
    assert_eq!((here.isolation(), there.isolation()), (Isolation::None, Isolation::Process));
    assert_eq!(here.fingerprint(), there.fingerprint());
    assert_eq!(seedbed_guests::seeds().len(), 10);
    for seed in seedbed_guests::seeds() {
        let [one, other] = [&here, &there].map(|workers| workers.load(seed.component, WasiPolicy::Deny).unwrap());
        assert_eq!((one.hash(), one.engine(), one.wasi()), (other.hash(), other.engine(), other.wasi()));
        let limits = Limits::default();
        let described = one.describe(&limits);
        assert_eq!(described, other.describe(&limits), "{}", seed.name);
        let description = described.outcome.unwrap();
        let exits = one.exit_parameters(&limits);
        assert_eq!(exits, other.exit_parameters(&limits), "{}", seed.name);
        let parameters = description.defaults();
        assert_eq!(one.data_needed(&parameters, &limits), other.data_needed(&parameters, &limits), "{}", seed.name);
        let exits = Declared::read(&exits.outcome.unwrap(), ExitBounds::default()).unwrap().genome;
        assert_eq!(one.accept(&parameters, &exits, &limits), other.accept(&parameters, &exits, &limits));
        let run = |component: &Component| component.signals(sample(), description.reads, &parameters, &limits);
        assert_eq!(bits(&run(&one)), bits(&run(&other)), "{}", seed.name);
        let pair = |component: &Component, bars: &Bars, limits| {
            component.accept_and_signals((&parameters, &exits), bars, description.reads, &limits)
        };
        let (accepted, answered) = pair(&other, sample(), limits);
        assert_eq!((accepted.outcome, bits(&answered.unwrap())), (Ok(()), bits(&run(&one))), "{}", seed.name);
        // A refusal, a failure by fuel, and one by memory.
        let short = sample().slice(0..1).unwrap();
        let poor = Limits { fuel_base: 2_000, fuel_per_bar: 0, ..limits };
        let cramped = Limits { memory: 64 << 10, ..limits };
        for (bars, limits) in [(&short, limits), (sample(), poor), (sample(), cramped)] {
            let run = |component: &Component| component.signals(bars, description.reads, &parameters, &limits);
            assert_eq!(run(&one), run(&other), "{}", seed.name);
            assert_eq!(pair(&one, bars, limits), pair(&other, bars, limits), "{}", seed.name);
        }
    }
}

/// Otherwise a guest that breaks a worker would break the command, or would go on under another name.
#[test]
fn a_worker_that_is_lost_once_costs_nothing_and_one_that_is_lost_twice_costs_the_call() {
    let honest = bits(&signals(&workers(&["honest"]).load(seed("ema-crossover"), WasiPolicy::Deny).unwrap()));
    let faults = [
        ("dies", "it died (exit status: 7), saying: last words"),
        ("too-long", "it sent a frame of 4294967295 bytes, at most 1050976 expected"),
        ("garbage", "what it sent is no message"),
        ("no-answers", "it answered other calls than it was asked"),
        ("other-answer", "it answered other calls than it was asked"),
        ("points-elsewhere", "it answered with more convictions than there are"),
    ];
    for (fault, says) in faults {
        let home = tempfile::tempdir().unwrap();
        let once = home.path().join("once");
        let healed = workers(&["once", once.to_str().unwrap(), fault]);
        let component = healed.load(seed("ema-crossover"), WasiPolicy::Deny).unwrap();
        assert!(once.exists(), "the first worker is to be the broken one");
        assert_eq!(bits(&signals(&component)), honest, "{fault}");

        let broken = workers(&[fault]).load(seed("ema-crossover"), WasiPolicy::Deny).unwrap();
        let Err(Failure::WorkerLost { how }) = signals(&broken).outcome else { panic!("{fault}") };
        assert!(how.as_str().starts_with(says), "{fault}: {how}");
        assert_eq!(broken.describe(&Limits::default()).outcome.unwrap().name, "ema-crossover", "{fault}: it goes on");
    }
}

/// Otherwise one stuck worker would hold a thread for good.
#[test]
fn a_worker_that_gives_no_answer_in_time_is_killed() {
    for fault in ["hangs", "dribbles"] {
        let component = workers(&[fault]).load(seed("ema-crossover"), WasiPolicy::Deny).unwrap();
        let limits = Limits { timeout: Some(Duration::from_millis(100)), ..Limits::default() };
        let reads = component.describe(&Limits::default()).outcome.unwrap().reads;
        let start = Instant::now();
        let failure = component.signals(&bars(), reads, &[12.0, 26.0], &limits).outcome.unwrap_err();
        let Failure::WorkerLost { how } = failure else { panic!("{fault}: {failure}") };
        assert_eq!(how.as_str(), "it gave no answer within 2.1s", "{fault}");
        assert!(start.elapsed() < Duration::from_secs(7), "{fault}: {:?}", start.elapsed());
    }
}

/// A worker is believed no more than a guest: what was checked there is checked here.
#[test]
fn an_answer_that_breaks_the_contract_is_the_components_fault() {
    let component = workers(&["liar"]).load(seed("ema-crossover"), WasiPolicy::Deny).unwrap();
    let failure = signals(&component).outcome.unwrap_err();
    assert_eq!(failure.to_string(), "bad output: conviction 2 at bar 0 is outside [-1, 1]");
}

#[test]
fn a_worker_that_does_not_come_up_is_the_hosts_fault() {
    let start = |arguments: &[&str]| {
        let Err(WorkersError::Start(why)) = Workers::new(config(arguments, SandboxConfig::default())) else { panic!() };
        why
    };
    assert_eq!(start(&["dies-at-once"]), "it died (exit status: 3)");
    assert_eq!(start(&["other-version"]), "what it sent speaks version 2 of the worker protocol, this end speaks 1");
    let nowhere = Program { path: "/nowhere/seedbed".into(), arguments: Vec::new() };
    let error = Workers::new(WorkersConfig { program: nowhere, ..config(&[], SandboxConfig::default()) }).unwrap_err();
    assert!(error.to_string().starts_with("cannot start a worker process: it cannot be started: "), "{error}");
}

/// Neither fuel nor deadlines cover the compiler, so a component that takes it minutes or gigabytes must end by other means.
#[test]
fn a_component_that_the_compiler_chokes_on_is_turned_away_in_time() {
    let many = Crafted::ManyDataSegments.bytes().unwrap();
    let refused = workers(&["honest"]).load(&many, WasiPolicy::Deny).unwrap_err();
    assert!(matches!(refused, LoadError::Prescan(_)), "{refused}");

    let usual = CompileLimits::default();
    for (bomb, compile, bound) in [
        (Bomb::ManyLocals, CompileLimits { processor: Duration::from_secs(1), ..usual }, CompileBound::Processor(1)),
        (Bomb::DeepLoops, CompileLimits { memory: 256 << 20, ..usual }, CompileBound::Memory(256 << 20)),
        (
            Bomb::ManyLocals,
            CompileLimits { clock: Duration::from_millis(100), ..usual },
            CompileBound::Clock(Duration::from_millis(100)),
        ),
    ] {
        let config = WorkersConfig { compile, ..config(&["honest"], SandboxConfig::default()) };
        let workers = Workers::new(config).unwrap();
        let error = workers.load(&bomb.bytes().unwrap(), WasiPolicy::Deny).unwrap_err();
        assert_eq!(error, LoadError::TooCostly(bound), "{}", bomb.name());
        assert!(error.to_string().starts_with("compiling it took more than "), "{error}");
    }
}

/// A busy machine may be to blame for a deadline, so the second try has the machine to itself, whichever worker makes it.
#[test]
fn a_call_past_its_deadline_is_tried_once_more_and_told_like_in_this_process() {
    #[derive(Debug, Default)]
    struct Calls(Mutex<Vec<Function>>);
    impl Observer for Calls {
        fn compiled(&self, _took: Duration) {}
        fn called(&self, function: Function, _usage: &Usage) {
            self.0.lock().unwrap().push(function);
        }
    }
    for isolation in [Isolation::None, Isolation::Process] {
        let calls = Arc::new(Calls::default());
        let sandbox =
            SandboxConfig { observer: Some(Arc::clone(&calls) as Arc<dyn Observer>), ..SandboxConfig::default() };
        let workers = Workers::new(WorkersConfig { isolation, ..config(&["honest"], sandbox) }).unwrap();
        let component = workers.load(&Crafted::LoopInStart.bytes().unwrap(), WasiPolicy::Deny).unwrap();
        let deadline = Duration::from_millis(100);
        // So much fuel that the deadline comes first, and twice the deadline, so that there is time for both tries.
        let limits = Limits { fuel_base: u64::MAX / 4, timeout: Some(deadline), ..Limits::default() };
        let failure = component.describe(&limits).outcome.unwrap_err();
        assert_eq!(failure, Failure::PastDeadline { deadline });
        assert_eq!(*calls.0.lock().unwrap(), [Function::Describe], "no time was left for a second try");
    }
}

/// Otherwise many threads would start processes without bound, or get each other's answers.
#[test]
fn calls_on_many_threads_share_as_many_workers_as_may_run_at_once() {
    let two = SandboxConfig { concurrency: NonZeroUsize::new(2).unwrap(), ..SandboxConfig::default() };
    let workers = Workers::new(config(&["honest"], two)).unwrap();
    let components: Vec<_> = ["ema-crossover", "bollinger-bands", "rsi-filter"]
        .map(|name| workers.load(seed(name), WasiPolicy::Deny).unwrap())
        .into_iter()
        .map(|component| (bits(&signals(&component)), component))
        .collect();
    std::thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| {
                for _ in 0..20 {
                    for (expected, component) in &components {
                        assert_eq!(&bits(&signals(component)), expected);
                    }
                }
            });
        }
    });
    let me = std::process::id().to_string();
    let children =
        fs::read_dir("/proc").unwrap().filter_map(|entry| fs::read_to_string(entry.ok()?.path().join("stat")).ok());
    let mine = children.filter(|stat| {
        let after_name = stat.rsplit_once(") ").map_or("", |(_, rest)| rest);
        stat.contains("seedbed-worker") && after_name.split(' ').nth(1) == Some(&me)
    });
    // Other tests of this program have workers of their own at the same time.
    assert!(mine.count() < 40);
}

/// Otherwise a component that broke a compile worker could plant native code for a host that runs without workers.
#[test]
fn what_a_worker_compiled_is_kept_for_workers_only() {
    let home = tempfile::tempdir().unwrap();
    let cache = CacheConfig { folder: home.path().join("compiled"), key: home.path().join("state/cache.key") };
    let sandbox = SandboxConfig { cache: Some(cache.clone()), ..SandboxConfig::default() };
    let kept = || fs::read_dir(&cache.folder).unwrap().count();
    let there = Workers::new(config(&["honest"], sandbox.clone())).unwrap();
    let first = signals(&there.load(seed("ema-crossover"), WasiPolicy::Deny).unwrap());
    assert_eq!(kept(), 1);
    assert_eq!(signals(&there.load(seed("ema-crossover"), WasiPolicy::Deny).unwrap()), first);
    assert_eq!(kept(), 1, "the second time it comes from the cache");
    let here = Workers::in_process(&sandbox).unwrap();
    assert_eq!(signals(&here.load(seed("ema-crossover"), WasiPolicy::Deny).unwrap()), first);
    assert_eq!(kept(), 2);
}
