//! What paired differences tell.

use serde::Serialize;

use super::student::two_sided_quantile;

/// Confidence of the interval.
pub(super) const CONFIDENCE: f64 = 0.95;

/// Differences of pairs, the second less the first.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Paired {
    /// Pairs of which both sides have a value.
    pub(super) pairs: u32,
    /// The mean difference; none without a pair.
    pub(super) mean: Option<f64>,
    /// The standard deviation of the differences, with n - 1; none of fewer than two pairs.
    pub(super) deviation: Option<f64>,
    /// Pairs of which the second is the greater.
    pub(super) wins: u32,
    /// Pairs that are equal.
    pub(super) ties: u32,
    /// Pairs of which the first is the greater.
    pub(super) losses: u32,
    /// The exact two-sided sign test: the probability of wins and losses as uneven as these if both were as likely. Ties are left out; none
    /// where nothing else is there.
    pub(super) sign_test: Option<f64>,
    /// The paired t interval of the mean at 95 %; none of fewer than two pairs.
    pub(super) interval: Option<[f64; 2]>,
}

impl Paired {
    pub(super) fn of(pairs: &[[f64; 2]]) -> Self {
        let differences: Vec<f64> = pairs.iter().map(|[a, b]| b - a).collect();
        let count = u32::try_from(differences.len()).unwrap_or(u32::MAX);
        let number = f64::from(count);
        let mean = (count > 0).then(|| differences.iter().sum::<f64>() / number);
        let deviation = mean.filter(|_| count > 1).map(|mean| {
            let squares: f64 = differences.iter().map(|difference| (difference - mean) * (difference - mean)).sum();
            (squares / (number - 1.0)).sqrt()
        });
        let of =
            |holds: fn(f64) -> bool| differences.iter().filter(|difference| holds(**difference)).fold(0, |n, _| n + 1);
        let (wins, losses) = (of(|difference| difference > 0.0), of(|difference| difference < 0.0));
        let half = |deviation: f64| Some(two_sided_quantile(count - 1, CONFIDENCE)? * deviation / number.sqrt());
        let interval = mean.zip(deviation.and_then(half)).map(|(mean, half)| [mean - half, mean + half]);
        Self {
            pairs: count,
            mean,
            deviation,
            wins,
            ties: count - wins - losses,
            losses,
            sign_test: sign_test(wins, losses),
            interval,
        }
    }
}

/// The exact two-sided sign test: both tails of a fair coin, at most 1.
fn sign_test(wins: u32, losses: u32) -> Option<f64> {
    let (tosses, fewer) = (wins + losses, wins.min(losses));
    if tosses == 0 {
        return None;
    }
    // 2^-1000 is still a normal number, and there are at most 1000 seeds.
    let mut term = (0..tosses).fold(1.0_f64, |half, _| half / 2.0);
    let mut tail = 0.0;
    for k in 0..=fewer {
        tail += term;
        term *= f64::from(tosses - k) / f64::from(k + 1);
    }
    Some((2.0 * tail).min(1.0))
}

#[cfg(test)]
mod tests {
    use super::{Paired, sign_test};

    /// Counted by hand: of 2^n sequences of wins and losses, those as uneven or more.
    #[test]
    fn the_sign_test_counts_coin_tosses() {
        let close = |p: Option<f64>, expected: f64| assert!((p.unwrap() - expected).abs() < 1e-15, "{p:?} {expected}");
        close(sign_test(5, 0), 2.0 / 32.0);
        close(sign_test(0, 5), 2.0 / 32.0);
        close(sign_test(4, 1), 12.0 / 32.0);
        close(sign_test(9, 1), 22.0 / 1024.0);
        close(sign_test(8, 2), 112.0 / 1024.0);
        close(sign_test(3, 3), 1.0);
        close(sign_test(1, 0), 1.0);
        assert_eq!(sign_test(0, 0), None);
        assert!(sign_test(600, 400).is_some_and(|p| p > 0.0 && p < 1e-9));
    }

    /// Student's own data (1908): additional hours of sleep by two drugs on ten patients. Mean difference 1.58, interval 0.7001142 to
    /// 2.4598858 (`t.test(extra ~ group, data = sleep, paired = TRUE)` of R), one tie, nine of nine for the second.
    #[test]
    fn students_sleep_comes_out_as_published() {
        let first = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0];
        let second = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];
        let pairs: Vec<_> = first.into_iter().zip(second).map(|(a, b)| [a, b]).collect();
        let paired = Paired::of(&pairs);
        assert_eq!((paired.pairs, paired.wins, paired.ties, paired.losses), (10, 9, 1, 0));
        assert!((paired.mean.unwrap() - 1.58).abs() < 1e-12);
        assert!((paired.deviation.unwrap() - 1.229_995).abs() < 1e-6);
        let [low, high] = paired.interval.unwrap();
        assert!((low - 0.700_114_2).abs() < 5e-8 && (high - 2.459_885_8).abs() < 5e-8, "{low} {high}");
        assert!((paired.sign_test.unwrap() - 2.0 / 512.0).abs() < 1e-15);
    }

    #[test]
    fn too_few_pairs_say_nothing() {
        let none = Paired::of(&[]);
        assert_eq!((none.mean, none.sign_test, none.interval), (None, None, None));
        let one = Paired::of(&[[1.0, 2.0]]);
        assert_eq!((one.mean, one.deviation, one.interval, one.sign_test), (Some(1.0), None, None, Some(1.0)));
    }
}
