//! Long series made short enough for a page, without losing what the eye looks for.

/// The bars of one candle: half-open.
pub(crate) type Group = std::ops::Range<usize>;

/// Cuts `bars` bars into at most `most` groups of equal length, in order; the last one may be shorter.
pub(crate) fn groups(bars: usize, most: usize) -> Vec<Group> {
    let length = bars.div_ceil(most.max(1)).max(1);
    (0..bars).step_by(length).map(|start| start..bars.min(start + length)).collect()
}

/// Picks the points of several equally long series that a line chart needs: in each of `groups` groups the first one and the smallest
/// and the largest of each series; always the last one too. Rising.
///
/// Every peak and every trough survives, unlike with every n-th point (the idea of M4: Jugel et al. 2014, "M4: A
/// Visualization-Oriented Time Series Data Aggregation").
pub(crate) fn extremes(series: &[&[f64]], most_groups: usize) -> Vec<usize> {
    let length = series.iter().map(|values| values.len()).min().unwrap_or(0);
    let mut kept = Vec::new();
    for group in groups(length, most_groups) {
        let from = kept.len();
        kept.push(group.start);
        for values in series {
            let inside = || group.clone().filter_map(|at| values.get(at).map(|value| (at, *value)));
            kept.extend(inside().min_by(|a, b| a.1.total_cmp(&b.1)).map(|(at, _)| at));
            kept.extend(inside().max_by(|a, b| a.1.total_cmp(&b.1)).map(|(at, _)| at));
        }
        if group.end == length {
            kept.push(length - 1);
        }
        if let Some(new) = kept.get_mut(from..) {
            new.sort_unstable();
        }
    }
    kept.dedup();
    kept
}

/// At most `most` of `count` places, evenly spread, and all of `always`. Rising.
pub(crate) fn spread(count: usize, most: usize, always: impl IntoIterator<Item = usize>) -> Vec<usize> {
    let mut kept: Vec<usize> =
        if count <= most { (0..count).collect() } else { (0..most).map(|place| place * count / most).collect() };
    kept.extend(always.into_iter().filter(|&at| at < count));
    kept.sort_unstable();
    kept.dedup();
    kept
}

/// Six significant digits: more than a screen can show, and a third of the bytes.
pub(crate) fn short(value: f64) -> f64 {
    if value.is_finite() { format!("{value:.5e}").parse().unwrap_or(value) } else { value }
}

/// A count with its thousands apart: `100,000`.
pub(crate) fn grouped(count: usize) -> String {
    let digits = count.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{extremes, grouped, groups, short, spread};

    /// A user would miss bars, or see some twice.
    #[test]
    fn groups_cover_every_bar_once() {
        for bars in [0, 1, 7, 100, 101] {
            for most in [1, 3, 7, 200] {
                let groups = groups(bars, most);
                assert!(groups.len() <= most);
                assert_eq!(groups.iter().flat_map(Clone::clone).collect::<Vec<_>>(), (0..bars).collect::<Vec<_>>());
            }
        }
    }

    /// A user would not see the crash that lasted one bar.
    #[test]
    fn a_single_spike_survives() {
        let mut calm = vec![1.0; 100_000];
        calm[54_321] = 0.2;
        let other = vec![2.0; 100_000];
        let kept = extremes(&[&calm, &other], 500);
        assert!(kept.contains(&54_321) && kept.contains(&0) && kept.contains(&99_999));
        assert!(kept.len() < 3_000 && kept.is_sorted());
    }

    /// A user would not find the champion in a thinned scatter.
    #[test]
    fn what_must_stay_stays() {
        let kept = spread(1_000, 10, [777, 5_000]);
        assert_eq!(kept.len(), 11);
        assert!(kept.contains(&777));
        assert_eq!(spread(3, 10, []), [0, 1, 2]);
    }

    #[test]
    fn thousands_stand_apart() {
        assert_eq!([0, 999, 1_000, 100_000, 1_234_567].map(grouped), ["0", "999", "1,000", "100,000", "1,234,567"]);
    }

    #[test]
    fn six_digits_stay() {
        assert_eq!(short(123.456_789), 123.457);
        assert_eq!(short(-0.000_123_456_78), -0.000_123_457);
        assert_eq!(short(0.0), 0.0);
    }
}
