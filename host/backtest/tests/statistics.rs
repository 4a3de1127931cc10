//! Performance statistics against empyrical, quantstats, ffn, pypbo and scipy (vectors.json names the versions). If one of these
//! fails, a user compares our numbers with another tool's and finds them different.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, helpers included"
)]

mod support;

use seedbed_backtest::statistics::{
    Moments, NotFinite, Returns, SharpeEstimate, cagr, calmar, lo_sharpe, max_drawdown, normal, total_return,
};
use seedbed_backtest::{Ratio, Undefined};
use serde_json::Value;
use support::{apart, floats, gauss12, json, relative};

const CLOSED_FORM: f64 = 1e-12;

fn series(name: &str, entry: &Value) -> Vec<f64> {
    let returns: Vec<f64> = match name {
        "gauss252_seed42" => gauss12(42, 252).iter().map(|g| 0.0006 + 0.011 * g).collect(),
        "negskew500_seed7" => gauss12(7, 500).iter().map(|g| 0.0004 + 0.009 * g - 0.004 * (g * g - 1.0)).collect(),
        _ => floats(&entry["returns"]),
    };
    for (ours, first) in returns.iter().zip(entry["first5"].as_array().into_iter().flatten()) {
        assert!(relative(*ours, first.as_f64().unwrap()) <= CLOSED_FORM, "{name}: the recipe is not followed");
    }
    returns
}

fn expect(name: &str, ours: Ratio, expected: &Value) {
    let (ours, expected) = (ours.value().unwrap(), expected.as_f64().unwrap());
    assert!(apart(ours, expected) <= CLOSED_FORM, "{name}: {ours} against {expected}");
}

#[test]
fn performance_metrics_equal_the_libraries() {
    let file = json("vectors.json");
    assert_eq!(file["tolerance"]["closed_form"].as_f64(), Some(CLOSED_FORM));
    let all = file["series"].as_object().unwrap();
    assert_eq!(all.len(), 3);
    for (name, entry) in all {
        let values = series(name, entry);
        let returns = Returns::new(&values).unwrap();
        let metrics = &entry["metrics"];
        let expect = |label: &str, ours: Ratio, expected: &Value| expect(&format!("{name} {label}"), ours, expected);

        let Moments { count, mean, deviation, skew, kurtosis } = returns.moments().unwrap();
        let moments = &metrics["moments"];
        assert_eq!(count as u64, moments["n"]);
        expect("mean", Ratio::of(mean), &moments["mean"]);
        expect("deviation", Ratio::of(deviation), &moments["std_ddof1"]);
        expect("skew", Ratio::of(skew), &moments["skew_pop"]);
        expect("kurtosis", Ratio::of(kurtosis), &moments["kurt_pop"]);
        let moments = returns.moments().unwrap();
        expect("unbiased skew", moments.unbiased_skew(), &metrics["skew_unbiased"]);
        expect("unbiased kurtosis", moments.unbiased_kurtosis(), &metrics["kurt_unbiased"]);

        expect("sharpe per bar", returns.sharpe_per_bar(), &metrics["sharpe_per_period"]);
        for library in ["formula", "empyrical", "quantstats", "ffn"] {
            expect(library, returns.sharpe(252.0), &metrics["sharpe_annual"][library]);
            expect(library, returns.sortino(252.0), &metrics["sortino_annual"][library]);
        }
        let total = total_return(&values).value().unwrap();
        let drawdown = max_drawdown(&values);
        let growth = cagr(total, values.len(), 252.0);
        expect("total return", Ratio::of(total), &metrics["total_return"]);
        expect("drawdown", Ratio::of(drawdown), &metrics["max_drawdown"]["formula"]);
        expect("cagr", growth, &metrics["cagr"]["empyrical"]);
        expect("calmar", calmar(growth, drawdown), &metrics["calmar"]["empyrical"]);

        let estimate = SharpeEstimate::of(&returns).unwrap();
        let unbiased = SharpeEstimate::unbiased(&returns).unwrap();
        expect("psr", estimate.probabilistic_sharpe(0.0), &metrics["psr_0"]["formula_population_moments"]);
        expect("psr", unbiased.probabilistic_sharpe(0.0), &metrics["psr_0"]["pypbo"]);
        // The vectors took the unbiased moments here, as their sources do.
        expect("min trl", unbiased.minimum_track_record(0.95, 0.0), &metrics["min_trl_95"]);
    }
}

#[test]
fn probabilistic_sharpe_ratios_equal_the_papers() {
    let file = json("vectors.json");
    let examples = file["psr_examples"].as_array().unwrap();
    assert_eq!(examples.len(), 3);
    for example in examples {
        let real = |name: &str| example[name].as_f64().unwrap();
        let count = example["n"].as_u64().unwrap() as usize;
        let estimate = SharpeEstimate { count, sharpe: real("sr"), skew: real("skew"), kurtosis: real("kurt") };
        let ours = estimate.probabilistic_sharpe(real("benchmark"));
        expect("psr", ours, &example["value"]);
        if let Some(printed) = example["printed_in_paper"].as_f64() {
            assert!((ours.value().unwrap() - printed).abs() <= 0.0005);
        }
    }
}

