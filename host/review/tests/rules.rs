//! Each rule has a component, a manifest or a file that it tells about, and one that it passes.

#![allow(clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test ends where its helpers fail")]

mod support;

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use seedbed_plugin::Manifest;
use seedbed_review::{
    FileRole, Level, Pin, Pinning, Policy, Request, Review, Rule, Sizes, Verdict, WasiPolicy, Watched,
};
use support::{Craft, noise, producers, review, rule, seed, with_section};

/// Asserts that a rule tells about `bad` at its level and passes the plain component.
fn tells(wanted: Rule, bad: &[u8], said: &str) {
    tells_under(wanted, bad, said, &Policy::default(), wanted.default_level());
}

fn tells_under(wanted: Rule, bad: &[u8], said: &str, policy: &Policy, level: Level) {
    let good = rule(&Review::new(&Request::of("subject", &plain()), policy), wanted);
    assert_eq!((good.verdict, good.findings), (Verdict::Pass, vec![]), "{wanted} on the plain component");
    let report = rule(&Review::new(&Request::of("subject", bad), policy), wanted);
    assert_eq!(report.verdict, Verdict::from(level), "{wanted}: {report:?}");
    let found = report.findings.iter().find(|finding| finding.message.as_str().contains(said));
    assert_eq!(found.map(|finding| finding.level), Some(level), "{wanted}: {:?}", report.findings);
}

/// A component that no rule tells anything about but that it is nobody's: built by hand, with a maximum, with names.
fn plain() -> Vec<u8> {
    let craft = Craft { maximum: Some(16), named: true, ..Craft::default() };
    with_section(
        &with_section(&craft.component(), "seedbed-sdk", b"0.1.0"),
        "producers",
        &producers("language", "Rust", ""),
    )
}

fn of(craft: Craft) -> Vec<u8> {
    craft.component()
}

fn with_data(bytes: &[u8]) -> Vec<u8> {
    of(Craft { data: vec![(2048, bytes.to_vec())], ..Craft::default() })
}

fn policy(change: impl FnOnce(&mut Policy)) -> Policy {
    let mut policy = Policy::default();
    change(&mut policy);
    policy
}

fn sized(change: impl FnOnce(&mut Sizes)) -> Policy {
    policy(|policy| change(&mut policy.sizes))
}

#[test]
fn files_and_structure() {
    let mut trailing = plain();
    trailing.extend(b"\0asm");
    tells(Rule::Format, b"text", "not a WebAssembly binary");
    tells(Rule::Format, &trailing[..trailing.len() - 20], "malformed");
    tells(Rule::Size, &vec![0; (32 << 20) + 1], "33554433 bytes");
    let invalid = of(Craft {
        code: Some(|code| {
            code.i32_const(1);
        }),
        ..Craft::default()
    });
    tells(Rule::Valid, &invalid, "not valid");
    let small = sized(|sizes| sizes.functions = 10);
    tells_under(
        Rule::Structure,
        &of(Craft { functions: 5, ..Craft::default() }),
        "12 functions, at most 10",
        &small,
        Level::Fail,
    );
}

#[test]
fn interfaces() {
    let renamed = |from: &[u8], to: &[u8]| {
        let mut bytes = plain();
        let places: Vec<_> =
            bytes.windows(from.len()).enumerate().filter(|(_, at)| *at == from).map(|(at, _)| at).collect();
        assert!(!places.is_empty());
        places.into_iter().for_each(|at| bytes[at..at + to.len()].copy_from_slice(to));
        bytes
    };
    tells(Rule::Contract, &renamed(b"strategy/seed@", b"strategy/sead@"), "does not export");
    tells(Rule::Version, &renamed(b"strategy/seed@0.1.0", b"strategy/seed@9.1.0"), "version 9.1.0");
    tells(Rule::ExtraExports, &renamed(b"strategy/seed@", b"strategy/sead@"), "nobody calls");
    // The type of one field of the contract: `minimum-bars` of u32 (0x79) as s32 (0x7a).
    let other_type = renamed(b"minimum-bars\x79", b"minimum-bars\x7a");
    tells(Rule::Contract, &other_type, "data-needed has other types: (list<f64>) -> record{minimum-bars: s32");
    let guests = seedbed_guests::hostile::hostile(Path::new(env!("CARGO_TARGET_TMPDIR"))).expect("builds");
    tells(Rule::Imports, &fs::read(&guests["unknown-import"]).expect("read"), "hostile:exfiltration/mailbox@1.0.0");
    let wasi = fs::read(&guests["wasi"]).expect("read");
    tells(Rule::Wasi, &wasi, "asks for the network: wasi:sockets/");
    let inert = policy(|policy| policy.wasi = WasiPolicy::Inert);
    tells_under(Rule::Wasi, &wasi, "asks for files", &inert, Level::Warn);
    let clock = rule(&Review::new(&Request::of("wasi", &wasi), &inert), Rule::Wasi).findings;
    assert!(clock.iter().any(|finding| finding.level == Level::Note && finding.message.as_str().contains("the clock")));
    let allowed = policy(|policy| policy.imports = ["hostile:exfiltration/mailbox@1.0.0".to_owned()].into());
    let bytes = fs::read(&guests["unknown-import"]).expect("read");
    assert_eq!(rule(&Review::new(&Request::of("x", &bytes), &allowed), Rule::Imports).verdict, Verdict::Pass);
}

