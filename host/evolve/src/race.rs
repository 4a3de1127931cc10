/// Fold racing: whether a candidate that is evaluated fold by fold can still win, by what others had in the folds that are left.
///
/// The fitness is the mean over the folds. A candidate is given up when it would stay below its [bar](crate::Candidate::bar) even with the best value that any
/// candidate had so far in each fold that is left. That is a bet, though a safe one: it might have been the first to do better there.
///
/// For results that do not depend on threads, a generation is raced against what was taken in before it.
#[derive(Debug, Clone, PartialEq)]
pub struct Race {
    best: Vec<Option<f64>>,
}

impl Race {
    /// A race over that many folds in which nobody ran yet.
    #[must_use]
    pub fn new(folds: usize) -> Self {
        Self { best: vec![None; folds] }
    }

    /// Takes in the values of a candidate, fold by fold, as far as it got. What is not finite does not count.
    pub fn observe(&mut self, values: &[f64]) {
        for (best, &value) in self.best.iter_mut().zip(values).filter(|(_, value)| value.is_finite()) {
            *best = Some(best.map_or(value, |best| best.max(value)));
        }
    }

    /// Whether a candidate with these values in the first folds may still reach `bar`. Always true where a fold is left that nobody ran.
    #[must_use]
    pub fn may_reach(&self, bar: f64, values: &[f64]) -> bool {
        let left = self.best.iter().skip(values.len()).copied().collect::<Option<Vec<f64>>>();
        left.is_none_or(|left| {
            let folds = values.len() + left.len();
            values.iter().chain(&left).sum::<f64>() >= bar * folds as f64
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Race;

    /// A racer that gave up a winner would lose it for good; one that never gives up saves nothing.
    #[test]
    fn a_candidate_goes_on_exactly_while_the_best_folds_could_lift_it_to_the_bar() {
        let mut race = Race::new(3);
        assert!(race.may_reach(100.0, &[-5.0]), "nobody ran the folds that are left");
        race.observe(&[1.0, 2.0, 3.0]);
        race.observe(&[2.0, 1.0, f64::NAN]);
        race.observe(&[0.5]);
        // The best of the folds that are left are 2 and 3: a first fold of 1 comes to a mean of 2.
        assert!(race.may_reach(2.0, &[1.0]));
        assert!(!race.may_reach(2.0, &[0.99]));
        // All folds run: the mean itself.
        assert!(race.may_reach(1.0, &[0.0, 1.0, 2.0]) && !race.may_reach(1.001, &[0.0, 1.0, 2.0]));
    }
}
