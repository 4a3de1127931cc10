use seedbed_backtest::{Indicators, Prices};
use seedbed_genome::MarketScale;
use seedbed_market::Bars;

/// How far this market moves, by which distances in indicators and in fractions of the price are turned into each other: for each period,
/// the median over the history of the average true range as a fraction of the close, and of the standard deviation of returns.
#[must_use]
pub fn market_scale(bars: &Bars) -> MarketScale {
    let indicators = Indicators::new(Prices::from(bars));
    MarketScale::new(
        |period| median(indicators.atr(period).iter().zip(bars.close()).map(|(range, close)| range / close)),
        |period| median(indicators.volatility(period).iter().copied()),
    )
}

/// The median of the numbers among `values`; `None` without any, or where it is 0 and so scales nothing.
fn median(values: impl Iterator<Item = f64>) -> Option<f64> {
    let mut values: Vec<f64> = values.filter(|value| value.is_finite()).collect();
    let middle = values.len() / 2;
    if values.is_empty() {
        return None;
    }
    let even = values.len().is_multiple_of(2);
    let (below, &mut upper, _) = values.select_nth_unstable_by(middle, f64::total_cmp);
    let lower = if even { below.iter().copied().max_by(f64::total_cmp)? } else { upper };
    Some(f64::midpoint(lower, upper)).filter(|median| *median > 0.0)
}

#[cfg(test)]
mod tests {
    use super::median;

    #[test]
    fn the_median_is_the_middle_of_the_numbers() {
        assert_eq!(median([3.0, f64::NAN, 1.0, 2.0].into_iter()), Some(2.0));
        assert_eq!(median([4.0, 1.0, 3.0, 2.0].into_iter()), Some(2.5));
        assert_eq!(median([f64::NAN].into_iter()), None);
        assert_eq!(median([0.0; 3].into_iter()), None);
    }
}
