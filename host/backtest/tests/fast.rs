//! The fast engine against the plain loop, over random candidates and series. If this fails, a search ranks candidates by
//! trades that they would not make.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, helpers included"
)]

mod support;

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};
use seedbed_backtest::{
    AtrStop, AtrTarget, BreakEven, Chandelier, Combine, EntryMode, Execution, ExitRules, Fill, FixedStop, Indicators,
    Metrics, PartialExit, Ratio, Scratch, Settings, Sides, SignalExit, Size, StopOrder, TakeProfit, TimeStop, Touch,
    Trade, TrailingStop, VolatilityStop, backtest, oracle, score,
};
use support::{Columns, apart};

/// Candidates compared: with the many trades of each, every mechanism fires thousands of times.
const SERIES: u64 = 20_000;
const CANDIDATES: usize = 10;

struct Dice(Xoshiro256PlusPlus);

impl Dice {
    fn within(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * ((self.0.next_u64() >> 11) as f64 / (1_u64 << 53) as f64)
    }

    fn chance(&mut self, share: f64) -> bool {
        self.within(0.0, 1.0) < share
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.0.next_u64() % bound as u64) as usize
    }

    fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())]
    }

    /// Prices of one of several kinds: calm or wild, trending, with gaps, flat for long, on a coarse grid so that levels are hit
    /// exactly; from no bar to a few thousand.
    fn columns(&mut self) -> Columns {
        let longest = self.pick(&[3, 12, 70, 300, 300, 1_500]);
        let bars = self.below(longest + 1);
        let spread = self.pick(&[0.0005, 0.003, 0.02, 0.08]);
        let drift = self.pick(&[0.0, 0.0, 0.3, -0.3]) * spread;
        let gaps = self.pick(&[0.0, 0.0, 0.05]);
        let still = self.pick(&[0.0, 0.0, 0.5, 0.97]);
        let grid = self.pick(&[0.0, 0.0, 0.25, 1.0]);
        let snap = |price: f64| if grid > 0.0 { f64::max((price / grid).round() * grid, grid) } else { price };
        let mut columns = Columns { open: vec![], high: vec![], low: vec![], close: vec![] };
        let mut price = 100.0;
        for _ in 0..bars {
            if self.chance(gaps) {
                price *= 1.0 + self.within(-0.15, 0.15);
            }
            let open = snap(price);
            let quiet = self.chance(still);
            let reach = if quiet { 0.0 } else { spread };
            price = f64::clamp(price * (1.0 + drift + self.within(-reach, reach)), 1e-3, 1e9);
            let close = if quiet { open } else { snap(price) };
            let high = snap(f64::max(open, close) * (1.0 + self.within(0.0, reach)));
            let low = snap(f64::min(open, close) * (1.0 - self.within(0.0, reach)));
            columns.open.push(open);
            columns.high.push(f64::max(high, f64::max(open, close)));
            columns.low.push(f64::min(low, f64::min(open, close)));
            columns.close.push(close);
        }
        columns
    }

    /// Convictions that hold for a while, so that some trades last.
    fn convictions(&mut self, bars: usize) -> Vec<f64> {
        let change = self.pick(&[0.02, 0.1, 0.5, 1.0]);
        let mut now = 0.0;
        (0..bars)
            .map(|_| {
                if self.chance(change) {
                    now = if self.chance(0.05) { f64::NAN } else { self.within(-1.2, 1.2) };
                }
                now
            })
            .collect()
    }

    /// A first bar to score: often that of all bars.
    fn start(&mut self, bars: usize) -> usize {
        if bars == 0 || self.chance(0.7) { 0 } else { self.below(bars) }
    }

    fn touch(&mut self) -> Touch {
        self.pick(&[Touch::Inclusive, Touch::Strict])
    }

    fn rules(&mut self) -> ExitRules {
        let share = self.pick(&[0.1, 0.3, 0.6]);
        let scale = self.pick(&[0.01, 0.05, 0.3]);
        let distance = |dice: &mut Self| if dice.chance(0.05) { 0.0 } else { dice.within(0.0, scale) };
        let period = |dice: &mut Self| 2 + dice.below(18);
        let mult = |dice: &mut Self| dice.within(0.0, scale * 100.0);
        ExitRules {
            fixed_stop: self.chance(share).then(|| FixedStop { loss: distance(self), touch: self.touch() }),
            atr_stop: self.chance(share).then(|| AtrStop {
                period: period(self),
                mult: mult(self),
                touch: self.touch(),
            }),
            volatility_stop: self.chance(share).then(|| VolatilityStop {
                period: period(self),
                mult: mult(self),
                touch: self.touch(),
            }),
            trailing_stop: self.chance(share).then(|| TrailingStop {
                offset: distance(self),
                activation: self.pick(&[0.0, 0.3 * scale, scale]),
                touch: self.touch(),
            }),
            chandelier: self.chance(share).then(|| Chandelier {
                period: period(self),
                mult: mult(self),
                touch: self.touch(),
            }),
            break_even: self.chance(share).then(|| BreakEven {
                trigger: distance(self),
                lock: distance(self),
                touch: self.touch(),
            }),
            take_profit: self.chance(share).then(|| TakeProfit { gain: distance(self), touch: self.touch() }),
            atr_target: self.chance(share).then(|| AtrTarget {
                period: period(self),
                mult: mult(self),
                touch: self.touch(),
            }),
            time_stop: self.chance(share).then(|| TimeStop { holding_period: 1 + self.below(60) }),
            partial_exit: self.chance(share).then(|| PartialExit {
                trigger: distance(self),
                fraction: self.within(0.05, 0.95),
                touch: self.touch(),
            }),
            signal_exit: self.chance(share).then(|| SignalExit { threshold: self.within(0.0, 1.0) }),
            combine: self.pick(&[Combine::Any, Combine::All]),
            stop_order: self.pick(&[StopOrder::StopFirst, StopOrder::OpenFirst]),
        }
    }

    fn settings(&mut self) -> Settings {
        let cost = self.pick(&[0.0, 0.0005, 0.01]);
        Settings {
            fill: self.pick(&[Fill::Close, Fill::NextOpen]),
            size: if self.chance(0.3) { Size::Units(self.within(1.0, 900.0)) } else { Size::AllIn },
            sides: self.pick(&[Sides::Both, Sides::Long, Sides::Short]),
            entry: self.pick(&[EntryMode::Edge, EntryMode::Level]),
            fees: cost,
            slippage: self.pick(&[0.0, cost / 2.0]),
            stop_slippage: self.chance(0.5),
            ..Settings::default()
        }
    }
}

