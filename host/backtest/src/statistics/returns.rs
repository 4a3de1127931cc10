//! A series of returns, its moments, and the ratios of mean to risk.

use thiserror::Error;

use super::ratio::{Ratio, Undefined};
use super::sums::{CentralSums, LANES, Range, tree};

/// Returns of all bars, of which only those that may differ from 0 are listed.
#[derive(Debug, Clone, Copy)]
pub struct Returns<'a> {
    active: &'a [f64],
    flat: usize,
}

/// A return that is NaN or infinite.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("return {index} is not finite: fix the equity it was computed from")]
pub struct NotFinite {
    /// Zero-based position in the series.
    pub index: usize,
}

/// Moments of a series of returns.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Moments {
    /// Number of returns.
    pub count: usize,
    /// Arithmetic mean.
    pub mean: f64,
    /// Standard deviation with ddof 1.
    pub deviation: f64,
    /// Population skewness m3 / m2^1.5.
    pub skew: f64,
    /// Population kurtosis m4 / m2^2, 3 for a Normal.
    pub kurtosis: f64,
}

impl Moments {
    /// The adjusted Fisher-Pearson skewness that pandas reports; undefined below three returns.
    pub fn unbiased_skew(&self) -> Ratio {
        let n = self.count as f64;
        if self.count < 3 {
            return Ratio::Undefined(Undefined::TooFewReturns);
        }
        Ratio::of(self.skew * (n * (n - 1.0)).sqrt() / (n - 2.0))
    }

    /// The unbiased kurtosis that pandas reports, plus 3 so that a Normal has 3; undefined below four returns.
    pub fn unbiased_kurtosis(&self) -> Ratio {
        let n = self.count as f64;
        if self.count < 4 {
            return Ratio::Undefined(Undefined::TooFewReturns);
        }
        let excess = (n - 1.0) / ((n - 2.0) * (n - 3.0)) * ((n + 1.0) * (self.kurtosis - 3.0) + 6.0);
        Ratio::of(excess + 3.0)
    }
}

impl<'a> Returns<'a> {
    /// A series of returns, one a bar.
    ///
    /// # Errors
    /// The first return that is NaN or infinite: it is never skipped.
    pub fn new(returns: &'a [f64]) -> Result<Self, NotFinite> {
        match returns.iter().position(|value| !value.is_finite()) {
            Some(index) => Err(NotFinite { index }),
            None => Ok(Self { active: returns, flat: 0 }),
        }
    }

    /// A series of finite returns of which `flat` more are zero; where they lie does not matter here.
    pub(crate) fn with_flat_bars(active: &'a [f64], flat: usize) -> Self {
        Self { active, flat }
    }

    /// Number of returns.
    pub fn len(&self) -> usize {
        self.active.len() + self.flat
    }

    /// Whether there is no return.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Mean, deviation, skewness and kurtosis.
    ///
    /// # Errors
    /// Fewer than two returns, or returns that differ by rounding only.
    pub fn moments(&self) -> Result<Moments, Undefined> {
        self.central_sums().moments()
    }

    /// Mean, extremes, and the sums of the powers of the distances from the mean.
    pub(super) fn central_sums(&self) -> CentralSums {
        let range = self.range();
        let (mean, flat) = (range.mean, self.flat as f64);
        let square = mean * mean;
        let powers = self.reduce([0.0; 3], |[second, third, fourth], x| {
            let (d, d2) = (x - mean, (x - mean) * (x - mean));
            [second + d2, third + d2 * d, fourth + d2 * d2]
        });
        let [second, third, fourth] = powers.map(tree);
        CentralSums {
            range,
            second: second + flat * square,
            third: third - flat * square * mean,
            fourth: fourth + flat * square * square,
        }
    }

    /// Sharpe ratio per bar: mean over standard deviation (ddof 1). Sharpe 1994. Undefined below two returns, and where they
    /// differ by rounding only.
    pub fn sharpe_per_bar(&self) -> Ratio {
        self.sharpe(1.0)
    }

    /// Sharpe ratio per bar times the root of the bars a year.
    pub fn sharpe(&self, bars_per_year: f64) -> Ratio {
        self.sharpe_and_sortino(bars_per_year).0
    }

