//! Indicators against TA-Lib and pandas: tests/reference/indicators/indicators.py computed tests/data/indicators.csv.

use std::{collections::BTreeMap, fs};

use seedbed_sdk::{
    Column,
    indicators::{
        Highest, Lowest, Moments, PercentK, Ranges, Rsi, Sum, Window, atr, bollinger, ema, ema_adjusted, newest_above,
        newest_below, per_bars, per_bars_apart, rolling_max, rolling_min, rolling_moments, rolling_quantile,
        rolling_sd, rolling_sum, rsi, rsi_wilder, sma, stochastic, true_range, typical_price, vwap,
    },
    testing::Series,
};

/// Strategies would be built on numbers that no other tool gives.
#[test]
fn indicators_equal_the_reference() {
    let bars = Series::from_csv_file(data("prices.csv")).unwrap().bars_with(&Column::ALL);
    let (high, low) = (bars.high().unwrap(), bars.low().unwrap());
    let (close, volume) = (bars.close().unwrap(), bars.volume().unwrap());
    let stochastic = stochastic(high, low, close, 14, 3);
    let bands = bollinger(close, 20, 2.5, 0);
    let typical = typical_price(high, low, close);
    let volume_bands = vwap(&typical, volume, 20, 2.0);
    let ours = [
        ("ema_12", ema(close, 12)),
        ("ema_1", ema(close, 1)),
        ("ema_adjusted_12", ema_adjusted(close, 12)),
        ("ema_adjusted_50", ema_adjusted(close, 50)),
        ("sma_1", sma(close, 1)),
        ("sma_20", sma(close, 20)),
        ("sma_of_rsi_5", sma(&rsi(close, 14), 5)),
        ("rsi_14", rsi(close, 14)),
        ("rsi_wilder_14", rsi_wilder(close, 14)),
        ("rolling_min_10", rolling_min(close, 10)),
        ("rolling_max_10", rolling_max(close, 10)),
        ("rolling_sd_20_0", rolling_sd(close, 20, 0)),
        ("rolling_sd_20_1", rolling_sd(close, 20, 1)),
        ("rolling_quantile_20_80", rolling_quantile(close, 20, 0.8)),
        ("rolling_quantile_7_33", rolling_quantile(close, 7, 0.33)),
        ("true_range", true_range(high, low, close)),
        ("atr_14", atr(high, low, close, 14)),
        ("stochastic_k_14", stochastic.k),
        ("stochastic_d_14_3", stochastic.d),
        ("bollinger_upper_20", bands.upper),
        ("bollinger_middle_20", bands.middle),
        ("bollinger_lower_20", bands.lower),
        ("typical_price", typical),
        ("vwap_20", volume_bands.middle),
        ("vwap_upper_20", volume_bands.upper),
    ];
    let reference = reference();
    assert_eq!(ours.len(), reference.len());
    for (name, values) in ours {
        let expected = &reference[name];
        assert_eq!(values.len(), expected.len(), "{name}");
        for (bar, (value, expected)) in values.iter().zip(expected).enumerate() {
            let near = (value - expected).abs() <= 1e-9 * expected.abs().max(1.0);
            assert!(near || (value.is_nan() && expected.is_nan()), "{name} bar {bar}: {value}, reference {expected}");
        }
    }
}

/// Signals would appear where no price moved.
#[test]
fn constant_prices_have_no_spread_and_no_drift() {
    let constant = vec![0.1; 1_000];
    assert!(rolling_sd(&constant, 7, 1).iter().skip(6).all(|&sd| sd == 0.0));
    for average in [sma(&constant, 7).split_off(6), ema(&constant, 7), ema_adjusted(&constant, 7)] {
        assert!(average.iter().all(|&mean| mean == 0.1));
    }
    let moments = rolling_moments(&constant, &constant, 7).split_off(6);
    assert!(moments.iter().all(|moments| (moments.mean(), moments.sd(0)) == (0.1, 0.0)));
    let bands = bollinger(&constant, 20, 2.0, 1);
    assert!(bands.upper.iter().zip(&bands.lower).skip(19).all(|(&upper, &lower)| upper == 0.1 && lower == 0.1));
    assert!(rsi(&constant, 14).iter().skip(14).all(|&index| index == 50.0));
    assert!(rsi_wilder(&constant, 14).iter().skip(14).all(|&index| index == 50.0));
    assert!(stochastic(&constant, &constant, &constant, 14, 3).k.iter().skip(13).all(|&k| k == 50.0));
}

