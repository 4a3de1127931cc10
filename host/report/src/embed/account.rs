use serde::Serialize;

use crate::report::Equity;
use crate::thin::{extremes, grouped, short};

/// The champion's account and buy-and-hold at the points that the page shows, in columns of equal length.
#[derive(Debug, Serialize)]
pub(super) struct Account {
    time: Vec<i64>,
    champion: Vec<f64>,
    hold: Vec<f64>,
    champion_drawdown: Vec<f64>,
    hold_drawdown: Vec<f64>,
}

impl Account {
    /// The account and, where points were left out, a sentence that says so.
    pub(super) fn new(equity: &Equity, groups: usize) -> (Self, Option<String>) {
        let (champion, hold) = (drawdown(&equity.champion), drawdown(&equity.buy_and_hold));
        let length = equity.time.len().min(champion.len()).min(hold.len());
        let kept = if length <= groups * 4 {
            (0..length).collect()
        } else {
            let whole = [&equity.champion, &equity.buy_and_hold, &champion];
            let whole: Vec<&[f64]> = whole.iter().map(|values| values.get(..length).unwrap_or(values)).collect();
            extremes(&whole, groups)
        };
        let pick = |values: &[f64]| kept.iter().filter_map(|&at| values.get(at)).map(|value| short(*value)).collect();
        let account = Self {
            time: kept.iter().filter_map(|&at| equity.time.get(at)).copied().collect(),
            champion: pick(&equity.champion),
            hold: pick(&equity.buy_and_hold),
            champion_drawdown: pick(&champion),
            hold_drawdown: pick(&hold),
        };
        let thinned = (kept.len() < length).then(|| {
            format!(
                "{} of {} points are drawn; every peak and trough is among them.",
                grouped(kept.len()),
                grouped(length)
            )
        });
        (account, thinned)
    }
}

/// Fall below the highest value so far, the start (1) included; in [-1, 0].
fn drawdown(equity: &[f64]) -> Vec<f64> {
    let mut peak = 1.0_f64;
    equity
        .iter()
        .map(|value| {
            peak = peak.max(*value);
            value / peak - 1.0
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Account, drawdown};
    use crate::report::Equity;

    /// A user would believe in a smaller loss than the account had. Numbers by hand.
    #[test]
    fn drawdown_is_the_fall_below_the_peak() {
        assert_eq!(drawdown(&[0.5, 2.0, 1.0, 4.0, 3.0]), [-0.5, 0.0, -0.5, 0.0, -0.25]);
    }

    /// The page would stop responding, or hide the deepest point.
    #[test]
    fn a_long_account_is_thinned_but_keeps_its_trough() {
        let mut champion = vec![1.0; 100_000];
        champion[70_000] = 0.1;
        let equity =
            Equity { time: (0..100_000).map(|bar| bar * 60_000).collect(), buy_and_hold: vec![1.0; 100_000], champion };
        let (account, thinned) = Account::new(&equity, 500);
        assert!(account.time.len() < 4_000);
        assert!(account.champion_drawdown.contains(&-0.9) && account.time.contains(&(70_000 * 60_000)));
        assert!(thinned.unwrap().contains("of 100,000 points"));
    }
}
