use prometheus::{IntCounter, IntCounterVec, Opts, Registry};

use super::registered;

/// What a review came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReviewVerdict {
    /// Nothing to tell.
    Pass,
    /// Somebody should look at it.
    Warn,
    /// The component is not to run.
    Fail,
}

impl ReviewVerdict {
    /// Every verdict, each at the index of its discriminant.
    pub const ALL: [Self; 3] = [Self::Pass, Self::Warn, Self::Fail];

    /// The word for metric labels.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Warn => "warn",
            Self::Fail => "fail",
        }
    }
}

/// Why a plugin was refused before any of it ran.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefusalReason {
    /// A rule about the component or its manifest fails under the policy.
    Policy,
    /// Somebody else may write a file that the decision rests on.
    Files,
    /// It is not the component that was trusted under its name.
    Changed,
    /// It is to be pinned, and is not.
    Unpinned,
    /// It was trusted under another policy.
    Outdated,
}

impl RefusalReason {
    /// Every reason, each at the index of its discriminant.
    pub const ALL: [Self; 5] = [Self::Policy, Self::Files, Self::Changed, Self::Unpinned, Self::Outdated];

    /// The word for metric labels.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Policy => "policy",
            Self::Files => "files",
            Self::Changed => "changed",
            Self::Unpinned => "unpinned",
            Self::Outdated => "outdated",
        }
    }
}

/// Reviews before plugins run.
#[derive(Debug)]
pub(super) struct Reviews {
    verdicts: [IntCounter; ReviewVerdict::ALL.len()],
    refusals: [IntCounter; RefusalReason::ALL.len()],
}

impl Reviews {
    pub(super) fn new(registry: &Registry) -> Self {
        let counter = |name: &str, help: &str, label: &str| {
            registered(registry, IntCounterVec::new(Opts::new(name, help), &[label]))
        };
        let verdicts =
            counter("seedbed_review_verdicts_total", "Static reviews of plugins by what they came to.", "verdict");
        let refusals =
            counter("seedbed_refusals_total", "Plugins that were refused before any of their code ran.", "reason");
        Self {
            verdicts: ReviewVerdict::ALL.map(|verdict| verdicts.with_label_values(&[verdict.name()])),
            refusals: RefusalReason::ALL.map(|reason| refusals.with_label_values(&[reason.name()])),
        }
    }

    pub(super) fn reviewed(&self, verdict: ReviewVerdict) {
        if let Some(counter) = self.verdicts.get(verdict as usize) {
            counter.inc();
        }
    }

    pub(super) fn refused(&self, reason: RefusalReason) {
        if let Some(counter) = self.refusals.get(reason as usize) {
            counter.inc();
        }
    }
}