/// Long histories would end in other signals than short ones.
#[test]
fn rolling_values_do_not_drift() {
    let mut level = 1e9;
    let mut values: Vec<f64> = Series::random_walk(1, 100_000).bars_with(&[Column::Close]).close().unwrap().to_vec();
    for value in &mut values {
        *value = level + *value / 1e3;
        level = 1.0 + (level - 1.0) * 0.999;
    }
    let window = 30;
    let (means, sds) = (sma(&values, window), rolling_sd(&values, window, 1));
    for end in [5_000, 50_000, 99_999, 100_000] {
        let last = &values[end - window..end];
        let mean = last.iter().sum::<f64>() / window as f64;
        let squares: f64 = last.iter().map(|value| (value - mean) * (value - mean)).sum();
        let sd = (squares / (window as f64 - 1.0)).sqrt();
        assert!((means[end - 1] / mean - 1.0).abs() < 1e-14, "mean to {end}: {} not {mean}", means[end - 1]);
        assert!((sds[end - 1] / sd - 1.0).abs() < 1e-9, "sd to {end}: {} not {sd}", sds[end - 1]);
    }
}

/// An indicator of an indicator would have no value at all, or values too early.
#[test]
fn windows_start_again_after_a_gap() {
    let values = [1.0, 2.0, 3.0, f64::NAN, 5.0, 7.0, 9.0];
    let bits = |values: &[f64]| values.iter().map(|value| value.to_string()).collect::<Vec<_>>().join(" ");
    assert_eq!(bits(&sma(&values, 2)), "NaN 1.5 2.5 NaN NaN 6 8");
    assert_eq!(bits(&rolling_max(&values, 2)), "NaN 2 3 NaN NaN 7 9");
    assert_eq!(bits(&rolling_sum(&values, 2)), "NaN 3 5 NaN NaN 12 16");
    let moments = rolling_moments(&values, &[1.0; 7], 2);
    assert_eq!(bits(&moments.iter().map(|moments| moments.sd(0)).collect::<Vec<_>>()), "NaN 0.5 0.5 NaN NaN 1 1");
    assert_eq!(bits(&rolling_quantile(&values, 2, 0.5)), "NaN 1.5 2.5 NaN NaN 6 8");
    assert_eq!(bits(&ema(&values, 3)), "1 1.5 2.25 NaN 3.625 5.3125 7.15625");
}

/// Short histories, which walk-forward windows have, would end in a trap.
#[test]
fn no_period_or_length_is_too_odd() {
    for length in [0, 1, 2, 5] {
        let values: Vec<f64> = (0..length).map(f64::from).collect();
        for period in [0, 1, 3, 10] {
            let columns = [
                sma(&values, period),
                ema(&values, period),
                ema_adjusted(&values, period),
                rsi(&values, period),
                rsi_wilder(&values, period),
                rolling_sd(&values, period, 1),
                rolling_quantile(&values, period, 0.5),
                atr(&values, &values, &values, period),
                bollinger(&values, period, 2.0, 1).upper,
                vwap(&values, &values, period, 2.0).lower,
                stochastic(&values, &values, &values, period, period).d,
                rolling_sum(&values, period),
                rolling_moments(&values, &values, period).iter().map(Moments::mean).collect(),
                true_range(&values, &values, &values),
                per_bars_apart(&values, &values, period, |now, before| now - before),
            ];
            assert!(columns.iter().all(|column| column.len() == values.len()));
        }
    }
}

/// Strategies would trade on sums over other windows than they asked for.
#[test]
fn a_rolling_sum_is_that_of_its_window() {
    // Whole numbers, so that every order of summing gives the same.
    let values: Vec<f64> = (0..500_u32).map(|bar| f64::from(bar * bar % 1009)).collect();
    for window in 1..=130 {
        let sums = rolling_sum(&values, window);
        assert!(sums.iter().take(window - 1).all(|sum| sum.is_nan()), "over {window}");
        let direct: Vec<f64> = values.windows(window).map(|window| window.iter().sum()).collect();
        assert_eq!(sums[window - 1..], direct, "over {window}");
    }
}

