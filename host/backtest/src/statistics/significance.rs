//! How sure a Sharpe ratio is: its standard error, the probabilistic Sharpe ratio, the minimum track record.

use super::normal;
use super::ratio::{Ratio, Undefined};
use super::returns::{Moments, Returns};

/// A Sharpe ratio per bar with the moments that its standard error needs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SharpeEstimate {
    /// Number of returns.
    pub count: usize,
    /// Sharpe ratio per bar.
    pub sharpe: f64,
    /// Skewness of the returns.
    pub skew: f64,
    /// Kurtosis of the returns, 3 for a Normal.
    pub kurtosis: f64,
}

impl SharpeEstimate {
    /// Estimate from a series, with population moments as the papers define them.
    ///
    /// # Errors
    /// The reason why the series has no Sharpe ratio.
    pub fn of(returns: &Returns<'_>) -> Result<Self, Undefined> {
        Ok(Self::from(returns.moments()?))
    }

    /// Estimate from a series, with the unbiased moments of pandas, as quantstats and pypbo do.
    ///
    /// # Errors
    /// The reason why the series has no Sharpe ratio, or fewer than four returns.
    pub fn unbiased(returns: &Returns<'_>) -> Result<Self, Undefined> {
        let moments = returns.moments()?;
        let defined = |ratio| match ratio {
            Ratio::Defined(value) => Ok(value),
            Ratio::Undefined(reason) => Err(reason),
        };
        Ok(Self {
            skew: defined(moments.unbiased_skew())?,
            kurtosis: defined(moments.unbiased_kurtosis())?,
            ..Self::from(moments)
        })
    }

    /// 1 - g3*SR + (g4-1)/4*SR^2, the variance of the estimate times the number of returns less 1.
    fn variance(&self) -> Ratio {
        let variance = 1.0 - self.skew * self.sharpe + (self.kurtosis - 1.0) / 4.0 * self.sharpe * self.sharpe;
        if variance > 0.0 { Ratio::of(variance) } else { Ratio::Undefined(Undefined::NoStandardError) }
    }

    /// Standard error of the Sharpe ratio per bar. Mertens 2002; Bailey and Lopez de Prado 2012.
    pub fn standard_error(&self) -> Ratio {
        if self.count < 2 {
            return Ratio::Undefined(Undefined::TooFewReturns);
        }
        self.variance().map(|variance| (variance / (self.count as f64 - 1.0)).sqrt())
    }

    /// Probability that the true Sharpe ratio per bar exceeds `benchmark`. Bailey and Lopez de Prado 2012.
    pub fn probabilistic_sharpe(&self, benchmark: f64) -> Ratio {
        self.standard_error().map(|error| normal::cdf((self.sharpe - benchmark) / error))
    }

    /// Probability that the true Sharpe ratio per bar exceeds `luck`, the one that luck alone would give the best of the trials
    /// ([`luck_sharpe`](super::luck_sharpe)). Bailey and Lopez de Prado 2014, "The Deflated Sharpe Ratio".
    pub fn deflated_sharpe(&self, luck: Ratio) -> Ratio {
        luck.and_then(|luck| self.probabilistic_sharpe(luck))
    }

    /// Number of returns from which the Sharpe ratio exceeds `benchmark` with `confidence` in (0.5, 1), say 0.95. Bailey and
    /// Lopez de Prado 2012. Undefined if it does not exceed the benchmark at all, out of range for another confidence.
    pub fn minimum_track_record(&self, confidence: f64, benchmark: f64) -> Ratio {
        if self.sharpe <= benchmark {
            return Ratio::Undefined(Undefined::NotAboveBenchmark);
        }
        let Some(quantile) = normal::quantile(confidence).filter(|quantile| *quantile > 0.0) else {
            return Ratio::Undefined(Undefined::OutOfRange);
        };
        self.variance().map(|variance| {
            let ratio = quantile / (self.sharpe - benchmark);
            1.0 + variance * ratio * ratio
        })
    }
}

impl From<Moments> for SharpeEstimate {
    fn from(Moments { count, mean, deviation, skew, kurtosis }: Moments) -> Self {
        Self { count, sharpe: mean / deviation, skew, kurtosis }
    }
}
