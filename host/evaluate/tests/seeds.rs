//! What every built-in seed promises, on the components themselves.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking, helpers included"
)]

use std::path::Path;

use seedbed_backtest::{Settings, Side};
use seedbed_evaluate::{Grant, Measured, Plugin, Source, open};
use seedbed_genome::{Domain, Family};
use seedbed_market::{Bars, Columns, read_file, sample};
use seedbed_outcome::{Failure, Refusal};
use seedbed_worker::{Limits, SandboxConfig, WasiPolicy, Workers};

struct Seed {
    plugin: std::sync::Arc<Plugin>,
    component_bytes: usize,
}

impl Seed {
    fn name(&self) -> &str {
        &self.plugin.description().name
    }

    fn is_ml(&self) -> bool {
        self.plugin.description().family == Family::MlClassifier
    }

    fn signals(&self, bars: &Bars, parameters: &[f64]) -> Result<Vec<f64>, Failure> {
        let reads = self.plugin.description().reads;
        self.plugin.component().signals(bars, reads, parameters, self.plugin.limits()).outcome
    }

    fn meaningful(&self, bars: &Bars) -> usize {
        let convictions = self.signals(bars, self.plugin.parameters()).unwrap_or_default();
        convictions.iter().filter(|conviction| conviction.abs() > Measured::MEANINGFUL).count()
    }
}

fn seeds() -> Vec<Seed> {
    let workers = Workers::in_process(&SandboxConfig::default()).unwrap();
    let embedded = seedbed_guests::seeds();
    let sources = embedded.iter().map(|seed| Source::Embedded { name: seed.name, component: seed.component });
    let opened = open(&workers, sources.collect(), &Grant { limits: Limits::default(), wasi: WasiPolicy::Deny });
    let seed = |(opened, embedded): (seedbed_evaluate::Opened, &seedbed_guests::EmbeddedSeed)| Seed {
        plugin: opened.plugin.unwrap(),
        component_bytes: embedded.component.len(),
    };
    opened.into_iter().zip(embedded).map(seed).collect()
}