/// Averages by volume would differ from those of all other tools, most after a jump in price.
#[test]
fn rolling_moments_are_those_of_their_window() {
    let bars = Series::random_walk(5, 400).bars_with(&[Column::Close, Column::Volume]);
    let jumps =
        bars.close().unwrap().iter().enumerate().map(|(bar, close)| if bar < 200 { close * 1e3 } else { *close });
    let (values, weights): (Vec<f64>, &[f64]) = (jumps.collect(), bars.volume().unwrap());
    for window in [1, 2, 7, 25, 100] {
        let moments = rolling_moments(&values, weights, window);
        assert!(moments.iter().take(window - 1).all(|moments| moments.mean().is_nan() && moments.sd(0).is_nan()));
        for end in window..=values.len() {
            let last = || values[end - window..end].iter().zip(&weights[end - window..end]);
            let weight: f64 = weights[end - window..end].iter().sum();
            let mean = last().map(|(value, weight)| weight * value).sum::<f64>() / weight;
            let squares: f64 = last().map(|(value, weight)| weight * (value - mean) * (value - mean)).sum();
            let (sd, ours) = ((squares / weight).sqrt(), moments[end - 1]);
            assert!((ours.mean() / mean - 1.0).abs() < 1e-12, "mean of {window} to {end}: {} not {mean}", ours.mean());
            assert!((ours.sd(0) - sd).abs() <= 1e-12 * mean, "sd of {window} to {end}: {} not {sd}", ours.sd(0));
        }
    }
}

/// Columns would be taken from other bars than their neighbours, or end where one of them goes on.
#[test]
fn columns_are_answered_bar_by_bar() {
    for length in 0..10_u32 {
        let values: Vec<f64> = (0..length).map(f64::from).collect();
        let sums = per_bars([&values, &[100.0; 9], &values], |[a, b, c]| a + b + 10.0 * c);
        assert_eq!(sums, (0..length.min(9)).map(|bar| 100.0 + 11.0 * f64::from(bar)).collect::<Vec<_>>());
        let steps = per_bars_apart(&values, &values, 3, |now, before| now * 100.0 + before);
        assert!(steps.iter().take(3).all(|step| step.is_nan()));
        let direct: Vec<f64> = values.windows(4).map(|window| window[3] * 100.0 + window[0]).collect();
        assert_eq!(steps[steps.len().min(3)..], direct);
    }
}

/// A window without trades would have a price out of nowhere.
#[test]
fn nothing_traded_has_no_average_price() {
    let prices = [1.0, 2.0, 3.0, 4.0];
    let bands = vwap(&prices, &[0.0, 0.0, 0.0, 5.0], 2, 1.0);
    assert!(bands.middle[1].is_nan() && bands.middle[2].is_nan());
    assert_eq!((bands.middle[3], bands.upper[3]), (4.0, 4.0));
}

/// A strategy that takes values one at a time would decide otherwise than one that takes columns.
#[test]
fn one_at_a_time_equals_the_column() {
    let bars = Series::random_walk(3, 500).bars_with(&[Column::Close]);
    let close = bars.close().unwrap();
    let mut index = Rsi::new(14);
    let one_by_one: Vec<f64> = close.iter().map(|&close| index.push(close).unwrap_or(f64::NAN)).collect();
    assert_eq!(to_bits(&one_by_one), to_bits(&rsi(close, 14)));
    let bars = Series::random_walk(3, 500).bars_with(&Column::ALL);
    let (high, low) = (bars.high().unwrap(), bars.low().unwrap());
    let mut line = PercentK::new(14);
    let one_by_one: Vec<f64> =
        (0..500).map(|bar| line.push(high[bar], low[bar], close[bar]).unwrap_or(f64::NAN)).collect();
    assert_eq!(to_bits(&one_by_one), to_bits(&stochastic(high, low, close, 14, 3).k));
    let mut window = Window::new(20);
    let one_by_one: Vec<f64> =
        close.iter().map(|&close| window.push(Moments::of(close)).map_or(f64::NAN, |moments| moments.sd(0))).collect();
    assert_eq!(to_bits(&one_by_one), to_bits(&rolling_sd(close, 20, 0)));
}

