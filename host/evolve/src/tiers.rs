use seedbed_genome::{Tier, TierWeights};

/// Least share of a tier that is drawn at all.
const FLOOR: f64 = 0.1;

/// How far one generation moves what is thought of a tier.
const PACE: f64 = 0.3;

/// How often a mutation of each tier made a child that is better than its parent: probability matching (Thierens 2005).
#[derive(Debug, Clone)]
pub(crate) struct TierCredit {
    /// Whether the tier may be drawn.
    open: [bool; 3],
    quality: [f64; 3],
    tries: [(u32, u32); 3],
}

impl TierCredit {
    /// Starts at the shares that were asked for; a tier of weight 0 stays at 0.
    pub(crate) fn new(weights: TierWeights) -> Self {
        let weights = [weights.parametric, weights.structural, weights.relational];
        let sum: f64 = weights.iter().sum();
        let quality = weights.map(|weight| if sum > 0.0 { weight / sum } else { 0.0 });
        Self { open: weights.map(|weight| weight > 0.0), quality, tries: [(0, 0); 3] }
    }

    /// Counts a mutation.
    pub(crate) fn count(&mut self, tier: Tier, better: bool) {
        for ((_, (tries, successes)), _) in
            Tier::ALL.iter().zip(&mut self.tries).zip(0..).filter(|((other, _), _)| **other == tier)
        {
            *tries += 1;
            *successes += u32::from(better);
        }
    }

    /// Ends a generation.
    pub(crate) fn learn(&mut self) {
        for (quality, (tries, successes)) in self.quality.iter_mut().zip(&mut self.tries) {
            if *tries > 0 {
                *quality += PACE * (f64::from(*successes) / f64::from(*tries) - *quality);
            }
            (*tries, *successes) = (0, 0);
        }
    }

    /// The weights of the next generation: the floor, and the rest in proportion to success.
    pub(crate) fn weights(&self) -> TierWeights {
        let open = self.open.iter().filter(|open| **open).count() as f64;
        let sum: f64 = self.quality.iter().zip(self.open).filter(|(_, open)| *open).map(|(quality, _)| quality).sum();
        let mut weights = [0.0; 3];
        for ((weight, quality), open_tier) in weights.iter_mut().zip(self.quality).zip(self.open) {
            if open_tier {
                let share = if sum > 0.0 { quality / sum } else { 1.0 / open };
                *weight = FLOOR + (1.0 - open * FLOOR) * share;
            }
        }
        let [parametric, structural, relational] = weights;
        TierWeights { parametric, structural, relational }
    }
}

#[cfg(test)]
mod tests {
    use seedbed_genome::{Tier, TierWeights};

    use super::{FLOOR, TierCredit};

    /// Without a floor a tier that had bad luck early would never be tried again; without credit the switch would do nothing.
    #[test]
    fn success_raises_a_share_and_the_floor_holds() {
        let mut credit = TierCredit::new(TierWeights::default());
        for _ in 0..50 {
            for n in 0..10 {
                credit.count(Tier::Relational, n < 5);
                credit.count(Tier::Parametric, false);
                credit.count(Tier::Structural, false);
            }
            credit.learn();
        }
        let TierWeights { parametric, structural, relational } = credit.weights();
        assert!((parametric - FLOOR).abs() < 1e-6 && (structural - FLOOR).abs() < 1e-6, "{parametric} {structural}");
        assert!((relational - (1.0 - 2.0 * FLOOR)).abs() < 1e-6, "{relational}");
    }

    /// What an operator forbids stays forbidden.
    #[test]
    fn a_tier_of_weight_0_is_never_drawn() {
        let mut credit = TierCredit::new(TierWeights { parametric: 1.0, structural: 0.0, relational: 0.0 });
        credit.count(Tier::Parametric, false);
        credit.learn();
        let TierWeights { parametric, structural, relational } = credit.weights();
        assert!(parametric > 0.0 && structural == 0.0 && relational == 0.0);
    }
}
