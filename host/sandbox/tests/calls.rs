//! What callers of the sandbox rely on, with real components; what each hostile guest ends in is tested on the binary.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking, helpers included"
)]

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use seedbed_genome::ExitGenome;
use seedbed_guests::hostile::{Crafted, hostile};
use seedbed_market::{Bars, sample};
use seedbed_outcome::{Failure, TrapKind};
use seedbed_sandbox::{
    CacheConfig, Component, Limits, LoadError, PrescanError, Reads, Sandbox, SandboxConfig, WasiPolicy,
};

fn guests() -> BTreeMap<String, PathBuf> {
    hostile(Path::new(env!("CARGO_TARGET_TMPDIR"))).unwrap()
}

fn load(sandbox: &Sandbox, name: &str) -> Component {
    sandbox.load(&fs::read(&guests()[name]).unwrap(), WasiPolicy::Deny).unwrap()
}

fn bars() -> Bars {
    sample().slice(0..500).unwrap()
}

fn reads(component: &Component) -> Reads {
    component.describe(&Limits::default()).outcome.unwrap().reads
}

/// Otherwise a guest could answer the first call honestly and every later one as it likes.
#[test]
fn state_kept_between_calls_is_never_seen_again() {
    let sandbox = Sandbox::new(&SandboxConfig::default()).unwrap();
    let component = load(&sandbox, "stateful");
    let (limits, reads) = (Limits::default(), reads(&component));
    let first = component.signals(&bars(), reads, &[], &limits);
    for _ in 0..20 {
        assert_eq!(component.data_needed(&[], &limits).outcome.unwrap().minimum_bars, 2);
        assert_eq!(component.accept(&[], &ExitGenome::default(), &limits).outcome, Ok(()));
        assert_eq!(component.signals(&bars(), reads, &[], &limits), first);
    }
}

/// Otherwise a review could not tell a component that keeps something between calls from one that does not.
#[test]
fn calls_in_turn_show_what_an_instance_keeps() {
    const PERIOD: &[f64] = &[20.0];
    let sandbox = Sandbox::new(&SandboxConfig::default()).unwrap();
    let (limits, bars) = (Limits::default(), bars());
    for (name, keeps) in [("stateful", true), ("harmless", false)] {
        let component = load(&sandbox, name);
        let reads = reads(&component);
        let first = component.signals(&bars, reads, PERIOD, &limits).outcome.unwrap();
        let calls = component.signals_in_turn(&[(&bars, PERIOD); 3], reads, &limits);
        assert_eq!(calls.len(), 3, "{name}");
        assert_eq!(calls[0].outcome.as_ref(), Ok(&first), "{name}");
        assert_eq!(calls[1].outcome.as_ref() != Ok(&first), keeps, "{name}");
        assert_eq!(calls[1].usage.fuel_instantiate, calls[0].usage.fuel_instantiate, "{name}");
    }
    let trap = load(&sandbox, "trap");
    assert_eq!(trap.signals_in_turn(&[(&bars, PERIOD); 3], reads(&trap), &limits).len(), 1);
    assert_eq!(trap.signals_in_turn(&[], reads(&trap), &limits), []);
}

/// Otherwise nobody would notice a component that floods the log of whoever turns it up.
#[test]
fn what_a_guest_says_is_counted() {
    let sandbox = Sandbox::new(&SandboxConfig::default()).unwrap();
    let loud = load(&sandbox, "panic");
    let usage = loud.signals(&bars(), reads(&loud), &[20.0], &Limits::default()).usage;
    assert!(usage.messages >= 1 && usage.message_bytes > usage.messages, "{usage:?}");
    let quiet = load(&sandbox, "harmless");
    let usage = quiet.signals(&bars(), reads(&quiet), &[20.0], &Limits::default()).usage;
    assert_eq!((usage.messages, usage.message_bytes), (0, 0));
}

/// Otherwise results would depend on how many calls run at once.
#[test]
fn calls_on_many_threads_give_the_same_bits_and_costs() {
    let concurrency = std::num::NonZeroUsize::new(8).unwrap();
    let sandbox = Sandbox::new(&SandboxConfig { concurrency, ..SandboxConfig::default() }).unwrap();
    let component = load(&sandbox, "harmless");
    let (limits, reads, bars) = (Limits::default(), reads(&component), bars());
    let alone = component.signals(&bars, reads, &[], &limits);
    assert!(alone.outcome.is_ok());
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| (0..100).for_each(|_| assert_eq!(component.signals(&bars, reads, &[], &limits), alone)));
        }
    });
}