#[test]
fn memory_and_start() {
    tells(Rule::Memory, &of(Craft { pages: 1025, ..Craft::default() }), "at most 67108864");
    tells(Rule::Memory, &of(Craft { tables: 8, ..Craft::default() }), "9 tables, at most 8");
    tells(Rule::MemoryGrowth, &of(Craft::default()), "without a maximum");
    let grows = of(Craft {
        code: Some(|code| {
            code.i32_const(1).memory_grow(0).drop();
        }),
        maximum: Some(4),
        ..Craft::default()
    });
    tells(Rule::MemoryGrowth, &grows, "grows memory");
    let table = Craft {
        code: Some(|code| {
            code.ref_null(wasm_encoder::HeapType::FUNC).i32_const(1).table_grow(0).drop();
        }),
        ..Craft::default()
    };
    tells(Rule::TableGrowth, &of(table), "grows a table");
    tells(Rule::Start, &of(Craft { start: true, ..Craft::default() }), "before any function");
}

#[test]
fn code() {
    let threads = of(Craft {
        code: Some(|code| {
            code.atomic_fence();
        }),
        ..Craft::default()
    });
    tells(Rule::Features, &threads, "uses threads");
    let spins = of(Craft {
        code: Some(|code| {
            code.loop_(wasm_encoder::BlockType::Empty).br(0).end();
        }),
        ..Craft::default()
    });
    tells(Rule::EndlessLoops, &spins, "nothing in it leaves");
    let open = Craft {
        code: Some(|code| {
            code.loop_(wasm_encoder::BlockType::Empty).local_get(14).br_if(0).end();
        }),
        ..Craft::default()
    };
    tells(Rule::OpenLoops, &of(open), "more than a counter");
    let calls_itself = Craft {
        code: Some(|code| {
            for parameter in 0..14 {
                code.local_get(parameter);
            }
            code.call(4).drop();
        }),
        ..Craft::default()
    };
    tells(Rule::Recursion, &of(calls_itself), "may call itself");
    let hurried = sized(|sizes| sizes.compile_millis = 100);
    tells_under(
        Rule::CompileCost,
        &of(Craft { functions: 1_000, ..Craft::default() }),
        "of compilation",
        &hurried,
        Level::Warn,
    );
}

#[test]
fn data() {
    tells(
        Rule::DataSegments,
        &of(Craft { data: vec![(131_071, vec![1, 2])], ..Craft::default() }),
        "reaches to address 131073",
    );
    let many = of(Craft { data: (0..2_001).map(|at| (at, vec![1])).collect(), ..Craft::default() });
    tells(Rule::DataSegments, &many, "2001 data segments");
    tells(Rule::OpaqueData, &with_data(&noise(1, 10_000)), "holds 8192 bytes that look packed");
    tells(Rule::OpaqueData, &with_section(&plain(), "name", &noise(2, 5_000)), "a custom section holds 4096 bytes");
    tells(Rule::UnknownSections, &with_section(&plain(), "stowaway", b"x"), "\"stowaway\" of 1 byte");
    tells(Rule::Addresses, &with_data(b"post to https://evil.example/"), "https://evil.example");
    tells(Rule::Paths, &with_data(b"\0/etc/passwd"), "/etc/passwd");
    tells(Rule::Keys, &with_data(b"-----BEGIN PRIVATE KEY-----"), "BEGIN PRIVATE KEY");
    tells(Rule::ShellText, &with_data(b"bash -c 'id'"), "bash -c");
    tells(Rule::HostileNames, &with_section(&plain(), "a\u{1b}[2Jb", b""), "a terminal escape");
    tells(Rule::HostileTexts, &with_data(b"<script>alert(1)</script>"), "HTML");
    let policy = policy(|policy| policy.sections = ["stowaway".to_owned()].into());
    let allowed = with_section(&plain(), "stowaway", b"x");
    assert_eq!(rule(&Review::new(&Request::of("x", &allowed), &policy), Rule::UnknownSections).findings, []);
    let named = Review::new(&Request::of("=cmd|' /C calc'!A0", &plain()), &Policy::default());
    assert_eq!(rule(&named, Rule::HostileNames).verdict, Verdict::Fail);
}

