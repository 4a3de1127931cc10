use seedbed_evaluate::MemoUse;
use seedbed_evolve::Generation;

use crate::{Examined, Phase};

/// Follows a run. It changes no result, except that it may ask the run to stop.
pub trait Watcher {
    /// A phase begins; it is one of so many.
    fn begins(&mut self, phase: &Phase, number: usize, phases: usize) {
        let _ = (phase, number, phases);
    }

    /// Candidates were evaluated, or read back, and are written down.
    fn evaluated(&mut self, examined: &[Examined]) {
        let _ = examined;
    }

    /// A generation is complete.
    fn generation(&mut self, phase: &Phase, generation: &Generation, memo: &MemoUse) {
        let _ = (phase, generation, memo);
    }

    /// Whether the run should stop at its next good place.
    fn stop(&self) -> bool {
        false
    }
}

/// Watches nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unwatched;

impl Watcher for Unwatched {}
