//! The backtest: nanoseconds per bar and exit variant on one-minute bars, long, all-in, with return, Sharpe ratio, drawdown and
//! trade count; the fast engine and the plain loop side by side. The same for wide stops, and for both sides entered and left on
//! convictions, as plugins give them. Then the full report with the return of each bar. The throughput that criterion prints is in
//! bars times variants.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};
use seedbed_backtest::{
    Decisions, ExitRules, FixedStop, Indicators, Masks, Metrics, Prices, Refused, Scratch, Settings, SignalExit,
    TakeProfit, TimeStop, Touch, TrailingStop, book, oracle, score,
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

/// How far EMA(10) lies above EMA(30), as a share of the price.
fn gap(close: &[f64]) -> Vec<f64> {
    let ema = |period: f64| {
        close.iter().scan(close.first().copied().unwrap_or_default(), move |ema, price| {
            *ema += 2.0 / (period + 1.0) * (price - *ema);
            Some(*ema)
        })
    };
    ema(10.0).zip(ema(30.0)).zip(close).map(|((fast, slow), price)| (fast - slow) / price).collect()
}

/// Crosses of EMA(10) over and under EMA(30), the first 30 bars silent.
fn crosses(gap: &[f64]) -> Decisions {
    let above: Vec<bool> = gap.iter().enumerate().map(|(bar, gap)| bar >= 30 && *gap > 0.0).collect();
    let entry: Vec<bool> =
        std::iter::once(&false).chain(&above).zip(&above).map(|(before, now)| *now && !before).collect();
    let exit: Vec<bool> =
        std::iter::once(&false).chain(&above).zip(&above).map(|(before, now)| *before && !now).collect();
    Decisions::from_masks(gap.len(), Masks { long_entry: &entry, long_exit: &exit, ..Masks::default() })
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

/// A variant that is left on any conviction.
fn convinced(random: &mut Xoshiro256PlusPlus) -> ExitRules {
    let rules = variant(random);
    let threshold = uniform(random, 0.0, 1.0);
    ExitRules { signal_exit: rules.signal_exit.map(|_| SignalExit { threshold }), ..rules }
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
    let gap = gap(&columns.close);
    let crosses = crosses(&gap);
    let variants: Vec<ExitRules> = (0..VARIANTS).map(|_| variant(&mut random)).collect();
    let wide: Vec<ExitRules> = (0..VARIANTS).map(|_| wide(&mut random)).collect();
    let convinced: Vec<ExitRules> = (0..VARIANTS).map(|_| convinced(&mut random)).collect();
    let settings = Settings { bars_per_year: 252.0 * 390.0, ..Settings::default() };
    let Ok(prices) = Prices::new(&columns.open, &columns.high, &columns.low, &columns.close) else { return };

    let convictions: Vec<f64> = gap.iter().map(|gap| (gap * 1_500.0).clamp(-1.0, 1.0)).collect();
    let convictions = settings.decide(&convictions);

    let cases = [
        ("1000 exit variants", &crosses, &variants),
        ("1000 wide stops", &crosses, &wide),
        ("1000 exit variants on convictions", &convictions, &convinced),
    ];
    for (name, decisions, rules) in cases {
        let mut group = criterion.benchmark_group(format!("backtest, 100k bars, {name}"));
        group.sample_size(10).throughput(Throughput::Elements((BARS * VARIANTS) as u64));
        for (engine, score) in [("fast", score as Score), ("oracle", oracle::score as Score)] {
            group.bench_function(engine, |bencher| {
                bencher.iter(|| {
                    // The tables of the price history are part of the price.
                    let indicators = Indicators::new(prices);
                    let mut scratch = Scratch::default();
                    for rules in rules {
                        let _ = black_box(score(&indicators, decisions, black_box(rules), &settings, &mut scratch));
                    }
                });
            });
        }
        group.finish();
    }

    let mut group = criterion.benchmark_group("backtest, 100k bars, 100 reports");
    group.sample_size(10).throughput(Throughput::Elements((BARS * 100) as u64));
    let indicators = Indicators::new(prices);
    for (name, decisions, rules) in
        [("exit variants", &crosses, &variants), ("on convictions", &convictions, &convinced)]
    {
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                for rules in rules.iter().take(100) {
                    let _ = black_box(book(&indicators, decisions, black_box(rules), &settings));
                }
            });
        });
    }
    group.finish();
}

criterion_group!(benches, engines);
criterion_main!(benches);
