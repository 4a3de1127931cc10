//! The backtest: nanoseconds per bar and exit variant on one-minute bars, long, all-in, with return, Sharpe ratio, drawdown and
//! trade count; the fast engine and the plain loop side by side. The throughput that criterion prints is in bars times variants.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};
use seedbed_backtest::{
    Decisions, ExitRules, FixedStop, Indicators, Masks, Metrics, Prices, Refused, Scratch, Settings, SignalExit,
    TakeProfit, TimeStop, Touch, TrailingStop, oracle, score,
};
use std::hint::black_box;

const BARS: usize = 100_000;
const VARIANTS: usize = 1_000;

struct Columns {
    open: Vec<f64>,
    high: Vec<f64>,
    low: Vec<f64>,
    close: Vec<f64>,
}

fn uniform(random: &mut Xoshiro256PlusPlus, low: f64, high: f64) -> f64 {
    low + (high - low) * ((random.next_u64() >> 11) as f64 / (1_u64 << 53) as f64)
}

/// Sum of four uniforms, scaled to a standard deviation of 1.
fn bell(random: &mut Xoshiro256PlusPlus) -> f64 {
    (0..4).map(|_| uniform(random, -0.5, 0.5)).sum::<f64>() * 3.0_f64.sqrt()
}

/// One-minute bars of a stock: 0.05 % a bar.
fn minutes(random: &mut Xoshiro256PlusPlus) -> Columns {
    let mut columns = Columns { open: Vec::new(), high: Vec::new(), low: Vec::new(), close: Vec::new() };
    let mut price = 100.0;
    for _ in 0..BARS {
        let open = price;
        let (mut high, mut low) = (open, open);
        for _ in 0..4 {
            price *= 1.0 + 0.00025 * bell(random);
            (high, low) = (f64::max(high, price), f64::min(low, price));
        }
        columns.open.push(open);
        columns.high.push(high);
        columns.low.push(low);
        columns.close.push(price);
    }
    columns
}

/// Crosses of EMA(10) over and under EMA(30), the first 30 bars silent.
fn crosses(close: &[f64]) -> Decisions {
    let ema = |period: f64| {
        close.iter().scan(close.first().copied().unwrap_or_default(), move |ema, price| {
            *ema += 2.0 / (period + 1.0) * (price - *ema);
            Some(*ema)
        })
    };
    let above: Vec<bool> = ema(10.0).zip(ema(30.0)).enumerate().map(|(bar, (f, s))| bar >= 30 && f > s).collect();
    let entry: Vec<bool> =
        std::iter::once(&false).chain(&above).zip(&above).map(|(before, now)| *now && !before).collect();
    let exit: Vec<bool> =
        std::iter::once(&false).chain(&above).zip(&above).map(|(before, now)| *before && !now).collect();
    Decisions::from_masks(close.len(), Masks { long_entry: &entry, long_exit: &exit, ..Masks::default() })
}

fn variant(random: &mut Xoshiro256PlusPlus) -> ExitRules {
    let touch = Touch::Inclusive;
    let mut chance = |share: f64| uniform(random, 0.0, 1.0) < share;
    let (stop, trail, target, time, signal) = (chance(0.5), chance(0.5), chance(0.5), chance(0.3), chance(0.7));
    ExitRules {
        fixed_stop: stop.then(|| FixedStop { loss: uniform(random, 0.01, 0.1), touch }),
        trailing_stop: trail.then(|| TrailingStop { offset: uniform(random, 0.005, 0.05), activation: 0.0, touch }),
        take_profit: target.then(|| TakeProfit { gain: uniform(random, 0.02, 0.3), touch }),
        time_stop: time.then(|| TimeStop { holding_period: 1 + (random.next_u64() % 60) as usize }),
        signal_exit: signal.then_some(SignalExit { threshold: 0.0 }),
        ..ExitRules::default()
    }
}

/// Stops and targets of 5 to 20 %, no exit signal: trades that last thousands of bars.
fn wide(random: &mut Xoshiro256PlusPlus) -> ExitRules {
    let touch = Touch::Inclusive;
    ExitRules {
        fixed_stop: Some(FixedStop { loss: uniform(random, 0.05, 0.2), touch }),
        take_profit: Some(TakeProfit { gain: uniform(random, 0.05, 0.2), touch }),
        ..ExitRules::default()
    }
}

type Score = fn(&Indicators<'_>, &Decisions, &ExitRules, &Settings, &mut Scratch) -> Result<Metrics, Refused>;

fn engines(criterion: &mut Criterion) {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(1);
    let columns = minutes(&mut random);
    let decisions = crosses(&columns.close);
    let variants: Vec<ExitRules> = (0..VARIANTS).map(|_| variant(&mut random)).collect();
    let wide: Vec<ExitRules> = (0..VARIANTS).map(|_| wide(&mut random)).collect();
    let settings = Settings { bars_per_year: 252.0 * 390.0, ..Settings::default() };
    let Ok(prices) = Prices::new(&columns.open, &columns.high, &columns.low, &columns.close) else { return };

    for (name, rules) in [("1000 exit variants", &variants), ("1000 wide stops", &wide)] {
        let mut group = criterion.benchmark_group(format!("backtest, 100k bars, {name}"));
        group.sample_size(10).throughput(Throughput::Elements((BARS * VARIANTS) as u64));
        for (engine, score) in [("fast", score as Score), ("oracle", oracle::score as Score)] {
            group.bench_function(engine, |bencher| {
                bencher.iter(|| {
                    // The tables of the price history are part of the price.
                    let indicators = Indicators::new(prices);
                    let mut scratch = Scratch::default();
                    for rules in rules {
                        let _ = black_box(score(&indicators, &decisions, black_box(rules), &settings, &mut scratch));
                    }
                });
            });
        }
        group.finish();
    }
}

criterion_group!(benches, engines);
criterion_main!(benches);