#[test]
fn the_fast_engine_equals_the_plain_loop() {
    let mut scratch = Scratch::default();
    let (mut trades, mut worst) = (0, 0.0);
    for seed in 0..SERIES {
        let mut dice = Dice(Xoshiro256PlusPlus::seed_from_u64(seed));
        let columns = dice.columns();
        let indicators = Indicators::new(columns.prices());
        let convictions = dice.convictions(columns.close.len());
        for candidate in 0..CANDIDATES {
            let (rules, settings) = (dice.rules(), dice.settings());
            let context = || format!("seed {seed}, candidate {candidate}: {rules:?} {settings:?}");
            let decisions = settings.decide(&convictions).from_bar(dice.start(convictions.len()));
            let fast = backtest(columns.prices(), &decisions, &rules, &settings).unwrap();
            let plain = oracle::backtest(columns.prices(), &decisions, &rules, &settings).unwrap();
            assert_eq!(fast.trades, plain.trades, "{}", context());
            assert_eq!(fast.returns, plain.returns, "{}", context());
            // The first run looks the signals up, later ones of the same decisions remember what lies before them.
            for _ in 0..2 {
                let scored = score(&indicators, &decisions, &rules, &settings, &mut scratch).unwrap();
                assert_eq!(scored, fast.metrics, "{}", context());
            }
            let others = dice.rules();
            let scored = score(&indicators, &decisions, &others, &settings, &mut scratch).unwrap();
            let plain_scored = oracle::score(&indicators, &decisions, &others, &settings, &mut scratch).unwrap();
            compare(&scored, &plain_scored, || format!("{} and then {others:?}", context()));
            let scored = oracle::score(&indicators, &decisions, &rules, &settings, &mut scratch).unwrap();
            assert_eq!(scored, plain.metrics, "{}", context());
            trades += plain.trades.len();
            worst = f64::max(worst, compare(&fast.metrics, &plain.metrics, context));
        }
    }
    assert!(trades > 2_000_000, "too few trades to prove anything: {trades}");
    println!("{trades} trades, metrics at most {worst:e} apart");
}

