//! Several symbols as one account, against sums by hand.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking, helpers included"
)]

mod support;

use std::collections::BTreeMap;

use seedbed_backtest::Settings;
use seedbed_evaluate::{Excerpt, Stage, buy_and_hold, stitch};
use seedbed_market::{Bars, Columns};
use support::{bars, bollinger_bands, examiner, excerpt, genome};

fn close(ours: f64, theirs: f64, what: &str) {
    let size = ours.abs().max(theirs.abs()).max(1.0);
    assert!((ours - theirs).abs() <= 1e-12 * size, "{what}: {ours}, by hand {theirs}");
}

/// Bars of these moments, opens and closes.
fn few(rows: &[(i64, f64, f64)]) -> Bars {
    let column = |of: fn(&(i64, f64, f64)) -> f64| rows.iter().map(of).collect::<Vec<_>>();
    Bars::new(Columns {
        time: rows.iter().map(|row| row.0 * 86_400_000).collect(),
        open: column(|row| row.1),
        high: column(|row| row.1.max(row.2)),
        low: column(|row| row.1.min(row.2)),
        close: column(|row| row.2),
        volume: column(|_| 1.0),
    })
    .unwrap()
}

/// Two symbols held without costs. `a` is bought at 100 and goes to 110 and 121: 10 % and 10 %. `b` has no bar on the second day; it is bought
/// at 50 on the third and closes at 40: -20 %. Half of each a day.
#[test]
fn symbols_share_an_account_in_halves() {
    let settings = Settings { fees: 0.0, slippage: 0.0, ..Settings::default() };
    let of = |symbol: &str, bars| Excerpt { settings, ..excerpt(symbol, bars, 0) };
    let excerpts = [
        of("a", few(&[(1, 90.0, 95.0), (2, 100.0, 110.0), (3, 110.0, 121.0)])),
        of("b", few(&[(1, 50.0, 50.0), (3, 50.0, 40.0)])),
    ];
    let held = buy_and_hold(&Stage::new(&excerpts)).unwrap();
    for (day, (ours, by_hand)) in held.returns().iter().zip([0.0, 0.05, -0.05]).enumerate() {
        close(*ours, by_hand, &format!("day {day}"));
    }
    assert_eq!(held.returns().len(), 3);
    close(held.metrics.total_return, 1.05 * 0.95 - 1.0, "return");
    close(held.metrics.max_drawdown, -0.05, "drawdown");
    assert_eq!(held.metrics.trades, 2);
    // Mean 0, so that no deviation can make a Sharpe ratio of it.
    close(held.metrics.sharpe.value().unwrap(), 0.0, "Sharpe");
}

/// The account of two symbols, one of which lacks every seventh day, is what the symbols' own accounts come to day by day.
#[test]
fn an_account_of_several_symbols_is_the_mean_of_their_own() {
    let plugin = bollinger_bands();
    let genome = genome(&plugin, 15, 0.05);
    let gaps = {
        let mut columns = bars(500, 2).into_columns();
        let keep = |place: usize| place % 7 != 3;
        let every = |column: &mut Vec<f64>| {
            let mut place = 0..;
            column.retain(|_| place.next().is_some_and(keep));
        };
        [&mut columns.open, &mut columns.high, &mut columns.low, &mut columns.close, &mut columns.volume]
            .into_iter()
            .for_each(every);
        let mut place = 0..;
        columns.time.retain(|_| place.next().is_some_and(keep));
        Bars::new(columns).unwrap()
    };
    let excerpts = [excerpt("whole", bars(500, 1), 120), excerpt("gaps", gaps, 80)];
    let stage = Stage::new(&excerpts);
    let both = examiner(&stage, None).account(&plugin, &genome).unwrap();

    let mut by_moment: BTreeMap<i64, f64> = BTreeMap::new();
    let (mut trades, mut held, mut scored) = (0, 0.0, 0.0);
    for excerpt in &excerpts {
        let alone = std::slice::from_ref(excerpt);
        let stage = Stage::new(alone);
        let account = examiner(&stage, None).account(&plugin, &genome).unwrap();
        let moments = &excerpt.bars.time()[excerpt.start..];
        assert_eq!(account.returns().len(), moments.len());
        for (moment, value) in moments.iter().zip(account.returns()) {
            *by_moment.entry(*moment).or_default() += value / 2.0;
        }
        trades += account.metrics.trades;
        held += account.metrics.exposure * account.returns().len() as f64;
        scored += account.returns().len() as f64;
    }
    assert_eq!(both.returns().len(), by_moment.len());
    for ((moment, by_hand), ours) in by_moment.iter().zip(both.returns()) {
        close(*ours, *by_hand, &format!("moment {moment}"));
    }
    let returns: Vec<f64> = by_moment.into_values().collect();
    let n = returns.len() as f64;
    let mean = returns.iter().sum::<f64>() / n;
    let deviation = (returns.iter().map(|r| (r - mean) * (r - mean)).sum::<f64>() / (n - 1.0)).sqrt();
    close(both.metrics.sharpe.value().unwrap(), mean / deviation * 252.0_f64.sqrt(), "Sharpe");
    let (mut equity, mut peak, mut deepest) = (1.0_f64, 1.0_f64, 0.0_f64);
    for value in &returns {
        equity *= 1.0 + value;
        peak = peak.max(equity);
        deepest = deepest.min(equity / peak - 1.0);
    }
    close(both.metrics.total_return, equity - 1.0, "return");
    close(both.metrics.max_drawdown, deepest, "drawdown");
    close(both.metrics.exposure, held / scored, "exposure");
    assert!(trades > 10);
    assert_eq!(both.metrics.trades, trades);
    let score = examiner(&stage, None).score(&plugin, &genome, genome.hash()).unwrap();
    assert_eq!(score, both.metrics, "a score is its account's");
}

/// Windows that follow each other carry their equity over.
#[test]
fn stitched_windows_compound() {
    let plugin = bollinger_bands();
    let genome = genome(&plugin, 15, 0.05);
    let history = bars(500, 1);
    let windows = [(100, 300), (300, 500)];
    let excerpts = windows.map(|(start, end)| [excerpt("a", history.slice(0..end).unwrap(), start)]);
    let stages = [Stage::new(&excerpts[0]), Stage::new(&excerpts[1])];
    let accounts = [0, 1].map(|window: usize| examiner(&stages[window], None).account(&plugin, &genome).unwrap());
    let joined = stitch(&[&accounts[0], &accounts[1]], &stages[0]);
    assert_eq!(joined.returns(), [accounts[0].returns(), accounts[1].returns()].concat());
    let grown = (1.0 + accounts[0].metrics.total_return) * (1.0 + accounts[1].metrics.total_return) - 1.0;
    close(joined.metrics.total_return, grown, "return");
    assert_eq!(joined.metrics.trades, accounts[0].metrics.trades + accounts[1].metrics.trades);
}
