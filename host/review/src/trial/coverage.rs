//! What a number of comparisons that found nothing is worth.

/// The probability with which a leak of the stated size would have been missed.
const MISSED: f64 = 0.05;

/// The smallest share of leaking cuts that `compared` of `cuts`, drawn without replacement, would have hit with at least 95 % probability: the
/// smallest L / cuts with C(cuts - L, compared) / C(cuts, compared) <= 0.05 (hypergeometric). `None` where nothing was compared.
pub(crate) fn smallest_share(cuts: u64, compared: u64) -> Option<f64> {
    if compared == 0 || cuts == 0 {
        return None;
    }
    let mut missed = 1.0;
    for leaking in 1..=cuts {
        let place = leaking - 1;
        missed *= cuts.saturating_sub(compared).saturating_sub(place) as f64 / (cuts - place) as f64;
        if missed <= MISSED {
            return Some(leaking as f64 / cuts as f64);
        }
    }
    Some(1.0)
}

/// The same for draws from a space without end: r with 1 - (1 - r)^drawn = 0.95. `None` where nothing was drawn.
pub(crate) fn smallest_share_of_space(drawn: u64) -> Option<f64> {
    (drawn > 0).then(|| 1.0 - libm::pow(MISSED, 1.0 / drawn as f64))
}

#[cfg(test)]
mod tests {
    use super::{smallest_share, smallest_share_of_space};

    /// A reviewer decides by this number.
    #[test]
    fn shares_are_those_of_the_distribution() {
        // Every cut: one leaking cut is certain to be hit.
        assert_eq!(smallest_share(3_269, 3_269), Some(1.0 / 3_269.0));
        // C(75, 10) / C(100, 10) = 0.0479, and C(76, 10) / C(100, 10) = 0.0551.
        assert_eq!(smallest_share(100, 10), Some(0.25));
        assert_eq!(smallest_share(10, 1), Some(1.0));
        assert_eq!((smallest_share(10, 0), smallest_share(0, 0)), (None, None));
    }

    /// 59 samples for 5 % at 95 % (Wilks 1941).
    #[test]
    fn fifty_nine_draws_see_a_twentieth() {
        let share = smallest_share_of_space(59).unwrap_or_default();
        assert!((share - 0.049_507_6).abs() < 1e-7, "{share}");
        assert!(smallest_share_of_space(58).unwrap_or_default() > 0.05);
        assert_eq!(smallest_share_of_space(0), None);
    }
}
