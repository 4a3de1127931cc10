//! What holds for any prices, convictions, rules and settings.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, helpers included"
)]

use proptest::prelude::*;
use seedbed_backtest::{
    AtrStop, AtrTarget, Backtest, BreakEven, Chandelier, Combine, EntryMode, ExitKind, ExitReason, ExitRules, Fill,
    FixedStop, Indicators, PartialExit, Prices, Ratio, Scratch, Settings, Side, Sides, SignalExit, Size, StopOrder,
    TakeProfit, TimeStop, Touch, TrailingStop, VolatilityStop, backtest, score,
};

#[derive(Debug, Clone)]
struct Case {
    bars: Vec<[f64; 4]>,
    convictions: Vec<f64>,
    rules: ExitRules,
    settings: Settings,
}

impl Case {
    fn columns(&self) -> [Vec<f64>; 4] {
        [0, 1, 2, 3].map(|column| self.bars.iter().map(|bar| bar[column]).collect())
    }

    fn run(&self) -> Backtest {
        let [open, high, low, close] = self.columns();
        let prices = Prices::new(&open, &high, &low, &close).unwrap();
        backtest(prices, &self.settings.decide(&self.convictions), &self.rules, &self.settings).unwrap()
    }
}

/// Bars of a jumpy walk: each opens with a gap and spreads around its open and close.
fn bars(moves: &[(f64, f64, f64, f64)]) -> Vec<[f64; 4]> {
    let mut price = 100.0;
    let bar = |&(gap, body, up, down): &(f64, f64, f64, f64)| {
        let open = price * (1.0 + gap);
        let close = open * (1.0 + body);
        price = close;
        [open, f64::max(open, close) * (1.0 + up), f64::min(open, close) * (1.0 - down), close]
    };
    moves.iter().map(bar).collect()
}

fn touch() -> impl Strategy<Value = Touch> {
    prop_oneof![Just(Touch::Inclusive), Just(Touch::Strict)]
}

fn rules() -> impl Strategy<Value = ExitRules> {
    let maybe = |range: std::ops::Range<f64>| proptest::option::of(range);
    let stops = (
        maybe(0.0..0.3),
        proptest::option::of((1_usize..20, 0.0..6.0)),
        proptest::option::of((2_usize..20, 0.0..6.0)),
        proptest::option::of((0.0..0.2, prop_oneof![Just(0.0), 0.0..0.2])),
        proptest::option::of((1_usize..20, 0.0..6.0)),
        proptest::option::of((0.0..0.1, 0.0..0.1)),
        touch(),
    );
    let others = (
        maybe(0.0..0.5),
        proptest::option::of((1_usize..20, 0.0..6.0)),
        proptest::option::of(1_usize..30),
        proptest::option::of((0.0..0.3, 0.05..0.95)),
        maybe(0.0..1.0),
        any::<(bool, bool)>(),
    );
    (stops, others).prop_map(|((fixed, atr, vol, trail, chandelier, even, touch), others)| {
        let (gain, target, time, partial, signal, (all, open_first)) = others;
        ExitRules {
            fixed_stop: fixed.map(|loss| FixedStop { loss, touch }),
            atr_stop: atr.map(|(period, mult)| AtrStop { period, mult, touch }),
            volatility_stop: vol.map(|(period, mult)| VolatilityStop { period, mult, touch }),
            trailing_stop: trail.map(|(offset, activation)| TrailingStop { offset, activation, touch }),
            chandelier: chandelier.map(|(period, mult)| Chandelier { period, mult, touch }),
            break_even: even.map(|(trigger, lock)| BreakEven { trigger, lock, touch }),
            take_profit: gain.map(|gain| TakeProfit { gain, touch }),
            atr_target: target.map(|(period, mult)| AtrTarget { period, mult, touch }),
            time_stop: time.map(|holding_period| TimeStop { holding_period }),
            partial_exit: partial.map(|(trigger, fraction)| PartialExit { trigger, fraction, touch }),
            signal_exit: signal.map(|threshold| SignalExit { threshold }),
            combine: if all { Combine::All } else { Combine::Any },
            stop_order: if open_first { StopOrder::OpenFirst } else { StopOrder::StopFirst },
        }
    })
}

fn settings() -> impl Strategy<Value = Settings> {
    let fill = prop_oneof![Just(Fill::Close), Just(Fill::NextOpen)];
    let size = prop_oneof![Just(Size::AllIn), (1.0..900.0).prop_map(Size::Units)];
    let sides = prop_oneof![Just(Sides::Both), Just(Sides::Long), Just(Sides::Short)];
    let entry = prop_oneof![Just(EntryMode::Edge), Just(EntryMode::Level)];
    (fill, size, sides, entry, 0.0..0.01, 0.0..0.01, any::<bool>()).prop_map(
        |(fill, size, sides, entry, fees, slippage, stop_slippage)| Settings {
            fill,
            size,
            sides,
            entry,
            fees,
            slippage,
            stop_slippage,
            ..Settings::default()
        },
    )
}

