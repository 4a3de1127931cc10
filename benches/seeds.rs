//! What a bar costs each seed that does not learn, in the sandbox and natively in the same run: quote the ratio, machines differ.
//!
//! What one more bar costs is the difference of the two lengths, divided by that of their bars: a fresh instance's fixed cost,
//! some microseconds, is in both.
#![allow(
    clippy::expect_used,
    missing_docs,
    reason = "a benchmark ends by panicking, and criterion's macros document nothing"
)]

use std::hint::black_box;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use seedbed_market::{Bars, sample};
use seedbed_sandbox::{Limits, Sandbox, SandboxConfig, WasiPolicy};
use seedbed_sdk::{Column, Exported, dispatch};

/// More bars than any seed needs at its defaults before it speaks, and few enough to tell the fixed cost.
const SHORT: usize = 270;

fn seeds(criterion: &mut Criterion) {
    let sandbox = Sandbox::new(&SandboxConfig::default()).expect("a sandbox");
    seed::<bollinger_bands::BollingerBands>(criterion, &sandbox);
    seed::<ema_crossover::EmaCrossover>(criterion, &sandbox);
    seed::<ichimoku_cloud::IchimokuCloud>(criterion, &sandbox);
    seed::<rsi_filter::RsiFilter>(criterion, &sandbox);
    seed::<sma_trend_filter::SmaTrendFilter>(criterion, &sandbox);
    seed::<stochastic_oscillator::StochasticOscillator>(criterion, &sandbox);
    seed::<volatility_scaling::VolatilityScaling>(criterion, &sandbox);
    seed::<vwap_reversion::VwapReversion>(criterion, &sandbox);
}

fn seed<S: Exported>(criterion: &mut Criterion, sandbox: &Sandbox) {
    let embedded = seedbed_guests::seeds().iter().find(|seed| seed.name == S::NAME).expect("the seed");
    let component = sandbox.load(embedded.component, WasiPolicy::Deny).expect("the seed loads");
    let limits = Limits::default();
    let description = component.describe(&limits).outcome.expect("a description");
    let parameters = description.defaults();

    let mut group = criterion.benchmark_group(S::NAME);
    for count in [SHORT, sample().len()] {
        let bars = sample().slice(0..count).expect("the sample is that long");
        let native = native_bars::<S>(&bars);
        let answer = component.signals(&bars, description.reads, &parameters, &limits).outcome;
        assert_eq!(answer.ok(), dispatch::signals::<S>(&native, &parameters).ok(), "{}: two answers", S::NAME);
        group.throughput(Throughput::Elements(count as u64));
        group.bench_function(BenchmarkId::new("sandbox", count), |bencher| {
            bencher.iter(|| component.signals(black_box(&bars), description.reads, &parameters, &limits));
        });
        group.bench_function(BenchmarkId::new("native", count), |bencher| {
            bencher.iter(|| dispatch::signals::<S>(black_box(&native), black_box(&parameters)));
        });
    }
    group.finish();
}

/// The bars as the seed would get them: without the columns that it does not read.
fn native_bars<S: Exported>(bars: &Bars) -> seedbed_sdk::Bars {
    let prices = |column, prices: &[f64]| if S::READS.contains(&column) { prices.to_vec() } else { Vec::new() };
    seedbed_sdk::Bars::new(
        Vec::new(),
        prices(Column::Open, bars.open()),
        prices(Column::High, bars.high()),
        prices(Column::Low, bars.low()),
        prices(Column::Close, bars.close()),
        prices(Column::Volume, bars.volume()),
    )
    .expect("columns of one length")
}

criterion_group! {
    name = benches;
    config = Criterion::default().warm_up_time(Duration::from_millis(500)).measurement_time(Duration::from_secs(1));
    targets = seeds
}
criterion_main!(benches);
