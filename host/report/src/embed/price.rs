use serde::Serialize;

use crate::report::Market;
use crate::thin::{Group, groups, short};

/// One symbol's candles in columns of equal length.
#[derive(Debug, Serialize)]
pub(super) struct Candles<'a> {
    symbol: &'a str,
    /// Bars before they were merged.
    bars: usize,
    /// Bars of one candle.
    merged: usize,
    time: Vec<i64>,
    open: Vec<f64>,
    high: Vec<f64>,
    low: Vec<f64>,
    close: Vec<f64>,
}

/// The candles of the first `symbols` markets, at most `most` of them together, and a sentence where something is left out.
pub(super) fn candles(markets: &[Market], symbols: usize, most: usize) -> (Vec<Candles<'_>>, Option<String>) {
    let each = most / markets.len().clamp(1, symbols.max(1));
    let shown: Vec<Candles<'_>> = markets.iter().take(symbols).map(|market| Candles::new(market, each)).collect();
    let mut notes = Vec::new();
    if let Some(longest) = shown.iter().map(|candles| candles.merged).max().filter(|&merged| merged > 1) {
        notes.push(format!(
            "One candle stands for up to {longest} bars; the table of trades has the bars' own times and prices."
        ));
    }
    if shown.len() < markets.len() {
        notes.push(format!("The first {} of {} symbols are drawn.", shown.len(), markets.len()));
    }
    (shown, (!notes.is_empty()).then(|| notes.join(" ")))
}

impl<'a> Candles<'a> {
    fn new(market: &'a Market, most: usize) -> Self {
        let bars = [&market.open, &market.high, &market.low, &market.close]
            .into_iter()
            .map(Vec::len)
            .fold(market.time.len(), usize::min);
        let groups = groups(bars, most);
        let column = |merge: fn(&[f64]) -> Option<f64>, values: &[f64]| -> Vec<f64> {
            groups.iter().filter_map(|group| merge(values.get(group.clone())?)).map(short).collect()
        };
        Self {
            symbol: &market.symbol,
            bars,
            merged: groups.first().map_or(1, Group::len),
            time: groups.iter().filter_map(|group| market.time.get(group.start)).copied().collect(),
            open: column(|values| values.first().copied(), &market.open),
            high: column(|values| values.iter().copied().max_by(f64::total_cmp), &market.high),
            low: column(|values| values.iter().copied().min_by(f64::total_cmp), &market.low),
            close: column(|values| values.last().copied(), &market.close),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::candles;
    use crate::report::Market;

    /// A user would see prices that never were. Merged by hand.
    #[test]
    fn merged_bars_keep_first_highest_lowest_and_last_price() {
        let market = Market {
            time: vec![0, 1, 2],
            open: vec![1.0, 2.0, 3.0],
            high: vec![5.0, 9.0, 4.0],
            low: vec![0.5, 0.25, 3.0],
            close: vec![2.0, 3.0, 3.5],
            ..Market::default()
        };
        let (shown, note) = candles(std::slice::from_ref(&market), 1, 2);
        let merged = &shown[0];
        assert_eq!((merged.bars, merged.merged, &merged.time[..]), (3, 2, &[0, 2][..]));
        assert_eq!((&merged.open[..], &merged.high[..]), (&[1.0, 3.0][..], &[9.0, 4.0][..]));
        assert_eq!((&merged.low[..], &merged.close[..]), (&[0.25, 3.0][..], &[3.0, 3.5][..]));
        assert!(note.unwrap().contains("up to 2 bars"));
        assert_eq!(candles(&[market], 1, 3).1, None);
    }
}