fn goog() -> Bars {
    read_file(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../market/data/goog_1d.csv")).unwrap()
}

/// Every combination of the ends of the parameters' domains.
fn corners(plugin: &Plugin) -> Vec<Vec<f64>> {
    plugin.description().parameters.iter().fold(vec![Vec::new()], |corners, parameter| {
        let ends = match &parameter.domain {
            Domain::Real(ends) | Domain::LogReal(ends) | Domain::Integer(ends) => vec![ends.low(), ends.high()],
            Domain::Choice(labels) => (0..labels.len()).map(|index| index as f64).collect(),
        };
        let with = |corner: &Vec<f64>, end: &f64| [corner.as_slice(), &[*end]].concat();
        corners.iter().flat_map(|corner| ends.iter().map(move |end| with(corner, end))).collect()
    })
}

/// Otherwise evolution would meet failures that are no fault of the genome.
#[test]
fn every_corner_of_the_parameters_stays_within_the_default_limits() {
    for seed in seeds() {
        for corner in corners(&seed.plugin) {
            let outcome = seed.signals(sample(), &corner);
            let honest = matches!(outcome, Ok(_) | Err(Failure::Refused(Refusal::BadParameters(_))));
            assert!(honest, "{} at {corner:?}: {:?}", seed.name(), outcome.unwrap_err());
        }
    }
}

/// Otherwise a seed passes every test and never trades.
#[test]
fn every_seed_enters_on_real_prices_at_its_defaults() {
    for seed in seeds() {
        for bars in [sample(), &goog()] {
            let convictions = seed.signals(bars, seed.plugin.parameters()).unwrap();
            let decisions = Settings::default().decide(&convictions);
            let entries = decisions.entries_of(Side::Long) + decisions.entries_of(Side::Short);
            assert!(entries >= 10, "{} enters {entries} times", seed.name());
        }
    }
}

/// Twenty bars hold six indices of fourteen changes. A seed that spoke on fewer windows would be worse than its definition, one
/// that spoke on more would know what it cannot know.
#[test]
fn the_rsi_filter_speaks_on_twenty_bars_as_often_as_its_definition_allows() {
    let seeds = seeds();
    let seed = seeds.iter().find(|seed| seed.name() == "rsi-filter").unwrap();
    let close = sample().close();
    let is_extreme = |t: usize| {
        let changes = || close[t - 14..=t].windows(2).map(|pair| pair[1] - pair[0]);
        let rises: f64 = changes().filter(|change| *change > 0.0).sum();
        let moved: f64 = changes().map(f64::abs).sum();
        let index = if moved > 0.0 { 100.0 * rises / moved } else { 50.0 };
        // Default thresholds; a conviction is a twentieth of the distance.
        (25.0 - index).max(index - 75.0) / 20.0 > Measured::MEANINGFUL
    };
    for first in 0..=sample().len() - 20 {
        let meaningful = seed.meaningful(&sample().slice(first..first + 20).unwrap());
        let allowed = (first + 14..first + 20).filter(|&t| is_extreme(t)).count();
        assert_eq!(meaningful, allowed, "window from bar {first}");
    }
}

/// In the sandbox some indicators run on other instructions than in the seeds' own tests, and users would trade on what those give.
#[test]
fn components_give_the_convictions_of_the_reference() {
    for seed in seeds().iter().filter(|seed| !seed.is_ml()) {
        for (symbol, bars) in [("ibm", sample()), ("goog", &goog())] {
            let file = format!("../../tests/reference/seeds/{}-{symbol}.csv", seed.name());
            let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap();
            let reference: Vec<f64> =
                text.lines().skip(1).map(|line| line.split(',').next().unwrap().parse().unwrap()).collect();
            let convictions = seed.signals(bars, seed.plugin.parameters()).unwrap();
            assert_eq!(convictions.len(), reference.len(), "{} on {symbol}", seed.name());
            for (bar, (conviction, expected)) in convictions.iter().zip(reference).enumerate() {
                let equal = (conviction - expected).abs() <= 1e-9;
                assert!(equal, "{} on {symbol}, bar {bar}: {conviction}, reference {expected}", seed.name());
            }
        }
    }
}

/// Without this the readiness table recommends seeds that stay silent on the data it asks for.
#[test]
fn quick_seeds_speak_on_twenty_bars() {
    const QUICK: [&str; 3] = ["ema-crossover", "stochastic-oscillator", "volatility-scaling"];
    for seed in seeds().iter().filter(|seed| QUICK.contains(&seed.name())) {
        let windows = sample().len() - 19;
        let speaks = |first: &usize| seed.meaningful(&sample().slice(*first..first + 20).unwrap()) > 0;
        let speaking = (0..windows).filter(speaks).count();
        assert!(speaking * 100 >= windows * 95, "{}: {speaking} of {windows} windows", seed.name());
    }
}

/// A classifier that speaks after a hundred bars learnt from nothing.
#[test]
fn learning_seeds_are_silent_below_two_hundred_bars_and_speak_at_five_hundred() {
    for seed in seeds().iter().filter(|seed| seed.is_ml()) {
        for bars in [1, 50, 100, 150, 199] {
            assert_eq!(seed.meaningful(&sample().slice(0..bars).unwrap()), 0, "{} on {bars} bars", seed.name());
        }
        assert!(seed.meaningful(&sample().slice(0..500).unwrap()) > 0, "{}", seed.name());
    }
}

#[test]
fn fewer_bars_than_the_minimum_and_bad_parameters_are_refused_in_words() {
    for seed in seeds() {
        let minimum = usize::try_from(seed.plugin.need().minimum_bars).unwrap();
        let short = seed.signals(&sample().slice(0..minimum - 1).unwrap(), seed.plugin.parameters());
        assert!(matches!(short, Err(Failure::Refused(Refusal::TooFewBars(_)))), "{}: {short:?}", seed.name());
        let mut outside = seed.plugin.parameters().to_vec();
        outside[0] = 1e9;
        for parameters in [outside, Vec::new(), vec![f64::NAN; seed.plugin.parameters().len()]] {
            let refused = seed.signals(sample(), &parameters);
            assert!(
                matches!(refused, Err(Failure::Refused(Refusal::BadParameters(_)))),
                "{}: {refused:?}",
                seed.name()
            );
        }
    }
}

/// Prices as no market has them, but as files do.
#[test]
fn odd_prices_give_valid_convictions() {
    let from = |price: fn(usize) -> f64, volume: f64| {
        let closes: Vec<f64> = (0..600).map(price).collect();
        let time = (0..600).map(|day| day * 86_400_000).collect();
        let volume = vec![volume; 600];
        Bars::new(Columns {
            time,
            open: closes.clone(),
            high: closes.clone(),
            low: closes.clone(),
            close: closes,
            volume,
        })
    };
    let odd = [
        ("constant", from(|_| 10.0, 1.0)),
        ("rising", from(|day| 1.0 + day as f64, 1.0)),
        ("falling", from(|day| 1000.0 - day as f64, 1.0)),
        ("without volume", from(|day| 10.0 + (day % 7) as f64, 0.0)),
        ("huge", from(|day| 1e300 * (1.0 + (day % 5) as f64 / 10.0), 1e300)),
        ("tiny", from(|day| 1e-300 * (1.0 + (day % 5) as f64 / 10.0), 1e-300)),
    ];
    for seed in seeds() {
        for (what, bars) in &odd {
            let bars = bars.as_ref().unwrap();
            let outcome = seed.signals(bars, seed.plugin.parameters());
            assert!(outcome.is_ok(), "{} on {what} prices: {outcome:?}", seed.name());
            assert_eq!(outcome, seed.signals(bars, seed.plugin.parameters()), "{} on {what} prices", seed.name());
        }
    }
}

#[test]
fn components_stay_small() {
    for seed in seeds() {
        let most = if seed.is_ml() { 600 << 10 } else { 150 << 10 };
        assert!(seed.component_bytes <= most, "{}: {} bytes", seed.name(), seed.component_bytes);
    }
}
