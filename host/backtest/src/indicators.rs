//! What runs over the same prices share: indicators that exits read, computed once per period, and the fast engine's tables.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::history::History;
use crate::prices::Prices;

/// A price history with the indicators of the exit rules, each computed when first asked for.
///
/// One value serves any number of runs and threads; a run takes the lock once per indicator.
#[derive(Debug)]
pub struct Indicators<'a> {
    prices: Prices<'a>,
    atr: Cache,
    volatility: Cache,
    history: OnceLock<Option<History<'a>>>,
}

/// Series by period. A bar before the indicator exists holds NaN.
type Cache = Mutex<BTreeMap<usize, Arc<[f64]>>>;

impl<'a> Indicators<'a> {
    /// An empty cache over the prices.
    pub fn new(prices: Prices<'a>) -> Self {
        Self { prices, atr: Cache::default(), volatility: Cache::default(), history: OnceLock::new() }
    }

    /// The prices.
    pub fn prices(&self) -> Prices<'a> {
        self.prices
    }

    /// Extremes and sums of the prices, for the fast engine; none for prices that are too wild.
    pub(crate) fn history(&self) -> Option<&History<'a>> {
        self.history.get_or_init(|| History::new(self.prices)).as_ref()
    }

    /// Wilder's average true range; its first value is the mean of the first `period` true ranges. A true range needs the
    /// close before it, so the first one belongs to bar 1 (as in TA-Lib) and the first average to bar `period`.
    #[must_use]
    pub fn atr(&self, period: usize) -> Arc<[f64]> {
        shared(&self.atr, period, || average_true_range(self.prices, period))
    }

    /// Standard deviation (ddof 1) of the last `period` simple returns; the first value belongs to bar `period`.
    #[must_use]
    pub fn volatility(&self, period: usize) -> Arc<[f64]> {
        shared(&self.volatility, period, || volatility(self.prices.close(), period))
    }
}

fn shared(cache: &Cache, period: usize, compute: impl FnOnce() -> Vec<f64>) -> Arc<[f64]> {
    let mut series = cache.lock().unwrap_or_else(PoisonError::into_inner);
    series.entry(period).or_insert_with(|| compute().into()).clone()
}

fn average_true_range(prices: Prices<'_>, period: usize) -> Vec<f64> {
    let bars = prices.close().iter().zip(prices.high().iter().zip(prices.low()).skip(1));
    let ranges = bars.map(|(&before, (&high, &low))| (high - low).max((high - before).abs()).max((low - before).abs()));
    let count = period as f64;
    let (mut sum, mut average) = (0.0, f64::NAN);
    let mut series = vec![f64::NAN; prices.len().min(1)];
    for (seen, range) in (1..).zip(ranges) {
        if seen <= period {
            sum += range;
            if seen == period {
                average = sum / count;
            }
        } else {
            average = (average * (count - 1.0) + range) / count;
        }
        series.push(average);
    }
    series
}

fn volatility(close: &[f64], period: usize) -> Vec<f64> {
    let returns: Vec<f64> = close.iter().zip(close.iter().skip(1)).map(|(before, now)| now / before - 1.0).collect();
    let count = period as f64;
    let deviation = |window: &[f64]| {
        let mean = window.iter().sum::<f64>() / count;
        (window.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (count - 1.0)).sqrt()
    };
    let unknown = std::iter::repeat_n(f64::NAN, period.min(close.len()));
    unknown.chain(returns.windows(period).map(deviation)).collect()
}