#[test]
fn the_normal_distribution_equals_scipy_far_into_its_tails() {
    let file = json("vectors.json");
    let pairs = |name: &str| -> Vec<Vec<f64>> { file["normal"][name].as_array().unwrap().iter().map(floats).collect() };
    let (cdf, sf, ppf) = (pairs("cdf"), pairs("sf"), pairs("ppf"));
    assert_eq!((cdf.len(), sf.len(), ppf.len()), (15, 15, 16));
    for pair in cdf {
        assert!((normal::cdf(pair[0]) - pair[1]).abs() <= 1e-12, "cdf({}) = {}", pair[0], normal::cdf(pair[0]));
        if pair[1] > 0.0 {
            // The vectors print 15 digits.
            assert!(relative(normal::cdf(pair[0]), pair[1]) <= 1e-12, "cdf({}) = {}", pair[0], normal::cdf(pair[0]));
        }
    }
    for pair in sf {
        assert!((normal::survival(pair[0]) - pair[1]).abs() <= 1e-12, "sf({})", pair[0]);
    }
    for pair in ppf {
        let ours = normal::quantile(pair[0]).unwrap();
        assert!(apart(ours, pair[1]) <= 1e-10, "ppf({}) = {ours}", pair[0]);
    }
    // A quantile is the inverse of the distribution, at 1e-300 too.
    for exponent in 1..=300 {
        let probability: f64 = format!("1e-{exponent}").parse().unwrap();
        let back = normal::cdf(normal::quantile(probability).unwrap());
        assert!(relative(back, probability) <= 1e-12, "{probability}: {back}");
    }
    assert_eq!([0.0, 1.0, -0.5, f64::NAN].map(normal::quantile), [None; 4]);
}

#[test]
fn what_has_no_value_says_why() {
    let ratios = |values: &[f64]| {
        let returns = Returns::new(values).unwrap();
        (returns.sharpe(252.0), returns.sortino(252.0))
    };
    let undefined = Ratio::Undefined;
    assert_eq!(ratios(&[0.001; 10]).0, undefined(Undefined::NoVariance));
    // Ten times 0.1 / 3 by two roundings: equal for every purpose, and a Sharpe ratio of 1e16 without the guard.
    let rounding = [0.1 / 3.0, 0.3 / 9.0, 0.1 / 3.0, (0.1 + f64::EPSILON / 64.0) / 3.0];
    assert_eq!(ratios(&rounding).0, undefined(Undefined::NoVariance));
    assert_eq!(ratios(&[0.01]).0, undefined(Undefined::TooFewReturns));
    assert_eq!(ratios(&[]), (undefined(Undefined::TooFewReturns), undefined(Undefined::TooFewReturns)));
    assert_eq!(ratios(&[0.0; 5]), (undefined(Undefined::NoVariance), undefined(Undefined::NoDownside)));

    let winning = [0.01, 0.02, 0.0, 0.03];
    assert_eq!(ratios(&winning).1, undefined(Undefined::NoDownside));
    assert_eq!(max_drawdown(&winning), 0.0);
    assert_eq!(calmar(cagr(0.06, 4, 252.0), 0.0), undefined(Undefined::NoDrawdown));

    let ruin = [0.1, -1.0, 0.1];
    assert_eq!(total_return(&ruin), Ratio::Defined(-1.0));
    assert_eq!(max_drawdown(&ruin), -1.0);
    assert_eq!(cagr(-1.0, 3, 252.0), Ratio::Defined(-1.0));
    assert_eq!(cagr(0.5, 2, 525_600.0), undefined(Undefined::OutOfRange));

    assert_eq!(Returns::new(&[0.1, f64::NAN]).unwrap_err(), NotFinite { index: 1 });
    let losing = SharpeEstimate { count: 24, sharpe: -0.1, skew: 0.0, kurtosis: 3.0 };
    assert_eq!(losing.minimum_track_record(0.95, 0.0), undefined(Undefined::NotAboveBenchmark));
    let skewed = SharpeEstimate { count: 24, sharpe: 2.0, skew: 3.0, kurtosis: 3.0 };
    assert_eq!(skewed.probabilistic_sharpe(0.0), undefined(Undefined::NoStandardError));
}

/// Lo's correction in exact fractions: P = 3 and 8 returns allow 2 lags, with rho = -25/312 and -1/4. The variance is then
/// 3 + 2 * (2 * rho_1 + rho_2) = 85/39, the squared ratio per bar 343/312, and the squared answer 343/312 * 9 / (85/39) = 3087/680.
#[test]
fn the_sharpe_ratio_corrected_for_autocorrelation_follows_lo() {
    let returns = [0.01, 0.03, 0.02, 0.04, -0.01, 0.0, 0.02, 0.03];
    let ours = lo_sharpe(&returns, 3.0).unwrap().value().unwrap();
    assert!(relative(ours * ours, 3087.0 / 680.0) <= CLOSED_FORM, "{ours}");
    let trending: Vec<f64> = (0..40).map(|bar| f64::from(bar % 20) / 1000.0).collect();
    let plain = Returns::new(&trending).unwrap().sharpe(9.0).value().unwrap();
    assert!(lo_sharpe(&trending, 9.0).unwrap().value().unwrap() < plain);
}
