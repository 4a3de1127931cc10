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

/// Windows that are measured at once, side by side: each adds its returns in order of time, and all of them one return at a step.
const SIDE_BY_SIDE: usize = 256;

fn volatility(close: &[f64], period: usize) -> Vec<f64> {
    let returns: Vec<f64> = close.iter().zip(close.iter().skip(1)).map(|(before, now)| now / before - 1.0).collect();
    let count = period as f64;
    let mut series = vec![f64::NAN; period.min(close.len())];
    let windows = (returns.len() + 1).saturating_sub(period);
    for start in (0..windows).step_by(SIDE_BY_SIDE) {
        let windows = SIDE_BY_SIDE.min(windows - start);
        let (mut means, mut squares) = ([0.0; SIDE_BY_SIDE], [0.0; SIDE_BY_SIDE]);
        let nth = |place: usize| returns.get(start + place..start + place + windows).unwrap_or_default();
        for place in 0..period {
            for (sum, change) in means.iter_mut().zip(nth(place)) {
                *sum += change;
            }
        }
        means.iter_mut().for_each(|sum| *sum /= count);
        for place in 0..period {
            for ((sum, mean), change) in squares.iter_mut().zip(&means).zip(nth(place)) {
                *sum += (change - mean) * (change - mean);
            }
        }
        series.extend(squares.iter().take(windows).map(|sum| (sum / (count - 1.0)).sqrt()));
    }
    series
}

#[cfg(test)]
mod tests {
    use super::{Indicators, SIDE_BY_SIDE};
    use crate::prices::Prices;

    /// If this fails, a volatility depends on how many windows are measured at once, and old runs no longer repeat.
    #[test]
    fn windows_side_by_side_are_those_of_the_formula() {
        let close: Vec<f64> = (0..2 * SIDE_BY_SIDE + 7).map(|bar| 100.0 + ((bar * bar) % 97) as f64 / 7.0).collect();
        let indicators = Indicators::new(Prices::new(&close, &close, &close, &close).unwrap());
        for period in [2, 3, 20, 60, close.len() - 1, close.len()] {
            let returns: Vec<f64> = close.windows(2).map(|pair| pair[1] / pair[0] - 1.0).collect();
            let deviation = |window: &[f64]| {
                let mean = window.iter().sum::<f64>() / period as f64;
                (window.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (period as f64 - 1.0)).sqrt()
            };
            let expected = std::iter::repeat_n(f64::NAN, period).chain(returns.windows(period).map(deviation));
            let bits = |value: f64| value.to_bits();
            let found = indicators.volatility(period).iter().copied().map(bits).collect::<Vec<_>>();
            assert_eq!(found, expected.map(bits).collect::<Vec<_>>(), "{period}");
        }
    }
}
