//! Trades and metrics against two public backtesters: vectorbt 1.2.0 (fill at close) and backtesting.py 0.6.6 (next open).
//! If one of these fails, a user's fills are not those that the field's own tools would book.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, helpers included"
)]

mod support;

use seedbed_backtest::{
    Backtest, Decisions, ExitRules, Fill, FixedStop, Indicators, Masks, Metrics, Refused, Scratch, Settings,
    SignalExit, Size, TakeProfit, TimeStop, Touch, Trade, TrailingStop, backtest, oracle, score,
};
use serde_json::Value;
use support::{Columns, apart, json, number, relative, rows, text};

fn rules(variant: &Value, exit_on_signal: bool) -> ExitRules {
    let touch = Touch::Inclusive;
    let value = |name: &[&str]| name.iter().find_map(|name| variant[*name].as_f64());
    ExitRules {
        fixed_stop: value(&["sl", "stop_loss"]).map(|loss| FixedStop { loss, touch }),
        take_profit: value(&["tp", "take_profit"]).map(|gain| TakeProfit { gain, touch }),
        trailing_stop: value(&["trail", "trailing"]).map(|offset| TrailingStop { offset, activation: 0.0, touch }),
        time_stop: variant["max_hold"].as_u64().map(|bars| TimeStop { holding_period: bars as usize }),
        signal_exit: exit_on_signal.then_some(SignalExit { threshold: 0.0 }),
        ..ExitRules::default()
    }
}

fn settings(file: &Value) -> Settings {
    Settings {
        fill: if file["fill"] == "close" { Fill::Close } else { Fill::NextOpen },
        size: file["size"].as_f64().map_or(Size::AllIn, Size::Units),
        cash: file["init_cash"].as_f64().unwrap(),
        fees: file["fees"].as_f64().unwrap(),
        slippage: file["slippage"].as_f64().unwrap(),
        bars_per_year: file["bars_per_year"].as_f64().unwrap(),
        ..Settings::default()
    }
}

fn decisions(file: &Value, bars: usize) -> Decisions {
    let mask = |name: &str| {
        let mut mask = vec![false; bars];
        for bar in file[name].as_array().unwrap() {
            mask[bar.as_u64().unwrap() as usize] = true;
        }
        mask
    };
    let (entry, exit) = (mask("entries"), mask("exits"));
    Decisions::from_masks(bars, Masks { long_entry: &entry, long_exit: &exit, ..Masks::default() })
}

#[test]
fn every_hand_made_case_books_its_trades() {
    let file = json("cases.json");
    let cases = file["cases"].as_array().unwrap();
    assert_eq!(cases.len(), 12);
    for case in cases {
        let bars = case["bars"].as_array().unwrap();
        let column = |i: usize| bars.iter().map(|bar| bar[i].as_f64().unwrap()).collect::<Vec<_>>();
        let columns = Columns { open: column(0), high: column(1), low: column(2), close: column(3) };
        let mask = |name: &str| case[name].as_array().unwrap().iter().map(|mark| mark == 1).collect::<Vec<_>>();
        let (entry, exit) = (mask("entry"), mask("exit"));
        let masks = Masks { long_entry: &entry, long_exit: &exit, ..Masks::default() };
        let settings = Settings {
            fill: if case["fill"] == "close" { Fill::Close } else { Fill::NextOpen },
            size: Size::Units(1.0),
            fees: 0.0,
            slippage: 0.0,
            ..Settings::default()
        };
        let decisions = Decisions::from_masks(bars.len(), masks);
        let run = backtest(columns.prices(), &decisions, &rules(case, true), &settings).unwrap();
        let plain = oracle::backtest(columns.prices(), &decisions, &rules(case, true), &settings).unwrap();
        let name = &case["name"];
        assert_eq!(plain.trades, run.trades, "{name}");
        let expected = case["trades"].as_array().unwrap();
        assert_eq!(run.trades.len(), expected.len(), "{name}");
        for (trade, expected) in run.trades.iter().zip(expected) {
            assert_eq!(trade.entry_idx as u64, expected["entry_idx"], "{name}");
            assert_eq!(trade.exit_idx as u64, expected["exit_idx"], "{name}");
            assert_eq!(trade.side.sign(), expected["side"].as_f64().unwrap(), "{name}");
            assert_eq!(trade.closed, expected["closed"], "{name}");
            assert!(relative(trade.entry_price, expected["entry_price"].as_f64().unwrap()) <= 1e-12, "{name}");
            assert!(relative(trade.exit_price, expected["exit_price"].as_f64().unwrap()) <= 1e-12, "{name}");
        }
    }
}

