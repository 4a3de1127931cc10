/// The longest period of the host's list, in bars.
const LONGEST: usize = 60;

/// How far a market moves within an indicator's unit, by which distances in units and in fractions of the price turn into each other.
///
/// The default knows nothing: what would need it is done at defaults.
#[derive(Debug, Clone, PartialEq)]
pub struct MarketScale {
    average_true_range: [Option<f64>; LONGEST],
    volatility: [Option<f64>; LONGEST],
}

impl Default for MarketScale {
    fn default() -> Self {
        Self { average_true_range: [None; LONGEST], volatility: [None; LONGEST] }
    }
}

impl MarketScale {
    /// Asks for each period from 1 to 60 bars for the median over a history of the average true range as a fraction of the close, and of the
    /// standard deviation of returns. What is missing, not finite or not above 0 counts as unknown.
    #[must_use]
    pub fn new(
        average_true_range: impl FnMut(usize) -> Option<f64>,
        volatility: impl FnMut(usize) -> Option<f64>,
    ) -> Self {
        Self { average_true_range: table(average_true_range), volatility: table(volatility) }
    }

    /// The median average true range of that period as a fraction of the close.
    #[must_use]
    pub fn average_true_range(&self, period: f64) -> Option<f64> {
        look_up(&self.average_true_range, period)
    }

    /// The median standard deviation of that many returns.
    #[must_use]
    pub fn volatility(&self, period: f64) -> Option<f64> {
        look_up(&self.volatility, period)
    }
}

fn table(mut median: impl FnMut(usize) -> Option<f64>) -> [Option<f64>; LONGEST] {
    std::array::from_fn(|place| median(place + 1).filter(|median| median.is_finite() && *median > 0.0))
}

/// Periods travel as `f64`, like every value of a genome.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a cast saturates, and what is not in the table is unknown"
)]
fn look_up(table: &[Option<f64>; LONGEST], period: f64) -> Option<f64> {
    table.get((period as usize).checked_sub(1)?).copied()?
}

#[cfg(test)]
mod tests {
    use super::MarketScale;

    #[test]
    fn what_is_no_scale_is_unknown() {
        let scale = MarketScale::new(|period| Some(0.001 * period as f64), |period| (period > 1).then_some(f64::NAN));
        assert_eq!(scale.average_true_range(14.0), Some(0.014));
        assert_eq!(scale.average_true_range(60.0), Some(0.06));
        for unknown in [0.0, 61.0, -1.0, f64::NAN] {
            assert_eq!(scale.average_true_range(unknown), None);
        }
        assert_eq!((scale.volatility(1.0), scale.volatility(20.0)), (None, None));
    }
}