/// Doubles of a fitted model, the densest data that a fair strategy carries, must not look packed.
#[test]
fn tables_of_numbers_are_not_opaque() {
    let numbers: Vec<u8> = noise(3, 16_384)
        .as_chunks::<8>()
        .0
        .iter()
        .flat_map(|bytes| (u64::from_le_bytes(*bytes) as f64 / u64::MAX as f64 - 0.5).to_le_bytes())
        .collect();
    assert_eq!(rule(&review(&with_data(&numbers)), Rule::OpaqueData).verdict, Verdict::Pass);
}

#[test]
fn tool_chain() {
    tells(Rule::Producers, &of(Craft::default()), "no seedbed-sdk section: nothing says");
    tells(Rule::Producers, &with_section(&plain(), "seedbed-sdk", b"soon"), "holds no version: \"soon\"");
    let first_sdk = include_bytes!("../../../tests/fixtures/version-1/plugins/ema-crossover/ema-crossover.wasm");
    tells(Rule::Producers, first_sdk, "functions of the guest SDK, but no seedbed-sdk section");
    for newer in ["0.1.1", "0.2.0-beta", "1.0.0"] {
        let bytes = with_section(&plain(), "seedbed-sdk", newer.as_bytes());
        tells(Rule::Toolchain, &bytes, &format!("seedbed-sdk {newer} is newer than 0.1.0"));
    }
    let old = with_section(&plain(), "producers", &producers("processed-by", "rustc", "1.51.0 (2fd73fabe 2021-03-23)"));
    tells(Rule::Toolchain, &old, "CVE-2021-31162");
    let large = of(Craft { functions: 200, ..Craft::default() });
    tells(Rule::DebugNames, &large, "names none of its 207 functions");
}

fn manifest(text: &str) -> Manifest {
    Manifest::parse(&format!("manifest = 1\ncomponent = \"x.wasm\"\n{text}"), Path::new("plugin.toml")).expect("right")
}

#[test]
fn manifests() {
    let fits = manifest("name = \"ema-crossover\"\n[limits]\nmemory = \"16MiB\"");
    for (wanted, other, said) in [
        (Rule::ManifestWasi, "name = \"ema-crossover\"\nwasi = \"inert\"", "imports none of it"),
        (Rule::ManifestName, "name = \"somebody-else\"", "stands nowhere"),
        (Rule::ManifestLimits, "name = \"ema-crossover\"\n[limits]\nmemory = \"1MiB\"", "1048576 bytes"),
        (Rule::ManifestBuild, "name = \"ema-crossover\"\n[build]\ncommand = [\"sh\", \"build.sh\"]", "sh build.sh"),
        (
            Rule::ManifestNotices,
            "name = \"ema-crossover\"\n[exits.atr-stop.mult]\nbounds = [0.0, 4.0]",
            "reach outside",
        ),
    ] {
        let report = |manifest: Option<&Manifest>| {
            let request = Request { manifest, ..Request::of("ema-crossover", seed("ema-crossover")) };
            rule(&Review::new(&request, &Policy::default()), wanted)
        };
        assert_eq!(report(None).verdict, Verdict::NotChecked);
        assert_eq!((report(Some(&fits)).verdict, report(Some(&fits)).findings), (Verdict::Pass, vec![]), "{wanted}");
        let told = report(Some(&manifest(other)));
        assert_eq!(told.verdict, Verdict::from(wanted.default_level()), "{wanted}");
        assert!(told.findings[0].message.as_str().contains(said), "{wanted}: {:?}", told.findings);
    }
}

#[test]
fn pins() {
    let policy = Policy::default();
    let component = seed("ema-crossover");
    let pin = Pin::new(&review(component), "2026-11-21", "0.1.0").expect("a date");
    let report = |bytes: &[u8], pin, policy: &Policy| {
        rule(&Review::new(&Request { pin, ..Request::of("ema-crossover", bytes) }, policy), Rule::Pinned)
    };
    assert_eq!(report(component, Pinning::NoLock, &policy).verdict, Verdict::NotChecked);
    assert_eq!(report(component, Pinning::Pinned(&pin), &policy).findings, []);
    assert_eq!(report(component, Pinning::Unpinned, &policy).findings[0].level, Level::Note);
    assert_eq!(report(seed("rsi-filter"), Pinning::Pinned(&pin), &policy).verdict, Verdict::Fail);
    let other = policy.clone().with_level(Rule::Keys, Level::Fail);
    assert_eq!(report(component, Pinning::Pinned(&pin), &other).verdict, Verdict::Warn);
}