/// Compares every closed trade of every variant; gives how many there were.
fn compare_trades(name: &str) -> usize {
    let file = json(&format!("{name}.json"));
    let columns = Columns::read("ibm_1d.csv");
    let decisions = decisions(&file, columns.close.len());
    let mut expected = rows(&format!("{name}_trades.csv")).into_iter().peekable();
    let mut compared = 0;
    for variant in file["variants"].as_array().unwrap() {
        let rules = rules(variant, variant["exit_on_signal"] == true);
        let Backtest { trades, .. } = backtest(columns.prices(), &decisions, &rules, &settings(&file)).unwrap();
        let plain = oracle::backtest(columns.prices(), &decisions, &rules, &settings(&file)).unwrap();
        assert_eq!(plain.trades, trades, "{variant}");
        for trade in trades.iter().filter(|trade| trade.closed) {
            let row = expected.next().unwrap_or_else(|| panic!("no such trade: {trade:?}"));
            assert_eq!(text(&row, "variant"), variant["id"].to_string());
            compare_trade(trade, &row);
            compared += 1;
        }
        let next = expected.peek().map(|row| text(row, "variant").to_string());
        assert_ne!(next, Some(variant["id"].to_string()), "a trade of the reference is missing");
    }
    assert!(expected.next().is_none());
    compared
}

fn compare_trade(trade: &Trade, row: &[(String, String)]) {
    let context = || format!("{trade:?}\nagainst {row:?}");
    assert_eq!(trade.entry_idx.to_string(), text(row, "entry_idx"), "{}", context());
    assert_eq!(trade.exit_idx.to_string(), text(row, "exit_idx"), "{}", context());
    assert!(relative(trade.entry_price, number(row, "entry_price")) <= 1e-12, "{}", context());
    assert!(relative(trade.exit_price, number(row, "exit_price")) <= 1e-12, "{}", context());
    assert!(apart(trade.fees, number(row, "fees")) <= 1e-9, "{}", context());
    assert!(apart(trade.pnl, number(row, "pnl")) <= 1e-9, "{}", context());
}

#[test]
fn trades_filled_at_the_close_equal_vectorbt() {
    assert_eq!(compare_trades("ibm_close"), 9_460);
}

#[test]
fn trades_filled_at_the_next_open_equal_backtesting_py() {
    assert_eq!(compare_trades("ibm_next_open"), 9_447);
}

type Score = fn(&Indicators<'_>, &Decisions, &ExitRules, &Settings, &mut Scratch) -> Result<Metrics, Refused>;

#[test]
fn metrics_equal_vectorbt() {
    let file = json("ibm_metrics.json");
    let columns = Columns::read("ibm_1d.csv");
    let decisions = decisions(&file, columns.close.len());
    let indicators = Indicators::new(columns.prices());
    let mut scratch = Scratch::default();
    let (variants, metrics) = (file["variants"].as_array().unwrap(), file["metrics"].as_array().unwrap());
    assert_eq!((variants.len(), metrics.len()), (300, 300));
    for (variant, expected) in variants.iter().zip(metrics) {
        assert_eq!(variant["id"], expected["variant"]);
        let rules = rules(variant, variant["exit_on_signal"] == true);
        let number = |name: &str| expected[name].as_f64();
        for score in [score as Score, oracle::score] {
            let run = score(&indicators, &decisions, &rules, &settings(&file), &mut scratch).unwrap();
            assert!(apart(run.total_return, number("total_return").unwrap()) <= 1e-12, "{variant} {run:?}");
            assert!(apart(run.max_drawdown, number("max_drawdown").unwrap()) <= 1e-12, "{variant} {run:?}");
            assert_eq!(run.trades as u64, expected["trades"], "{variant}");
            match (run.sharpe.value(), number("sharpe")) {
                (Some(ours), Some(theirs)) => assert!(apart(ours, theirs) <= 1e-9, "{variant} {ours} {theirs}"),
                (ours, theirs) => assert_eq!(ours, theirs, "{variant}"),
            }
        }
    }
}
