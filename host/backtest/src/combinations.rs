//! The subsets of a small set.

/// Subsets of `chosen` of the numbers below `of`, each in rising order, in lexicographic order.
pub(crate) struct Combinations {
    of: usize,
    next: Option<Vec<usize>>,
}

impl Combinations {
    pub(crate) fn new(of: usize, chosen: usize) -> Self {
        Self { of, next: (chosen <= of).then(|| (0..chosen).collect()) }
    }

    /// How many there are; none if a `usize` cannot hold it.
    pub(crate) fn count(of: usize, chosen: usize) -> Option<usize> {
        if chosen > of {
            return Some(0);
        }
        // Each product is divisible: it is a binomial coefficient times the divisor.
        (0..chosen.min(of - chosen))
            .try_fold(1_u128, |count, i| count.checked_mul((of - i) as u128).map(|product| product / (i as u128 + 1)))
            .and_then(|count| count.try_into().ok())
    }
}

impl Iterator for Combinations {
    type Item = Vec<usize>;

    fn next(&mut self) -> Option<Vec<usize>> {
        let current = self.next.take()?;
        let chosen = current.len();
        // The last member that can still rise; those after it follow it.
        let rising = current.iter().enumerate().rfind(|(place, member)| **member + chosen < self.of + place);
        self.next = rising.map(|(place, member)| {
            let head = current.iter().copied().take(place);
            head.chain((*member + 1..).take(chosen - place)).collect()
        });
        Some(current)
    }
}

#[cfg(test)]
mod tests {
    use super::Combinations;

    #[test]
    fn subsets_come_once_each_in_lexicographic_order() {
        let pairs: Vec<_> = Combinations::new(4, 2).collect();
        assert_eq!(pairs, [[0, 1], [0, 2], [0, 3], [1, 2], [1, 3], [2, 3]]);
        assert_eq!(Combinations::new(3, 0).collect::<Vec<_>>(), [Vec::<usize>::new()]);
        assert_eq!(Combinations::new(2, 3).count(), 0);
        let halves: Vec<_> = Combinations::new(10, 5).collect();
        assert_eq!(Some(halves.len()), Combinations::count(10, 5));
        assert!(halves.windows(2).all(|pair| pair[0] < pair[1]));
        // Place i from the front and place i from the back are complements: the overfitting statistics rely on it.
        for (subset, opposite) in halves.iter().zip(halves.iter().rev()) {
            assert!((0..10).all(|member| subset.contains(&member) != opposite.contains(&member)));
        }
    }

    #[test]
    fn counts_are_binomial_coefficients() {
        let counts = [(16, 8), (20, 10), (6, 2), (5, 5), (5, 6), (64, 32)];
        assert_eq!(
            counts.map(|(of, chosen)| Combinations::count(of, chosen)),
            [Some(12_870), Some(184_756), Some(15), Some(1), Some(0), Some(1_832_624_140_942_590_534)]
        );
        assert_eq!(Combinations::count(200, 100), None);
    }
}
