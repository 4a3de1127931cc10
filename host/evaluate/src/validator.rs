use std::time::{Duration, Instant};

use seedbed_genome::Genome;
use seedbed_market::Bars;
use seedbed_outcome::{Failure, Function, Outcome, Refusal};
use seedbed_worker::Limits;

use crate::Plugin;

/// How children are validated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ValidationRules {
    /// Wall clock of one attempt, all its calls together.
    pub timeout: Duration,
    /// Whether `signals` runs for a child whose parameters are its parent's, too. Its answer cannot have changed.
    pub paranoid: bool,
}

/// Asks a plugin whether it can live with a child.
#[derive(Debug)]
pub struct Validator<'a> {
    plugin: &'a Plugin,
    history: &'a Bars,
    window: Bars,
    rules: ValidationRules,
}

/// A function of the contract that gave no answer that counts.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{function}: {failure}")]
pub struct CallFailure {
    /// The function.
    pub function: Function,
    /// How the call ended.
    pub failure: Failure,
}

impl<'a> Validator<'a> {
    /// The fewest bars of a validation window, where the history has them.
    pub const MIN_WINDOW: usize = 256;

    /// Children of `plugin` are tried on the last bars of `history`: as many as it recommends, at least [`Self::MIN_WINDOW`].
    #[must_use]
    pub fn new(plugin: &'a Plugin, history: &'a Bars, rules: ValidationRules) -> Self {
        let recommended = usize::try_from(plugin.need().recommended_bars).unwrap_or(usize::MAX);
        let window = last(history, recommended.max(Self::MIN_WINDOW));
        Self { plugin, history, window, rules }
    }

    /// The bars that children are tried on.
    #[must_use]
    pub fn window(&self) -> &Bars {
        &self.window
    }

    /// Asks `accept` in a fresh instance and, where the parameters differ from the parent's, `signals` in another.
    ///
    /// A child that needs more bars than the window has is given as many as it names, if the history has them.
    ///
    /// # Errors
    /// [`CallFailure`] names the call that gave no answer that counts.
    pub fn validate(&self, child: &Genome, parameters_changed: bool) -> Result<(), CallFailure> {
        let start = Instant::now();
        self.accept(child, start).map_err(failed(Function::Accept))?;
        if parameters_changed || self.rules.paranoid {
            self.signals(child, start).map_err(failed(Function::Signals))?;
        }
        Ok(())
    }

    fn accept(&self, child: &Genome, start: Instant) -> Outcome<()> {
        self.plugin.component().accept(&child.parameters, &child.exits, &self.limits(start)).outcome
    }

    fn signals(&self, child: &Genome, start: Instant) -> Outcome<()> {
        let reads = self.plugin.description().reads;
        let on = |bars: &Bars| {
            let call = self.plugin.component().signals(bars, reads, &child.parameters, &self.limits(start));
            call.outcome.map(|_| ())
        };
        match on(&self.window) {
            Err(Failure::Refused(Refusal::TooFewBars(needed))) => match self.longer_window(needed) {
                Some(bars) => on(&bars),
                None => Err(Failure::Refused(Refusal::TooFewBars(needed))),
            },
            outcome => outcome,
        }
    }

    fn longer_window(&self, needed: u32) -> Option<Bars> {
        let needed = usize::try_from(needed).ok()?;
        (self.window.len() < needed && needed <= self.history.len()).then(|| last(self.history, needed))
    }

    /// A call has the time that the attempt has left.
    fn limits(&self, start: Instant) -> Limits {
        Limits { timeout: Some(self.rules.timeout.saturating_sub(start.elapsed())), ..*self.plugin.limits() }
    }
}

fn failed(function: Function) -> impl Fn(Failure) -> CallFailure {
    move |failure| CallFailure { function, failure }
}

fn last(history: &Bars, bars: usize) -> Bars {
    let end = history.len();
    history.slice(end.saturating_sub(bars)..end).unwrap_or_else(|| history.clone())
}
