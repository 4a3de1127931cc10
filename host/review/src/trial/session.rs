use seedbed_genome::{Declared, ExitBounds, ExitGenome};
use seedbed_market::Bars;
use seedbed_outcome::{Call, Failure, Refusal};

use crate::trial::Trial;
use crate::trial::component::{DataNeed, Description};
use crate::trial::purse::{Charged, Cost};

/// A component that answered at its defaults, and what the rules of a trial share.
pub(crate) struct Session<'a> {
    pub(crate) trial: &'a Trial<'a>,
    pub(crate) description: Description,
    /// The defaults of its parameters.
    pub(crate) defaults: Vec<f64>,
    pub(crate) exits: ExitGenome,
    pub(crate) need: DataNeed,
    /// The convictions on all bars at the defaults.
    pub(crate) reference: Vec<f64>,
    /// What that call cost.
    pub(crate) reference_work: u64,
}

impl Session<'_> {
    pub(crate) fn bars(&self) -> &Bars {
        self.trial.prices
    }

    /// `signals` in a fresh instance.
    pub(crate) fn signals(&self, bars: &Bars, parameters: &[f64]) -> Charged<Call<Vec<f64>>> {
        let call = self.trial.component.signals(bars, self.description.reads, parameters, &self.trial.limits);
        Charged { cost: Cost::of(&call, bars.len()), answer: call }
    }

    /// What a call on so many bars is expected to cost, by what all bars cost.
    pub(crate) fn expect(&self, bars: usize) -> u64 {
        let all = self.bars().len().max(1);
        let share = bars as f64 / all as f64;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an estimate; a cast saturates")]
        let work = (self.reference_work as f64 * share) as u64;
        work.max(Cost::host(bars))
    }

    /// How many of the first bars a call may have for so much work: all of them where that is enough, and never fewer than twice what the
    /// component recommends.
    pub(crate) fn affordable(&self, work: u64) -> usize {
        let all = self.bars().len();
        let share = (work as f64 / self.expect(all) as f64).min(1.0);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of a length is one")]
        let bars = (all as f64 * share) as usize;
        bars.max(self.recommended().saturating_mul(2)).max(64).min(all)
    }

    /// The minimum of bars that the component names.
    pub(crate) fn minimum(&self) -> usize {
        usize::try_from(self.need.minimum_bars).unwrap_or(usize::MAX)
    }

    /// The bars that it recommends.
    pub(crate) fn recommended(&self) -> usize {
        usize::try_from(self.need.recommended_bars).unwrap_or(usize::MAX)
    }

    /// The parameters with their names, as a finding names them.
    pub(crate) fn named(&self, parameters: &[f64]) -> String {
        let named = self.description.parameters.iter().zip(parameters);
        let named: Vec<_> = named.map(|(parameter, value)| format!("{} = {value}", parameter.name)).collect();
        if named.is_empty() { "no parameters".to_owned() } else { named.join(", ") }
    }
}

/// The exits of a component's own genome.
///
/// # Errors
/// A [`Failure::BadOutput`] of the host, which loads no such component.
pub(crate) fn own_exits(declared: &[seedbed_genome::DeclaredExit]) -> Result<ExitGenome, Failure> {
    let read = Declared::read(declared, ExitBounds::default());
    read.map(|declared| declared.genome).map_err(|error| Failure::bad_output(error.to_string()))
}

/// Whether the component said that it was given too few bars.
pub(crate) fn too_few<T>(call: &Call<T>) -> bool {
    matches!(call.outcome, Err(Failure::Refused(Refusal::TooFewBars(_))))
}

/// The first place at which two answers differ by a bit; every NaN is the same.
pub(crate) fn first_difference(one: &[f64], other: &[f64]) -> Option<usize> {
    let same = |a: &f64, b: &f64| a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan());
    let differs = one.iter().zip(other).position(|(a, b)| !same(a, b));
    differs.or_else(|| (one.len() != other.len()).then(|| one.len().min(other.len())))
}
