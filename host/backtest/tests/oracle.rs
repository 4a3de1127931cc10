//! Every trade of the independent oracle in tests/reference/exits: all eleven mechanisms, both sides, both fill modes, sizes,
//! costs, comparators, partial exits, stop-and-reverse, ruin. If this fails, one of the rules R1 to R20 is not what the
//! documentation says.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, helpers included"
)]

mod support;

use std::collections::BTreeMap;

use seedbed_backtest::{
    AtrStop, AtrTarget, BreakEven, Chandelier, Combine, EntryMode, ExitRules, Fill, FixedStop, Indicators, Metrics,
    PartialExit, Ratio, Scratch, Settings, Sides, SignalExit, Size, StopOrder, TakeProfit, TimeStop, Touch, Trade,
    TrailingStop, VolatilityStop, backtest, oracle, score,
};
use serde_json::Value;
use support::{Columns, apart, column, json, number, relative, rows, text};

fn rules(variant: &Value) -> ExitRules {
    let rules = &variant["rules"];
    let rule = |name: &str| rules.get(name);
    let real = |rule: &Value, name: &str| rule[name].as_f64().unwrap();
    let bars = |rule: &Value, name: &str| rule[name].as_u64().unwrap() as usize;
    let touch = |rule: &Value| if rule["touch"] == "strict" { Touch::Strict } else { Touch::Inclusive };
    ExitRules {
        fixed_stop: rule("fixed_stop").map(|r| FixedStop { loss: real(r, "loss"), touch: touch(r) }),
        atr_stop: rule("atr_stop").map(|r| AtrStop {
            period: bars(r, "period"),
            mult: real(r, "mult"),
            touch: touch(r),
        }),
        volatility_stop: rule("volatility_stop").map(|r| VolatilityStop {
            period: bars(r, "period"),
            mult: real(r, "mult"),
            touch: touch(r),
        }),
        trailing_stop: rule("trailing_stop").map(|r| TrailingStop {
            offset: real(r, "offset"),
            activation: real(r, "activation"),
            touch: touch(r),
        }),
        chandelier: rule("chandelier").map(|r| Chandelier {
            period: bars(r, "period"),
            mult: real(r, "mult"),
            touch: touch(r),
        }),
        take_profit: rule("take_profit").map(|r| TakeProfit { gain: real(r, "gain"), touch: touch(r) }),
        atr_target: rule("atr_target").map(|r| AtrTarget {
            period: bars(r, "period"),
            mult: real(r, "mult"),
            touch: touch(r),
        }),
        time_stop: rule("time_stop").map(|r| TimeStop { holding_period: bars(r, "holding_period") }),
        break_even: rule("break_even").map(|r| BreakEven {
            trigger: real(r, "trigger"),
            lock: real(r, "lock"),
            touch: touch(r),
        }),
        partial_exit: rule("partial_exit").map(|r| PartialExit {
            trigger: real(r, "trigger"),
            fraction: real(r, "fraction"),
            touch: touch(r),
        }),
        signal_exit: rule("signal_exit").map(|r| SignalExit { threshold: real(r, "threshold") }),
        combine: if rules["combine"] == "all" { Combine::All } else { Combine::Any },
        stop_order: if variant["settings"]["stop_order"] == "open_first" {
            StopOrder::OpenFirst
        } else {
            StopOrder::StopFirst
        },
    }
}

fn settings(variant: &Value) -> Settings {
    let settings = &variant["settings"];
    let real = |name: &str| settings[name].as_f64().unwrap();
    Settings {
        fill: if settings["fill"] == "close" { Fill::Close } else { Fill::NextOpen },
        fees: real("fees"),
        slippage: real("slippage"),
        stop_slippage: settings["stop_slippage"] == true,
        size: settings["size"].as_f64().map_or(Size::AllIn, Size::Units),
        sides: match settings["sides"].as_str().unwrap() {
            "long" => Sides::Long,
            "short" => Sides::Short,
            _ => Sides::Both,
        },
        entry_threshold: real("entry_threshold"),
        entry: if settings["entry"] == "level" { EntryMode::Level } else { EntryMode::Edge },
        cash: real("cash"),
        bars_per_year: real("bars_per_year"),
    }
}

