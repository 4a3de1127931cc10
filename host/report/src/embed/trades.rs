use std::collections::BTreeMap;

use serde::Serialize;

use crate::report::{Market, Phase, Side, Stretch, Trade};
use crate::thin::{grouped, short};

/// One row of the trade table.
#[derive(Debug, Serialize)]
pub(super) struct Row<'a> {
    /// Index of the symbol.
    market: usize,
    symbol: &'a str,
    side: Side,
    entry: Option<i64>,
    exit: Option<i64>,
    bars: usize,
    entry_price: f64,
    exit_price: f64,
    profit: f64,
    reason: &'a str,
    /// What the bar of the entry was used for.
    phase: Option<Phase>,
    partial: Option<(Option<i64>, f64)>,
    open: bool,
}

/// The trades of one exit mechanism.
#[derive(Debug, Serialize)]
pub(super) struct Exits<'a> {
    reason: &'a str,
    count: usize,
    /// Share of trades with a gain.
    wins: f64,
    /// Mean gain.
    mean: f64,
    worst: f64,
    best: f64,
}

/// The last `most` trades in order of entry, and a sentence where some are left out.
pub(super) fn rows<'a>(markets: &'a [Market], stretches: &[Stretch], most: usize) -> (Vec<Row<'a>>, Option<String>) {
    let mut rows: Vec<Row<'_>> = markets
        .iter()
        .enumerate()
        .flat_map(|(index, market)| market.trades.iter().map(move |trade| row(index, market, trade, stretches)))
        .collect();
    rows.sort_by_key(|row| row.entry);
    let skipped = rows.len().saturating_sub(most);
    let note = (skipped > 0).then(|| {
        format!(
            "The last {} of {} trades are listed and drawn; the sums by exit count them all.",
            grouped(most),
            grouped(rows.len())
        )
    });
    (rows.split_off(skipped), note)
}

fn row<'a>(index: usize, market: &'a Market, trade: &'a Trade, stretches: &[Stretch]) -> Row<'a> {
    let time = |bar: usize| market.time.get(bar).copied();
    let entry = time(trade.entry_bar);
    let inside = |stretch: &&Stretch| entry.is_some_and(|at| stretch.span.start <= at && at < stretch.span.end);
    Row {
        market: index,
        symbol: &market.symbol,
        side: trade.side,
        entry,
        exit: time(trade.exit_bar),
        bars: trade.exit_bar.saturating_sub(trade.entry_bar),
        entry_price: short(trade.entry_price),
        exit_price: short(trade.exit_price),
        profit: short(trade.profit),
        reason: &trade.reason,
        phase: stretches.iter().find(inside).map(|stretch| stretch.phase),
        partial: trade.partial.map(|partial| (time(partial.bar), short(partial.price))),
        open: trade.open,
    }
}

/// All trades by the mechanism of their last exit, the most frequent first.
#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^53")]
pub(super) fn by_reason(markets: &[Market]) -> Vec<Exits<'_>> {
    let mut profits: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for trade in markets.iter().flat_map(|market| &market.trades) {
        profits.entry(&trade.reason).or_default().push(trade.profit);
    }
    let mut exits: Vec<Exits<'_>> = profits
        .into_iter()
        .map(|(reason, profits)| {
            let count = profits.len() as f64;
            Exits {
                reason,
                count: profits.len(),
                wins: profits.iter().filter(|profit| **profit > 0.0).count() as f64 / count,
                mean: profits.iter().sum::<f64>() / count,
                worst: profits.iter().copied().fold(f64::INFINITY, f64::min),
                best: profits.iter().copied().fold(f64::NEG_INFINITY, f64::max),
            }
        })
        .collect();
    exits.sort_by_key(|exits| std::cmp::Reverse(exits.count));
    exits
}

#[cfg(test)]
mod tests {
    use super::{by_reason, rows};
    use crate::report::{Market, Phase, Side, Span, Stretch, Trade};

    fn market(trades: &[(usize, f64, &str)]) -> Market {
        let trade = |&(bar, profit, reason): &(usize, f64, &str)| Trade {
            side: Side::Long,
            entry_bar: bar,
            exit_bar: bar + 2,
            entry_price: 1.0,
            exit_price: 1.0,
            profit,
            reason: reason.to_owned(),
            partial: None,
            open: false,
        };
        Market { time: (0..10).collect(), trades: trades.iter().map(trade).collect(), ..Market::default() }
    }

    /// A user would blame the wrong exit. Sums by hand.
    #[test]
    fn exits_are_summed_by_reason() {
        let markets = [market(&[(0, 0.5, "stop"), (3, -0.25, "stop"), (6, 0.1, "target")])];
        let exits = by_reason(&markets);
        assert_eq!((exits[0].reason, exits[0].count, exits[0].wins, exits[0].mean), ("stop", 2, 0.5, 0.125));
        assert_eq!((exits[0].worst, exits[0].best, exits[1].reason), (-0.25, 0.5, "target"));
    }

    /// A user would take a trade of the training part for an unseen one; a bar outside the columns would stop the report.
    #[test]
    fn rows_know_their_stretch_and_the_last_ones_are_kept() {
        let markets = [market(&[(0, 0.5, "a"), (9, 0.1, "b")]), market(&[(5, 0.1, "c")])];
        let stretch =
            |phase, start, end| Stretch { phase, span: Span { start, end }, name: String::new(), sharpe: None };
        let stretches = [stretch(Phase::InSample, 0, 5), stretch(Phase::Holdout, 5, 9)];
        let (rows, note) = rows(&markets, &stretches, 2);
        assert_eq!(
            rows.iter().map(|row| (row.reason, row.phase)).collect::<Vec<_>>(),
            [("c", Some(Phase::Holdout)), ("b", None)]
        );
        assert_eq!((rows[0].exit, rows[1].exit), (Some(7), None));
        assert!(note.unwrap().contains("last 2 of 3"));
    }
}
