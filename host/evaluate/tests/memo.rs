//! What is known already must be known by all that it depends on, stay small, and change no result.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking, helpers included"
)]

mod support;

use std::collections::BTreeSet;
use std::time::Duration;

use seedbed_backtest::{EntryMode, Fill, Settings, Sides, Size};
use seedbed_evaluate::{EvaluationKey, Excerpt, Grant, Memo, SignalsKey, Stage};
use seedbed_worker::{Limits, SandboxConfig, WasiPolicy};
use support::{bars, bollinger_bands, examiner, excerpt, genome, grant, plugin};

/// Fails when a score under other conditions is taken for the one that is asked for.
#[test]
fn every_setting_of_an_account_is_part_of_its_key() {
    let plugin = bollinger_bands();
    let (bars, genome) = (bars(300, 1), genome(&plugin, 20, 0.1));
    let signals = SignalsKey::new(&plugin, bars.hash(), &genome.parameters);
    let usual = Settings::default();
    let others = [
        Settings { fill: Fill::Close, ..usual },
        Settings { fees: 0.001_000_000_000_000_000_3, ..usual },
        Settings { slippage: 0.0, ..usual },
        Settings { stop_slippage: true, ..usual },
        Settings { size: Size::Units(1.0), ..usual },
        Settings { size: Size::Units(2.0), ..usual },
        Settings { sides: Sides::Long, ..usual },
        Settings { sides: Sides::Short, ..usual },
        Settings { entry_threshold: 0.25, ..usual },
        Settings { entry: EntryMode::Level, ..usual },
        Settings { cash: 1.0, ..usual },
        Settings { bars_per_year: 365.0, ..usual },
    ];
    let key = |start, settings: &Settings| EvaluationKey::new([(signals, start, settings)], genome.hash());
    let other_genome = support::genome(&plugin, 20, 0.11);
    let mut keys: BTreeSet<_> = others.iter().map(|settings| key(0, settings)).collect();
    keys.extend([
        key(0, &usual),
        key(1, &usual),
        EvaluationKey::new([(signals, 0, &usual)], other_genome.hash()),
        EvaluationKey::new([(signals, 0, &usual), (signals, 0, &usual)], genome.hash()),
    ]);
    assert_eq!(keys.len(), others.len() + 4, "two of these are one key");
    assert_eq!(key(0, &usual), key(0, &Settings::default()), "equal questions have one key");
}

/// Fails when signals on other bars, of other parameters or from another engine are taken for the ones that are asked for.
#[test]
fn all_that_signals_depend_on_is_part_of_their_key() {
    let usual = SandboxConfig::default();
    let plugin_of = |config: &SandboxConfig, grant: Grant| plugin("bollinger-bands", config, grant);
    let bollinger = bollinger_bands();
    let (hash, parameters) = (bars(300, 1).hash(), [20.0, 2.0, 1.0]);
    let limits = Limits::default();
    let other_limits = [
        Limits { fuel_base: limits.fuel_base - 1, ..limits },
        Limits { fuel_per_bar: limits.fuel_per_bar - 1, ..limits },
        Limits { memory: limits.memory - (1 << 16), ..limits },
        Limits { deadline: limits.deadline - Duration::from_nanos(1), ..limits },
    ];
    let key = |plugin: &seedbed_evaluate::Plugin| SignalsKey::new(plugin, hash, &parameters);
    let mut keys: BTreeSet<_> =
        other_limits.map(|limits| key(&plugin_of(&usual, Grant { limits, ..grant() }))).into_iter().collect();
    keys.extend([
        key(&bollinger),
        key(&plugin("ema-crossover", &usual, grant())),
        key(&plugin_of(&usual, Grant { wasi: WasiPolicy::Inert, ..grant() })),
        key(&plugin_of(&SandboxConfig { strict_nan: true, ..usual.clone() }, grant())),
        SignalsKey::new(&bollinger, bars(300, 2).hash(), &parameters),
        SignalsKey::new(&bollinger, bars(301, 1).hash(), &parameters),
        SignalsKey::new(&bollinger, hash, &[20.0, 2.0_f64.next_up(), 1.0]),
        SignalsKey::new(&bollinger, hash, &[20.0, 2.0]),
    ]);
    assert_eq!(keys.len(), 12, "two of these are one key");
    assert_eq!(key(&bollinger), key(&bollinger_bands()), "equal questions have one key");
}