#[test]
fn every_trade_and_metric_equals_the_oracle() {
    let file = json("oracle/variants.json");
    let mut markets = BTreeMap::new();
    let mut convictions = BTreeMap::new();
    for (name, bars) in [("ibm_1d", "ibm_1d.csv"), ("goog_1d", "goog_1d.csv"), ("grid", "oracle/grid.csv")] {
        markets.insert(name, Columns::read(bars));
        for series in ["wander", "reverse", "cross"] {
            let values = column(&format!("oracle/convictions_{name}.csv"), series);
            convictions.insert((name, series), values);
        }
    }

    let mut expected = rows("oracle/trades.csv").into_iter().peekable();
    let mut scratch = Scratch::default();
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    let (mut trades, mut partials, mut shorts, mut ruins) = (0, 0, 0, 0);
    for variant in file["variants"].as_array().unwrap() {
        let id = variant["id"].to_string();
        let market = variant["market"].as_str().unwrap();
        let [from, until] = [0, 1].map(|i| variant["bars"][i].as_u64().unwrap() as usize);
        let prices = markets[market].window(from, until);
        let (rules, settings) = (rules(variant), settings(variant));
        let series = &convictions[&(market, variant["convictions"].as_str().unwrap())];
        let decisions = settings.decide(&series[from..until]);
        let run = backtest(prices, &decisions, &rules, &settings).unwrap();
        for trade in &run.trades {
            let row = expected.next().unwrap_or_else(|| panic!("no such trade: {trade:?}"));
            assert_eq!(text(&row, "variant"), id, "{trade:?}\n{variant}");
            compare_trade(trade, &row, variant);
            *reasons.entry(trade.reason.name()).or_default() += 1;
            trades += 1;
            partials += usize::from(trade.partial.is_some());
            shorts += usize::from(trade.side.sign() < 0.0);
        }
        let next = expected.peek().map(|row| text(row, "variant").to_string());
        assert_ne!(next, Some(id), "a trade of the oracle is missing");

        let plain = oracle::backtest(prices, &decisions, &rules, &settings).unwrap();
        assert_eq!(plain.trades, run.trades, "{variant}");
        compare_metrics(&run.metrics, variant);
        compare_metrics(&plain.metrics, variant);
        ruins += usize::from(run.metrics.ruined.is_some());
        assert_eq!(run.nan_convictions as u64, variant["metrics"]["nan"], "{variant}");
        let cheap = score(&Indicators::new(prices), &decisions, &rules, &settings, &mut scratch).unwrap();
        assert_eq!(cheap, run.metrics, "{variant}");
    }
    assert!(expected.next().is_none());

    assert!(trades >= 10_000, "{trades}");
    assert!(partials >= 500 && shorts >= 3_000 && ruins >= 5, "{partials} {shorts} {ruins}");
    assert_eq!(reasons.len(), 11, "some mechanism never fired: {reasons:?}");
}

fn compare_trade(trade: &Trade, row: &[(String, String)], variant: &Value) {
    let context = || format!("{trade:?}\nagainst {row:?}\nof {variant}");
    let same = |name: &str, value: String| assert_eq!(value, text(row, name), "{name}: {}", context());
    let near = |name: &str, value: f64, bound: f64| {
        assert!(relative(value, number(row, name)) <= bound, "{name}: {}", context());
    };
    same("entry_idx", trade.entry_idx.to_string());
    same("exit_idx", trade.exit_idx.to_string());
    same("side", trade.side.sign().to_string());
    same("reason", trade.reason.name().replace('-', "_"));
    same("closed", u8::from(trade.closed).to_string());
    same("partial_idx", trade.partial.map_or(String::new(), |fill| fill.idx.to_string()));
    near("entry_price", trade.entry_price, 1e-12);
    near("exit_price", trade.exit_price, 1e-12);
    near("quantity", trade.quantity, 1e-9);
    near("fees", trade.fees, 1e-9);
    // A gain is a difference of values: its error is measured against them.
    let value = trade.entry_price * trade.quantity;
    assert!((trade.pnl - number(row, "pnl")).abs() <= 1e-9 * value, "pnl: {}", context());
    assert_eq!(trade.level.is_some(), !text(row, "level").is_empty(), "{}", context());
    if let Some(level) = trade.level {
        near("level", level, 1e-12);
    }
    if let Some(fill) = trade.partial {
        near("partial_price", fill.price, 1e-12);
    }
}

fn compare_metrics(run: &Metrics, variant: &Value) {
    let expected = &variant["metrics"];
    let real = |name: &str| expected[name].as_f64();
    assert!(apart(run.total_return, real("total_return").unwrap()) <= 1e-9, "{variant}\n{run:?}");
    assert!(apart(run.max_drawdown, real("max_drawdown").unwrap()) <= 1e-9, "{variant}\n{run:?}");
    for (name, ours) in [("sharpe", run.sharpe), ("sortino", run.sortino)] {
        match (ours, real(name)) {
            (Ratio::Defined(ours), Some(theirs)) => assert!(apart(ours, theirs) <= 1e-9, "{variant}\n{run:?}"),
            (ours, theirs) => assert_eq!(ours.value(), theirs, "{name}: {variant}\n{run:?}"),
        }
    }
    assert_eq!(run.trades as u64, expected["trades"], "{variant}");
    assert_eq!(run.inactive_indicator_trades as u64, expected["inactive"], "{variant}");
    assert_eq!(run.unfunded_entries as u64, expected["unfunded"], "{variant}");
    assert_eq!(run.ruined.map(|bar| bar as u64), expected["ruined"].as_u64(), "{variant}");
}