/// If this fails, a walk-forward test is scored with the training window's position, money or bars.
#[test]
fn a_window_is_worth_what_its_bars_alone_are() {
    let mut scratch = Scratch::default();
    let mut trades = 0;
    for seed in 0..SERIES {
        let mut dice = Dice(Xoshiro256PlusPlus::seed_from_u64(seed));
        let columns = dice.columns();
        let bars = columns.close.len();
        let convictions = dice.convictions(bars);
        let start = dice.start(bars);
        let (all, slice) = (columns.prices(), columns.window(start, bars));
        // An indicator would know the bars before the slice.
        let rules =
            ExitRules { atr_stop: None, volatility_stop: None, chandelier: None, atr_target: None, ..dice.rules() };
        let settings = dice.settings();
        let context = || format!("seed {seed}: {rules:?} {settings:?}");
        let within = settings.decide(&convictions).from_bar(start);
        let alone = settings.decide(&convictions[start..]);

        let plain = oracle::backtest(all, &within, &rules, &settings).unwrap();
        let expected = oracle::backtest(slice, &alone, &rules, &settings).unwrap();
        let shifted: Vec<_> = plain.trades.iter().map(|trade| earlier(trade, start)).collect();
        assert_eq!(shifted, expected.trades, "{}", context());
        assert_eq!(plain.returns, expected.returns, "{}", context());
        let ruined = plain.metrics.ruined.map(|bar| bar - start);
        assert_eq!(Metrics { ruined, ..plain.metrics }, expected.metrics, "{}", context());
        assert_eq!(plain.nan_convictions, expected.nan_convictions, "{}", context());

        let scored = score(&Indicators::new(all), &within, &rules, &settings, &mut scratch).unwrap();
        compare(&Metrics { ruined, ..scored }, &expected.metrics, context);
        trades += expected.trades.len();
    }
    assert!(trades > 100_000, "too few trades to prove anything: {trades}");
}

/// Returns beyond what the fast engine can sum up, of the prices as well as of a short that is nearly ruined, are scored all the
/// same.
#[test]
fn wild_returns_are_scored_by_the_plain_loop() {
    let leaps = [1.0, 2_000.0, 1.5, 9_000.0, 1.0, 1.1, 1.2, 4_000.0, 2.0, 1.0, 1.0];
    let halves = [1.0, 1.5, 1.999_9, 1.0, 1.2, 1.999_99, 0.5, 0.7, 0.9, 1.0, 1.0];
    let settings = Settings { fees: 0.0, slippage: 0.0, fill: Fill::Close, ..Settings::default() };
    for (close, conviction) in [(leaps, 1.0), (leaps, -1.0), (halves, -1.0)] {
        let columns = Columns { open: close.into(), high: close.into(), low: close.into(), close: close.into() };
        let decisions = settings.decide(&[conviction; 11]);
        let fast = backtest(columns.prices(), &decisions, &ExitRules::default(), &settings).unwrap();
        let plain = oracle::backtest(columns.prices(), &decisions, &ExitRules::default(), &settings).unwrap();
        assert_eq!((fast.metrics, &fast.trades), (plain.metrics, &plain.trades));
        assert!(plain.returns.iter().any(|change| *change > 1_024.0) || plain.metrics.ruined.is_some());
        assert_eq!((fast.returns, fast.trades.len()), (plain.returns, 1));
    }
}

/// The trade as it stands among the bars from `start` on.
fn earlier(trade: &Trade, start: usize) -> Trade {
    let partial = trade.partial.map(|fill| Execution { idx: fill.idx - start, ..fill });
    Trade { entry_idx: trade.entry_idx - start, exit_idx: trade.exit_idx - start, partial, ..*trade }
}

/// Everything but the two ratios is equal to the last bit; gives how far those are apart.
fn compare(fast: &Metrics, plain: &Metrics, context: impl Fn() -> String) -> f64 {
    let (sharpe, sortino) = (plain.sharpe, plain.sortino);
    assert_eq!(Metrics { sharpe, sortino, ..*fast }, *plain, "{}", context());
    let ratios = [(fast.sharpe, sharpe), (fast.sortino, sortino)];
    let distances = ratios.map(|(fast, plain)| match (fast, plain) {
        (Ratio::Defined(fast), Ratio::Defined(plain)) => apart(fast, plain),
        (fast, plain) => {
            assert_eq!(fast, plain, "{}", context());
            0.0
        }
    });
    let worst = f64::max(distances[0], distances[1]);
    assert!(worst <= 1e-12, "{worst:e}: {ratios:?} {}", context());
    worst
}
