//! What only a memo that lies can show: no component of the contract can be impure, since each call that counts is the first and only one of a
//! fresh instance that has neither clock nor chance.

use std::sync::Arc;
use std::time::Duration;

use seedbed_backtest::Settings;
use seedbed_genome::Genome;
use seedbed_market::sample;
use seedbed_worker::{Limits, SandboxConfig, WasiPolicy, Workers};

use super::{Decided, Memo};
use crate::examiner::reading;
use crate::{EvaluationKey, ExamineError, Examiner, Excerpt, Grant, Plugin, SignalsKey, Source, Stage};

fn plugin() -> Plugin {
    let seed = seedbed_guests::seeds().iter().find(|seed| seed.name == "bollinger-bands").unwrap();
    let source = Source::Embedded { name: seed.name, component: seed.component };
    let workers = Workers::in_process(&SandboxConfig::default()).unwrap();
    Plugin::open(&workers, source, &Grant { limits: Limits::default(), wasi: WasiPolicy::Deny }).unwrap()
}

fn genomes(plugin: &Plugin) -> impl Iterator<Item = Genome> {
    (0..200).map(|nth: u32| {
        let mut parameters = plugin.parameters().to_vec();
        parameters[1] = 1.5 + 0.005 * f64::from(nth);
        Genome { parameters, exits: plugin.exits().genome }
    })
}

/// Fails when a component that answers the same question in two ways goes on to be scored by whichever answer came first.
#[test]
fn an_audit_finds_answers_that_are_not_the_components() {
    let plugin = plugin();
    let settings = Settings::default();
    let excerpts = [Excerpt { symbol: "IBM".to_owned(), bars: sample().slice(0..300).unwrap(), start: 0, settings }];
    let stage = Stage::new(&excerpts);
    let key = |genome: &Genome| SignalsKey::new(&plugin, excerpts[0].bars.hash(), &genome.parameters);
    let memo = Memo::new(64 << 20);
    let examiner = Examiner { stage: &stage, memo: Some(&memo), timeout: Duration::from_secs(60), audit: true };
    for genome in genomes(&plugin) {
        let decisions = settings.decide(&[0.0; 300]);
        let bytes = decisions.bytes();
        memo.keep_signals(key(&genome), reading(0, &settings), Arc::new(Decided { decisions, digest: [0; 32], bytes }));
    }
    let mut found = 0;
    for genome in genomes(&plugin) {
        let checked = key(&genome).as_bytes()[0].is_multiple_of(16);
        match examiner.account(&plugin, &genome) {
            Ok(_) => assert!(!checked, "one of the sample went unnoticed"),
            Err(ExamineError::Impure { plugin, symbol }) => {
                assert_eq!((plugin.as_str(), symbol.as_str(), checked), ("bollinger-bands", "IBM", true));
                found += 1;
            }
            Err(error) => panic!("{error}"),
        }
    }
    assert!(found > 0, "one of sixteen is asked again");
}

/// Fails when an audit takes a pure component for an impure one.
#[test]
fn an_audit_passes_what_is_pure() {
    let plugin = plugin();
    let settings = Settings::default();
    let excerpts = [Excerpt { symbol: "IBM".to_owned(), bars: sample().slice(0..300).unwrap(), start: 0, settings }];
    let stage = Stage::new(&excerpts);
    let memo = Memo::new(64 << 20);
    let examiner = Examiner { stage: &stage, memo: Some(&memo), timeout: Duration::from_secs(60), audit: true };
    for _ in 0..2 {
        for genome in genomes(&plugin) {
            examiner.account(&plugin, &genome).unwrap();
        }
    }
    assert_eq!(memo.usage().signal_hits, 200);
}

/// Fails when scores, which are small but many, take all memory.
#[test]
fn no_more_scores_are_kept_than_said() {
    let plugin = plugin();
    let genome = Genome { parameters: plugin.parameters().to_vec(), exits: plugin.exits().genome };
    let settings = Settings::default();
    let excerpts = [Excerpt { symbol: "IBM".to_owned(), bars: sample().slice(0..300).unwrap(), start: 0, settings }];
    let stage = Stage::new(&excerpts);
    let examiner = Examiner { stage: &stage, memo: None, timeout: Duration::from_secs(60), audit: false };
    let metrics = examiner.score(&plugin, &genome, genome.hash()).unwrap();
    let signals = SignalsKey::new(&plugin, excerpts[0].bars.hash(), &genome.parameters);
    let key = |start| EvaluationKey::new([(signals, start, &settings)], genome.hash());
    let memo = Memo::new(0);
    for start in 0..=Memo::SCORES.get() {
        memo.keep_score(key(start), metrics);
    }
    assert_eq!(memo.usage().scores, Memo::SCORES.get());
    assert_eq!(memo.score(key(0)), None, "the oldest had to go");
    assert_eq!(memo.score(key(1)), Some(metrics));
}