#[test]
fn a_changed_fee_is_a_miss_and_only_the_score_is_computed_anew() {
    let plugin = bollinger_bands();
    let genome = genome(&plugin, 20, 0.1);
    let memo = Memo::new(1 << 20);
    let usual = [excerpt("a", bars(500, 1), 0)];
    let dearer: Vec<Excerpt> = usual
        .iter()
        .map(|excerpt| Excerpt { settings: Settings { fees: 0.002, ..excerpt.settings }, ..excerpt.clone() })
        .collect();
    let (usual, dearer) = (Stage::new(&usual), Stage::new(&dearer));
    let score = |stage, memo| examiner(stage, memo).score(&plugin, &genome, genome.hash()).unwrap();

    let first = score(&usual, Some(&memo));
    assert!(first.trades > 0);
    assert_eq!(score(&usual, Some(&memo)), first);
    let usage = memo.usage();
    assert_eq!((usage.score_misses, usage.score_hits, usage.signal_misses), (1, 1, 1));

    let second = score(&dearer, Some(&memo));
    assert!(second.total_return < first.total_return);
    assert_eq!(second, score(&dearer, None), "as if nothing had been known");
    let usage = memo.usage();
    assert_eq!((usage.score_misses, usage.score_hits), (2, 1));
    assert_eq!((usage.signal_misses, usage.signal_hits), (1, 1), "signals know no fee");
}

/// Fails when a search depends on what happened to be known.
#[test]
fn results_are_the_same_with_and_without_a_memo() {
    let plugin = bollinger_bands();
    let excerpts = [excerpt("a", bars(400, 1), 100), excerpt("b", bars(350, 2), 0)];
    for excerpts in [&excerpts[..1], &excerpts[..]] {
        let stage = Stage::new(excerpts);
        // Of two sizes: one keeps everything, one has place for hardly anything.
        let memos = [Memo::new(8 << 20), Memo::new(20 << 10)];
        for (lookback, stop) in (0..60).map(|nth| (10 + nth % 12, 0.02 + 0.01 * f64::from(nth % 5))) {
            let genome = genome(&plugin, lookback, stop);
            let fresh = examiner(&stage, None).score(&plugin, &genome, genome.hash()).unwrap();
            let bits = |metrics: &seedbed_backtest::Metrics| format!("{metrics:?}");
            for memo in &memos {
                for _ in 0..2 {
                    let known = examiner(&stage, Some(memo)).score(&plugin, &genome, genome.hash()).unwrap();
                    assert_eq!(bits(&known), bits(&fresh), "lookback {lookback}, stop {stop}");
                }
                let account = examiner(&stage, Some(memo)).account(&plugin, &genome).unwrap();
                let fresh = examiner(&stage, None).account(&plugin, &genome).unwrap();
                assert_eq!(account.returns(), fresh.returns(), "lookback {lookback}, stop {stop}");
                assert_eq!(bits(&account.metrics), bits(&fresh.metrics), "lookback {lookback}, stop {stop}");
            }
        }
        assert!(memos.iter().all(|memo| memo.usage().score_hits >= 60));
    }
}

/// Fails when a long run takes all memory.
#[test]
fn a_memo_never_grows_above_its_limit() {
    let plugin = bollinger_bands();
    let excerpts = [excerpt("a", bars(600, 1), 0)];
    let stage = Stage::new(&excerpts);
    let one = Memo::new(usize::MAX);
    let first = genome(&plugin, 10, 0.1);
    examiner(&stage, Some(&one)).score(&plugin, &first, first.hash()).unwrap();
    let bytes = one.usage().signal_bytes;
    assert!(bytes > 0);

    let limit = 4 * bytes;
    let (small, none) = (Memo::new(limit), Memo::new(bytes / 2));
    let mut most = 0;
    for lookback in 10..=40 {
        let genome = genome(&plugin, lookback, 0.1);
        for memo in [&small, &none] {
            examiner(&stage, Some(memo)).score(&plugin, &genome, genome.hash()).unwrap();
        }
        most = most.max(small.usage().signal_bytes);
        assert!(small.usage().signal_bytes <= limit, "{} bytes of {limit}", small.usage().signal_bytes);
        assert_eq!(none.usage().signal_bytes, 0, "what is larger than all of it is not kept");
    }
    assert!(most > limit / 2, "it keeps what it may: {most} of {limit}");
    let recent = genome(&plugin, 40, 0.2);
    examiner(&stage, Some(&small)).score(&plugin, &recent, recent.hash()).unwrap();
    assert_eq!(small.usage().signal_hits, 1, "the last signals are known");
    let old = genome(&plugin, 10, 0.2);
    examiner(&stage, Some(&small)).score(&plugin, &old, old.hash()).unwrap();
    assert_eq!(small.usage().signal_hits, 1, "the first ones had to go");
}