/// Aggregates that share a window would differ from those that have one each.
#[test]
fn two_aggregates_in_one_window_equal_the_columns() {
    let bars = Series::from_csv_file(data("prices.csv")).unwrap().bars_with(&[Column::Close]);
    let reference = reference();
    let (mut extremes, mut sum) = (Window::new(10), Window::new(20));
    for (bar, &close) in bars.close().unwrap().iter().enumerate() {
        if let Some((Highest(highest), Lowest(lowest))) = extremes.push((Highest(close), Lowest(close))) {
            assert_eq!((highest, lowest), (reference["rolling_max_10"][bar], reference["rolling_min_10"][bar]));
        }
        if let Some(Sum(sum)) = sum.push(Sum(close)) {
            assert!((sum / 20.0 - reference["sma_20"][bar]).abs() <= 1e-9, "sum to bar {bar}");
        }
    }
}

/// Strategies with several periods would trade on other highs and lows than those with one.
#[test]
fn ranges_made_from_shorter_ones_equal_the_reference() {
    let bars = Series::from_csv_file(data("prices.csv")).unwrap().bars_with(&Column::ALL);
    let (high, low, close) = (bars.high().unwrap(), bars.low().unwrap(), bars.close().unwrap());
    let reference = reference();
    let near = |value: f64, expected: f64| (value - expected).abs() <= 1e-9 || (value.is_nan() && expected.is_nan());
    for shorter in 1..=10 {
        let closes = Ranges::of_bars(close, close).over(shorter).over(10);
        let bars = Ranges::of_bars(high, low).over(shorter).over(14);
        for (bar, &close) in close.iter().enumerate() {
            assert!(near(closes[bar].highest(), reference["rolling_max_10"][bar]), "highest to bar {bar}");
            assert!(near(closes[bar].lowest(), reference["rolling_min_10"][bar]), "lowest to bar {bar}");
            assert!(near(bars[bar].percent(close), reference["stochastic_k_14"][bar]), "%K of bar {bar}");
        }
    }
}

/// One missing price would become a wrong signal, or silence for ever.
#[test]
fn a_range_over_a_nan_has_no_middle() {
    let high = [2.0, 4.0, f64::NAN, 6.0, 8.0];
    let middles = |period: usize| {
        let middles = Ranges::of_bars(&high, &[1.0; 5]).over(period).middles();
        middles.into_iter().map(|middle| (!middle.is_nan()).then_some(middle)).collect::<Vec<_>>()
    };
    assert_eq!(middles(2), [None, Some(2.5), None, None, Some(4.5)]);
    assert_eq!(middles(9), [None; 5]);
}

/// A value would be called high by one function and not by the other.
#[test]
fn the_newest_value_is_above_a_quantile_as_the_quantile_says() {
    let reference = reference();
    let bars = Series::from_csv_file(data("prices.csv")).unwrap().bars_with(&[Column::Close]);
    let close = bars.close().unwrap();
    for (column, window, quantile) in [("rolling_quantile_20_80", 20, 0.8), ("rolling_quantile_7_33", 7, 0.33)] {
        for end in window..=close.len() {
            let (last, expected) = (&close[end - window..end], reference[column][end - 1]);
            // Prices have two decimals, so one at the quantile itself is told from one beside it.
            let above = close[end - 1] - expected > 1e-9;
            let below = expected - close[end - 1] > 1e-9;
            assert_eq!(
                (newest_above(last, quantile), newest_below(last, quantile)),
                (above, below),
                "{column} to {end}"
            );
        }
    }
    assert!(!newest_above(&[1.0, 1.0, 1.0], 0.0) && !newest_below(&[1.0, 1.0, 1.0], 1.0));
    assert!(!newest_above(&[], 0.5) && !newest_below(&[], 0.5));
}

fn to_bits(values: &[f64]) -> Vec<u64> {
    values.iter().map(|value| value.to_bits()).collect()
}

fn data(name: &str) -> String {
    format!("{}/tests/data/{name}", env!("CARGO_MANIFEST_DIR"))
}

fn reference() -> BTreeMap<String, Vec<f64>> {
    let text = fs::read_to_string(data("indicators.csv")).unwrap();
    let mut lines = text.lines();
    let mut columns: Vec<(String, Vec<f64>)> =
        lines.next().unwrap().split(',').map(|name| (name.to_string(), Vec::new())).collect();
    for line in lines {
        for ((_, column), field) in columns.iter_mut().zip(line.split(',')) {
            column.push(if field.is_empty() { f64::NAN } else { field.parse().unwrap() });
        }
    }
    columns.into_iter().collect()
}