/// Otherwise a hundred bytes of answer could cost the host gigabytes.
#[test]
fn answers_and_messages_cannot_exceed_what_a_call_may_cost_the_host() {
    let sandbox = Sandbox::new(&SandboxConfig::default()).unwrap();
    for crafted in [Crafted::BigAnswer, Crafted::LongAnswer] {
        let component = sandbox.load(&crafted.bytes().unwrap(), WasiPolicy::Deny).unwrap();
        let failure = component.signals(&bars(), Reads::default(), &[14.0], &Limits::default()).outcome.unwrap_err();
        let kind = matches!(failure, Failure::Trapped { kind: TrapKind::HostCallBudget | TrapKind::Abi, .. });
        assert!(kind, "{}: {failure:?}", crafted.name());
    }
}

/// Otherwise whoever writes one file into the cache runs native code in the host.
#[test]
fn compiled_code_that_the_key_does_not_vouch_for_is_not_run() {
    let home = tempfile::tempdir().unwrap();
    let cache = CacheConfig { folder: home.path().join("compiled"), key: home.path().join("state/cache.key") };
    let config = SandboxConfig { cache: Some(cache.clone()), ..SandboxConfig::default() };
    let bytes = fs::read(&guests()["harmless"]).unwrap();
    let signals = |sandbox: &Sandbox| {
        let component = sandbox.load(&bytes, WasiPolicy::Deny).unwrap();
        component.signals(&bars(), reads(&component), &[], &Limits::default())
    };
    let honest = signals(&Sandbox::new(&config).unwrap());
    let kept: Vec<_> = fs::read_dir(&cache.folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    let [code] = kept.as_slice() else { panic!("{kept:?}") };
    assert_eq!(fs::metadata(code).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(fs::metadata(&cache.key).unwrap().permissions().mode() & 0o777, 0o600);

    let good = fs::read(code).unwrap();
    for at in [0, 40, good.len() / 2, good.len() - 1] {
        let mut tampered = good.clone();
        tampered[at] ^= 1;
        fs::write(code, &tampered).unwrap();
        assert_eq!(signals(&Sandbox::new(&config).unwrap()), honest, "byte {at}");
        assert_eq!(fs::read(code).unwrap(), good, "byte {at}: the tampered file was not replaced");
    }
    fs::write(code, &good[..16]).unwrap();
    assert_eq!(signals(&Sandbox::new(&config).unwrap()), honest);

    // What another key signed is as good as unsigned.
    fs::write(&cache.key, [7; 32]).unwrap();
    assert_eq!(signals(&Sandbox::new(&config).unwrap()), honest);
    assert_ne!(fs::read(code).unwrap(), good);
}

/// Otherwise others could plant code, or a key that they know.
#[test]
fn a_cache_that_others_can_reach_is_left_alone() {
    let home = tempfile::tempdir().unwrap();
    let cache = CacheConfig { folder: home.path().join("compiled"), key: home.path().join("state/cache.key") };
    fs::create_dir(&cache.folder).unwrap();
    fs::set_permissions(&cache.folder, fs::Permissions::from_mode(0o777)).unwrap();
    let config = SandboxConfig { cache: Some(cache.clone()), ..SandboxConfig::default() };
    load(&Sandbox::new(&config).unwrap(), "harmless");
    assert_eq!(fs::read_dir(&cache.folder).unwrap().count(), 0);
}

/// Otherwise a plugin could bring its own native code.
#[test]
fn compiled_code_is_not_a_plugin() {
    let home = tempfile::tempdir().unwrap();
    let cache = CacheConfig { folder: home.path().join("compiled"), key: home.path().join("cache.key") };
    let sandbox = Sandbox::new(&SandboxConfig { cache: Some(cache.clone()), ..SandboxConfig::default() }).unwrap();
    load(&sandbox, "harmless");
    let kept = fs::read_dir(&cache.folder).unwrap().next().unwrap().unwrap().path();
    let code = fs::read(kept).unwrap().split_off(32);
    assert_eq!(sandbox.load(&code, WasiPolicy::Deny).unwrap_err(), LoadError::Prescan(PrescanError::Compiled));
}