#[test]
fn modes_of_files() {
    let folder = tempfile::tempdir().expect("a folder");
    let inner = folder.path().join("conf");
    let file = inner.join("review.toml");
    fs::create_dir(&inner).expect("made");
    fs::write(&file, "policy = 1").expect("written");
    let report = |mode: u32, folder_mode: u32, wanted: Rule| {
        fs::set_permissions(&file, Permissions::from_mode(mode)).expect("set");
        fs::set_permissions(&inner, Permissions::from_mode(folder_mode)).expect("set");
        let files = [Watched::new(&file, FileRole::Policy)];
        let request = Request { files: &files, ..Request::of("x", seed("ema-crossover")) };
        rule(&Review::new(&request, &Policy::default()), wanted)
    };
    for (mode, folder_mode, verdict) in [
        (0o444, 0o755, Verdict::Pass),
        (0o600, 0o700, Verdict::Pass),
        (0o664, 0o755, Verdict::Fail),
        (0o646, 0o755, Verdict::Fail),
        (0o644, 0o775, Verdict::Fail),
        (0o644, 0o777, Verdict::Fail),
        (0o644, 0o1777, Verdict::Pass),
    ] {
        assert_eq!(report(mode, folder_mode, Rule::Writable).verdict, verdict, "{mode:o} in {folder_mode:o}");
    }
    assert_eq!(report(0o444, 0o755, Rule::ReadOnly).findings, []);
    assert_eq!(report(0o644, 0o755, Rule::ReadOnly).findings.len(), 1);
    assert_eq!(rule(&review(seed("ema-crossover")), Rule::Writable).verdict, Verdict::NotChecked);
}

#[test]
fn comparisons() {
    let report = |old: &[u8], new: &[u8], wanted| {
        let request = Request { baseline: Some(old), ..Request::of("x", new) };
        rule(&Review::new(&request, &Policy::default()), wanted)
    };
    let (old, new) = (plain(), with_data(b"https://evil.example/"));
    for wanted in [Rule::Widened, Rule::Changed] {
        let same = report(&old, &old, wanted);
        assert_eq!((same.verdict, same.findings), (Verdict::Pass, vec![]), "{wanted}");
    }
    let widened = report(&old, &new, Rule::Widened);
    assert_eq!(widened.verdict, Verdict::Warn);
    assert!(widened.findings[0].message.as_str().contains("evil.example"));
    let narrower = report(&new, &old, Rule::Widened);
    assert_eq!((narrower.verdict, narrower.findings), (Verdict::Pass, vec![]));
    let changed = report(seed("ema-crossover"), seed("bollinger-bands"), Rule::Changed);
    assert!(changed.findings.iter().any(|finding| finding.message.as_str().starts_with("bytes of code: ")));
    assert_eq!(report(b"text", &old, Rule::Changed).verdict, Verdict::NotChecked);
}

/// A rule that was switched off did not pass.
#[test]
fn policies_decide_levels() {
    let bytes = with_data(b"https://evil.example/");
    let verdict = |level| {
        let policy = Policy::default().with_level(Rule::Addresses, level);
        rule(&Review::new(&Request::of("x", &bytes), &policy), Rule::Addresses).verdict
    };
    assert_eq!(
        [Level::Off, Level::Note, Level::Warn, Level::Fail].map(verdict),
        [Verdict::NotChecked, Verdict::Pass, Verdict::Warn, Verdict::Fail]
    );
}

/// `seedbed.lock` keeps the digest: it must be the same on the next machine, and another for other findings.
#[test]
fn the_digest_follows_the_findings_and_nothing_else() {
    let digest = |bytes: &[u8]| review(bytes).digest();
    let seed = seed("ema-crossover");
    assert_eq!(digest(seed), digest(seed));
    assert_ne!(digest(seed), digest(&with_section(seed, "stowaway", b"x")));
    let files = [Watched::new("/tmp", FileRole::PluginFolder)];
    let request = Request { files: &files, baseline: Some(seed), ..Request::of("subject", seed) };
    assert_eq!(Review::new(&request, &Policy::default()).digest(), digest(seed));
}

/// A component full of findings must not fill a report, and its worst one must still count.
#[test]
fn findings_are_bounded_and_counted() {
    let text: Vec<u8> =
        (0..100).flat_map(|at| format!("https://host-{at}.example/{}", " ".repeat(30)).into_bytes()).collect();
    let report = rule(&review(&with_data(&text)), Rule::Addresses);
    assert_eq!((report.findings.len(), report.more), (20, 30));
    assert_eq!(report.verdict, Verdict::Warn);
}
