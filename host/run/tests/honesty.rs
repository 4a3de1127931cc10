//! Whether the verdict can be believed: it must not find skill in noise, and must find the skill that is there.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking, helpers included")]

mod support;

use rayon::prelude::*;
use seedbed_genome::Rng;
use seedbed_market::Bars;
use seedbed_report::report::Measured;
use seedbed_run::CONFIDENCE;
use support::{finished, from_log_returns, setup, walk};

const SEEDS: [&str; 3] = ["ema-crossover", "rsi-filter", "bollinger-bands"];
const SERIES: u64 = 20;

/// The deflated Sharpe ratio of a run of each of `plugins` on each of 20 series; none where it is undefined.
fn deflated(plugins: &[&'static str], costs: bool, series: fn(u64) -> Bars) -> Vec<(String, Option<f64>)> {
    let runs: Vec<_> = plugins.iter().flat_map(|name| (0..SERIES).map(move |seed| (*name, seed))).collect();
    let run = |(name, seed): (&str, u64)| {
        let mut setup = setup(name, series(seed), seed);
        if !costs {
            setup.symbols.iter_mut().for_each(|symbol| (symbol.settings.fees, symbol.settings.slippage) = (0.0, 0.0));
        }
        let verdict = finished(&setup).report.verdict;
        let deflated = match verdict.deflated_sharpe {
            Measured::Value(value) => Some(value),
            Measured::Missing(_) => None,
        };
        (format!("{name} on series {seed}: {}", verdict.sentence), deflated)
    };
    runs.into_par_iter().map(run).collect()
}

fn above(runs: &[(String, Option<f64>)]) -> usize {
    runs.iter().filter(|(_, deflated)| deflated.is_some_and(|deflated| deflated > CONFIDENCE)).count()
}

fn sentences(runs: &[(String, Option<f64>)]) -> String {
    runs.iter().map(|(sentence, _)| sentence.as_str()).collect::<Vec<_>>().join("\n")
}

/// Fails when a trader would be told that a strategy has skill where nobody can have any.
#[test]
fn noise_is_taken_for_noise() {
    let runs = deflated(&SEEDS, true, |seed| walk(2_520, seed));
    println!("{}", sentences(&runs));
    let above = above(&runs);
    println!("{above} of {} above {CONFIDENCE}", runs.len());
    assert!(above * 10 <= runs.len(), "{above} of {} runs on noise:\n{}", runs.len(), sentences(&runs));
}

/// The same without fees and slippage, which on their own push the Sharpe ratios of noise below 0 and would hide a verdict that is too kind.
#[test]
fn noise_without_costs_is_taken_for_noise() {
    let runs = deflated(&SEEDS, false, |seed| walk(2_520, seed));
    println!("{}", sentences(&runs));
    let above = above(&runs);
    println!("{above} of {} above {CONFIDENCE}", runs.len());
    assert!(above * 10 <= runs.len(), "{above} of {} runs on noise:\n{}", runs.len(), sentences(&runs));
}

/// Thirty years of daily log returns of 1 % deviation around a drift of 0.4 % up or down, which turns around with probability 1/60 a day: trends
/// of three months in the mean. A crossover of averages sees each turn some days late and holds the rest of the trend.
///
/// An edge of this size is needed, since the trials of a search differ in skill as well as in luck, and the deviation of their Sharpe ratios takes
/// both for luck: see the limits in docs/verdict.md.
fn regimes(seed: u64) -> Bars {
    let mut rng = Rng::new(seed);
    let mut up = rng.coin();
    from_log_returns(7_560, move || {
        up ^= rng.uniform() < 1.0 / 60.0;
        (if up { 0.004 } else { -0.004 }) + 0.01 * rng.normal()
    })
}

/// Fails when real skill is called luck: a trader would throw away what works. Fees and slippage at their defaults.
#[test]
fn a_planted_edge_is_found() {
    let runs = deflated(&["ema-crossover"], true, regimes);
    println!("{}", sentences(&runs));
    let above = above(&runs);
    println!("{above} of {} above {CONFIDENCE}", runs.len());
    assert!(above * 10 >= runs.len() * 9, "{above} of {} runs on a planted edge:\n{}", runs.len(), sentences(&runs));
}