fn case() -> impl Strategy<Value = Case> {
    let conviction = prop_oneof![8 => -1.0..1.0, 2 => Just(1.0), 2 => Just(-1.0), 1 => Just(f64::NAN)];
    let bar = ((-0.03..0.03, -0.05..0.05, 0.0..0.03, 0.0..0.03), conviction);
    (proptest::collection::vec(bar, 0..120), rules(), settings()).prop_map(|(rows, rules, settings)| {
        let (moves, convictions): (Vec<_>, Vec<_>) = rows.into_iter().unzip();
        Case { bars: bars(&moves), convictions, rules, settings }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_500, failure_persistence: None, ..ProptestConfig::default() })]

    /// Money comes from trades and goes to fees, nowhere else.
    #[test]
    fn equity_is_conserved(case in case()) {
        let run = case.run();
        let gains: f64 = run.trades.iter().map(|trade| trade.pnl).sum();
        let expected = (case.settings.cash + gains).max(0.0);
        let turnover: f64 = run.trades.iter().map(|trade| trade.quantity * trade.entry_price).sum();
        let bound = 1e-9 * (case.settings.cash + turnover);
        prop_assert!((run.metrics.final_equity - expected).abs() <= bound, "{} {expected}", run.metrics.final_equity);
        let compounded = run.returns.iter().fold(case.settings.cash, |equity, change| equity * (1.0 + change));
        prop_assert!((run.metrics.final_equity - compounded).abs() <= bound);
        prop_assert_eq!(run.returns.len(), case.bars.len());
    }

    /// Trades come in order, one at a time, and each within its own bars.
    #[test]
    fn trades_do_not_overlap(case in case()) {
        let run = case.run();
        for trade in &run.trades {
            prop_assert!(trade.entry_idx <= trade.exit_idx && trade.exit_idx < case.bars.len());
            let partial = trade.partial.map_or(trade.entry_idx, |fill| fill.idx);
            prop_assert!((trade.entry_idx..=trade.exit_idx).contains(&partial));
        }
        for pair in run.trades.windows(2) {
            prop_assert!(pair[0].exit_idx < pair[1].entry_idx && pair[0].closed);
        }
    }

    /// A fill is a price that the bar traded at, but for slippage; a stop or target names the level that it stands for.
    #[test]
    fn every_exit_is_consistent_with_its_bar(mut case in case()) {
        case.settings.slippage = 0.0;
        for trade in case.run().trades {
            let [open, high, low, close] = case.bars[trade.exit_idx];
            let long = trade.side == Side::Long;
            let kind = trade.reason.kind();
            let decided = matches!(kind, ExitKind::Time | ExitKind::Signal);
            if kind == ExitKind::End {
                prop_assert!(!trade.closed && trade.level.is_none() && trade.exit_price == close);
            } else if decided {
                let at = if case.settings.fill == Fill::Close { close } else { open };
                prop_assert!(trade.level.is_none() && trade.exit_price == at);
            } else {
                let level = trade.level.unwrap();
                let below = (kind != ExitKind::Target) == long;
                let touched = if below { low <= level } else { high >= level };
                let gapped = if below { open <= level } else { open >= level };
                prop_assert!(touched, "{trade:?}");
                prop_assert_eq!(trade.exit_price, if gapped { open } else { level });
                prop_assert!((low..=high).contains(&trade.exit_price), "{trade:?}");
            }
            if let Some(fill) = trade.partial {
                let [_, high, low, _] = case.bars[fill.idx];
                prop_assert!((low..=high).contains(&fill.price) && fill.reason == ExitReason::Partial);
                prop_assert!(fill.quantity > 0.0 && fill.quantity < trade.quantity);
            }
        }
    }

    /// Without an entry there is no trade, no loss and no ratio.
    #[test]
    fn no_entry_means_no_trade(mut case in case()) {
        for conviction in &mut case.convictions {
            *conviction /= 2.0;
        }
        let run = case.run();
        prop_assert!(run.trades.is_empty() && run.metrics.sharpe.value().is_none());
        prop_assert_eq!(run.metrics.final_equity, case.settings.cash);
        prop_assert_eq!((run.metrics.total_return, run.metrics.max_drawdown, run.metrics.exposure), (0.0, 0.0, 0.0));
    }

    /// A run is worth the same after any other run in the same buffers and with the same indicators.
    #[test]
    fn scratch_leaves_no_trace(case in case(), other in (rules(), settings())) {
        let [open, high, low, close] = case.columns();
        let indicators = Indicators::new(Prices::new(&open, &high, &low, &close).unwrap());
        let mut scratch = Scratch::default();
        score(&indicators, &other.1.decide(&case.convictions), &other.0, &other.1, &mut scratch).unwrap();
        let decisions = case.settings.decide(&case.convictions);
        let again = score(&indicators, &decisions, &case.rules, &case.settings, &mut scratch).unwrap();
        prop_assert_eq!(again, case.run().metrics);
    }

    /// An optimiser breeds whatever is infinite, and NaN sorts anywhere.
    #[test]
    fn no_metric_is_nan_or_infinite(mut case in case(), year in 1.0..1e7_f64, fees in 0.0..0.99) {
        (case.settings.bars_per_year, case.settings.fees) = (year, fees);
        let run = case.run();
        let metrics = run.metrics;
        let plain = [metrics.final_equity, metrics.total_return, metrics.max_drawdown, metrics.exposure];
        prop_assert!(plain.iter().all(|number| number.is_finite()), "{metrics:?}");
        prop_assert!((-1.0..=0.0).contains(&metrics.max_drawdown) && metrics.total_return >= -1.0);
        for ratio in [metrics.sharpe, metrics.sortino, metrics.cagr, metrics.calmar, metrics.win_rate] {
            prop_assert!(!matches!(ratio, Ratio::Defined(value) if !value.is_finite()), "{metrics:?}");
        }
        prop_assert!(run.returns.iter().all(|change| change.is_finite()));
        prop_assert!(run.trades.iter().all(|trade| trade.pnl.is_finite() && trade.return_.is_finite()));
    }
}
