//! What luck alone gives the best of many trials.

use std::f64::consts::E;

use super::normal;
use super::ratio::{Ratio, Undefined};

const EULER_MASCHERONI: f64 = 0.577_215_664_901_532_9;

/// Expected maximum of `trials` independent draws from a standard normal distribution:
/// (1 - g) * z(1 - 1/N) + g * z(1 - 1/(N*e)), with g the Euler-Mascheroni constant and z the normal quantile. Bailey and Lopez
/// de Prado 2014.
///
/// `trials` may be an effective number, so it need not be whole. One trial expects 0. Just above one the approximation
/// falls below what it expects of one, and 0 is given. Undefined below one.
pub fn expected_maximum(trials: f64) -> Ratio {
    if trials.is_nan() || trials < 1.0 {
        return Ratio::Undefined(Undefined::TooFewTrials { trials: 0, needed: 1 });
    }
    // z(1 - p) = -z(p), and p keeps its precision where 1 - p would lose it.
    match (normal::quantile(1.0 / trials), normal::quantile(1.0 / (trials * E))) {
        (Some(near), Some(far)) => Ratio::of((-(1.0 - EULER_MASCHERONI) * near - EULER_MASCHERONI * far).max(0.0)),
        _ if trials == 1.0 => Ratio::Defined(0.0),
        _ => Ratio::Undefined(Undefined::OutOfRange),
    }
}

/// Standard deviation (ddof 1) of the trials' Sharpe ratios per bar; of those trials that have one. Undefined below two.
pub fn sharpe_deviation(sharpes: &[f64]) -> Ratio {
    let count = sharpes.len();
    if count < 2 {
        return Ratio::Undefined(Undefined::TooFewTrials { trials: count, needed: 2 });
    }
    let mean = sharpes.iter().sum::<f64>() / count as f64;
    let squares: f64 = sharpes.iter().map(|sharpe| (sharpe - mean) * (sharpe - mean)).sum();
    Ratio::of((squares / (count as f64 - 1.0)).sqrt())
}

/// SR0, the Sharpe ratio per bar that luck alone would give the best of `trials` trials whose Sharpe ratios deviate by
/// `deviation` ([`sharpe_deviation`]). Bailey and Lopez de Prado 2014. A single trial was not selected: 0, whatever the
/// deviation.
///
/// Trials without trades count in `trials` and not in the deviation; crashed ones in neither; the same genome twice is one.
pub fn luck_sharpe(deviation: Ratio, trials: f64) -> Ratio {
    if trials == 1.0 {
        return Ratio::Defined(0.0);
    }
    expected_maximum(trials).and_then(|maximum| deviation.map(|deviation| deviation * maximum))
}

/// Years of data below which luck alone is expected to give the best of `trials` worthless trials an annual Sharpe ratio of
/// `annual_sharpe`: (E[max of N] / SR)^2, at most 2 ln N / SR^2. Bailey, Borwein, Lopez de Prado and Zhu 2014,
/// "Pseudo-Mathematics and Financial Charlatanism". Undefined for a Sharpe ratio that is not above 0.
pub fn minimum_backtest_years(trials: f64, annual_sharpe: f64) -> Ratio {
    if annual_sharpe.is_nan() || annual_sharpe <= 0.0 {
        return Ratio::Undefined(Undefined::NotAboveBenchmark);
    }
    expected_maximum(trials).map(|maximum| (maximum / annual_sharpe) * (maximum / annual_sharpe))
}