    /// Mean over downside deviation times the root of the bars a year; the downside deviation is the root of
    /// mean(min(x, 0)^2) over all bars. Sortino and van der Meer 1991. Undefined if no return is below zero.
    pub fn sortino(&self, bars_per_year: f64) -> Ratio {
        self.sharpe_and_sortino(bars_per_year).1
    }

    /// Both ratios for the price of one.
    pub(crate) fn sharpe_and_sortino(&self, bars_per_year: f64) -> (Ratio, Ratio) {
        let (n, flat, year) = (self.len() as f64, self.flat as f64, bars_per_year.sqrt());
        let range = self.range();
        let mean = range.mean;
        let squares = self.reduce([0.0; 2], |[spread, downside], x| {
            let below = if x < 0.0 { x } else { 0.0 };
            [spread + (x - mean) * (x - mean), downside + below * below]
        });
        let [spread, downside] = squares.map(tree);
        let sharpe = match range.varied() {
            Ok(_) => Ratio::of(mean / ((spread + flat * (mean * mean)) / (n - 1.0)).sqrt() * year),
            Err(undefined) => Ratio::Undefined(undefined),
        };
        let sortino = match self.len() {
            0 => Ratio::Undefined(Undefined::TooFewReturns),
            _ if downside == 0.0 => Ratio::Undefined(Undefined::NoDownside),
            _ => Ratio::of(mean / (downside / n).sqrt() * year),
        };
        (sharpe, sortino)
    }

    fn range(&self) -> Range {
        let start = if self.flat == 0 { self.active.first().copied().unwrap_or(0.0) } else { 0.0 };
        let reduced = self.reduce([0.0, start, start], |[sum, low, high], x| {
            [sum + x, if x < low { x } else { low }, if x > high { x } else { high }]
        });
        let [sum, low, high] = reduced;
        Range {
            count: self.len(),
            mean: tree(sum) / self.len() as f64,
            low: low.into_iter().fold(start, f64::min),
            high: high.into_iter().fold(start, f64::max),
        }
    }

    /// Folds K accumulators over the listed returns in a fixed order: return i goes to lane i mod 8 of each.
    #[inline(always)]
    #[expect(clippy::indexing_slicing, reason = "lane and accumulator run over the fixed lengths of the array")]
    fn reduce<const K: usize>(&self, start: [f64; K], step: impl Fn([f64; K], f64) -> [f64; K]) -> [[f64; LANES]; K] {
        let mut lanes = [start; LANES];
        let blocks = self.active.chunks_exact(LANES);
        let rest = blocks.remainder();
        for block in blocks {
            for lane in 0..LANES {
                lanes[lane] = step(lanes[lane], block[lane]);
            }
        }
        for (lane, &x) in lanes.iter_mut().zip(rest) {
            *lane = step(*lane, x);
        }
        std::array::from_fn(|k| lanes.map(|lane| lane[k]))
    }
}

/// Annual Sharpe ratio corrected for autocorrelation: SR * P / sqrt(P + 2 * sum over k of (P - k) * rho_k), with P whole bars a
/// year and lags k up to P - 1, at most a quarter of the series. Lo 2002.
pub fn lo_sharpe(returns: &[f64], bars_per_year: f64) -> Result<Ratio, NotFinite> {
    let series = Returns::new(returns)?;
    let mean = series.range().mean;
    let scale: f64 = returns.iter().map(|x| (x - mean) * (x - mean)).sum();
    let periods = bars_per_year.round().max(1.0);
    let lags = (returns.len() / 4).min(periods as usize - 1);
    let correlation = |lag: usize| {
        let pairs = returns.iter().zip(returns.iter().skip(lag));
        pairs.map(|(x, y)| (x - mean) * (y - mean)).sum::<f64>() / scale
    };
    let weighted: f64 = (1..=lags).map(|lag| (periods - lag as f64) * correlation(lag)).sum();
    let variance = periods + 2.0 * weighted;
    Ok(series.sharpe_per_bar().and_then(|sharpe| {
        if variance > 0.0 {
            Ratio::of(sharpe * periods / variance.sqrt())
        } else {
            Ratio::Undefined(Undefined::NoStandardError)
        }
    }))
}
