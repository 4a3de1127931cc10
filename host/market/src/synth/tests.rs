use proptest::prelude::*;

use super::*;
use crate::{profile, read_csv};

#[test]
fn a_series_is_the_one_that_the_documentation_describes() {
    let reference = include_bytes!("../../tests/data/synth.csv");
    let expected = read_csv(&reference[..], "synth.csv").unwrap().bars;
    let config = SynthConfig {
        bars: expected.len(),
        seed: 42,
        start: 10_957 * DAY,
        start_price: 50.0,
        drift: 0.1,
        volatility: 0.35,
        volume: 20_000.0,
        steps: 5,
        ..SynthConfig::default()
    };
    let bars = synthesize(&config).unwrap();
    assert_eq!(bars.time(), expected.time());
    assert_eq!(bars.volume(), expected.volume());
    let pairs = [
        (bars.open(), expected.open()),
        (bars.high(), expected.high()),
        (bars.low(), expected.low()),
        (bars.close(), expected.close()),
    ];
    for (ours, theirs) in pairs {
        for (our, their) in ours.iter().zip(theirs) {
            assert!((our / their - 1.0).abs() < 1e-12, "{our} against {their}");
        }
    }
}

/// Who asks for 20 % volatility and 5 % drift gets strategies judged on just that.
#[test]
fn volatility_and_drift_are_those_asked_for() {
    for (calendar, bar_length) in [(Calendar::Exchange, BarLength::DAY), (Calendar::EveryDay, BarLength::HOUR)] {
        let config =
            SynthConfig { bars: 200_000, calendar, bar_length, volatility: 0.4, drift: 0.3, ..SynthConfig::default() };
        let bars = synthesize(&config).unwrap();
        let closes = bars.close().iter();
        let returns: Vec<_> = closes.clone().zip(closes.skip(1)).map(|(from, to)| libm::log(to / from)).collect();
        let count = returns.len() as f64;
        let mean = returns.iter().sum::<f64>() / count;
        let variance = returns.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (count - 1.0);
        let per_year = config.bars_per_year();
        let volatility = (variance * per_year).sqrt();
        // The standard error of a deviation is 1 / sqrt(2 n): 0.16 %.
        assert!((volatility / 0.4 - 1.0).abs() < 0.01, "{volatility}");
        let drift = mean * per_year + 0.4 * 0.4 / 2.0;
        // The standard error of a mean is the deviation over the root of the years.
        assert!((drift - 0.3).abs() < 4.0 * 0.4 / (count / per_year).sqrt(), "{drift}");
        let kurtosis = returns.iter().map(|x| libm::pow(x - mean, 4.0)).sum::<f64>() / count / (variance * variance);
        assert!((kurtosis - 3.0).abs() < 0.1, "a normal has 3: {kurtosis}");
    }
}

#[test]
fn mean_volume_is_the_one_asked_for() {
    let bars = synthesize(&SynthConfig { bars: 100_000, ..SynthConfig::default() }).unwrap();
    let mean = bars.volume().iter().sum::<f64>() / bars.len() as f64;
    assert!((mean / 1_000_000.0 - 1.0).abs() < 0.01, "{mean}");
}

/// Annualised figures of a synthetic series would otherwise not match its configuration.
#[test]
fn the_profile_tells_the_bars_per_year_of_the_configuration() {
    for (calendar, bar_length, expected) in [
        (Calendar::Exchange, BarLength::DAY, 252.0),
        (Calendar::SixDays, BarLength::DAY, 312.0),
        (Calendar::EveryDay, BarLength::DAY, 365.0),
        (Calendar::EveryDay, BarLength::HOUR, 8_760.0),
        (Calendar::Exchange, BarLength::HOUR, 6_048.0),
        (Calendar::EveryDay, BarLength::from_milliseconds(7 * DAY).unwrap(), 52.0),
    ] {
        let config = SynthConfig { bars: 2_000, calendar, bar_length, ..SynthConfig::default() };
        let profile = profile(&synthesize(&config).unwrap());
        assert_eq!(config.bars_per_year(), expected);
        assert_eq!(profile.bars_per_year, expected, "{}", profile.bars_per_year_reason);
        assert_eq!(profile.gaps, [], "{}", profile.bars_per_year_reason);
        assert_eq!(profile.suspected_splits, []);
    }
}

#[test]
fn settings_out_of_range_are_named() {
    let text = |config| synthesize(&config).unwrap_err().to_string();
    let base = SynthConfig::default;
    assert_eq!(text(SynthConfig { start_price: 0.0, ..base() }), "start price is 0: it must be above zero");
    assert_eq!(text(SynthConfig { volatility: -0.1, ..base() }), "volatility is -0.1: it must be at least zero");
    assert_eq!(text(SynthConfig { drift: f64::NAN, ..base() }), "drift is NaN: it must be a finite number");
    assert_eq!(text(SynthConfig { steps: 0, ..base() }), "steps is 0: it must be from 1 to 10000");
    assert!(text(SynthConfig { bars: usize::MAX, ..base() }).contains("50000000"));
    assert!(text(SynthConfig { drift: 1e6, ..base() }).starts_with("the walk leaves what prices can be (row "));
}

/// A start at the end of time must not search for a weekday for ever.
#[test]
fn bars_beyond_the_last_year_are_refused() {
    let year = BarLength::from_milliseconds(365 * DAY).unwrap();
    for config in [
        SynthConfig { start: i64::MAX, ..SynthConfig::default() },
        SynthConfig { start: i64::MIN, ..SynthConfig::default() },
        SynthConfig { bars: 20_000, bar_length: year, volatility: 0.0, drift: 0.0, ..SynthConfig::default() },
    ] {
        assert_eq!(synthesize(&config), Err(SynthError::Times));
    }
}

proptest! {
    /// A series is valid whatever is asked for, and the seed alone decides it.
    #[test]
    fn every_walk_is_valid_and_repeatable(
        seed: u64,
        bars in 0_usize..400,
        start in -2_000_000_000_000_i64..2_000_000_000_000,
        length in 1_i64..100 * DAY,
        price in 1e-3..1e6_f64,
        volatility in 0.0..3.0_f64,
        drift in -1.0..1.0_f64,
        volume in 0.0..1e9_f64,
        steps in 1_u32..20,
        calendar in prop::sample::select(vec![Calendar::EveryDay, Calendar::SixDays, Calendar::Exchange]),
    ) {
        let config = SynthConfig {
            bars, seed, start, calendar, start_price: price, drift, volatility, volume, steps,
            bar_length: BarLength::from_milliseconds(length).unwrap(),
        };
        let made = synthesize(&config).unwrap();
        prop_assert_eq!(made.len(), bars);
        prop_assert_eq!(made.hash(), synthesize(&config).unwrap().hash());
        prop_assert!(made.volume().iter().all(|&volume| volume.fract() == 0.0));
        if bars > 0 && volatility > 0.0 {
            prop_assert_ne!(made.hash(), synthesize(&SynthConfig { seed: seed ^ 1, ..config }).unwrap().hash());
        }
    }
}
