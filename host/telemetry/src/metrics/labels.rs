use seedbed_genome::{Fault, Mechanism, Target};
use seedbed_outcome::Failure;

/// Why an attempt at a mutation failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// The child is its parent.
    NoChange,
    /// No operator was eligible.
    NoOperator,
    /// The child breaks an invariant or a bound.
    Invariant,
    /// The component declined the child in its own words.
    Refused,
    /// The component broke down.
    Trapped,
    /// The component used up its fuel.
    OutOfFuel,
    /// A wall-clock deadline voided the attempt.
    PastDeadline,
    /// The component asked for more memory than it may have.
    OutOfMemory,
    /// The component's answer breaks the contract.
    BadOutput,
    /// The process that ran the component was lost.
    WorkerLost,
}

impl Reason {
    /// Every reason, each at the index of its discriminant.
    pub const ALL: [Self; 10] = [
        Self::NoChange,
        Self::NoOperator,
        Self::Invariant,
        Self::Refused,
        Self::Trapped,
        Self::OutOfFuel,
        Self::PastDeadline,
        Self::OutOfMemory,
        Self::BadOutput,
        Self::WorkerLost,
    ];

    /// The word for metric labels; those of guest calls are [`seedbed_outcome::Failure::code`]'s.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::NoChange => "no-change",
            Self::NoOperator => "no-operator",
            Self::Invariant => "invariant",
            Self::Refused => "refused",
            Self::Trapped => "trapped",
            Self::OutOfFuel => "out-of-fuel",
            Self::PastDeadline => "past-deadline",
            Self::OutOfMemory => "out-of-memory",
            Self::BadOutput => "bad-output",
            Self::WorkerLost => "worker-lost",
        }
    }

    /// The reason of that [`Reason::code`].
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.code() == code)
    }
}

impl From<&Fault> for Reason {
    fn from(fault: &Fault) -> Self {
        match fault {
            Fault::NoOperator => Self::NoOperator,
            Fault::NoChange => Self::NoChange,
            Fault::Invariant(_) => Self::Invariant,
        }
    }
}

impl From<&Failure> for Reason {
    /// A kind of failure that has no reason of its own yet counts as a bad output.
    fn from(failure: &Failure) -> Self {
        Self::from_code(failure.code()).unwrap_or(Self::BadOutput)
    }
}

/// The parameters that clamps are counted by: each of an exit mechanism for itself; a seed names its own as it likes, so those share one label,
/// as the coefficients of ties do.
pub(super) fn clamp_labels() -> impl Iterator<Item = String> {
    let exits = Mechanism::ALL
        .iter()
        .flat_map(|mechanism| mechanism.parameters().iter().map(move |spec| format!("{mechanism}.{}", spec.name)));
    exits.chain(["signal".to_owned(), "coefficient".to_owned()])
}

/// The position of a target in [`clamp_labels`]; `None` for a parameter that its mechanism does not have.
pub(super) fn clamp_index(target: Target) -> Option<usize> {
    let parameters = |mechanism: &Mechanism| mechanism.parameters().len();
    let exits = || Mechanism::ALL.iter().map(parameters).sum::<usize>();
    match target {
        Target::Exit(mechanism, at) => {
            let before = Mechanism::ALL.iter().take_while(|other| **other != mechanism).map(parameters).sum::<usize>();
            (at < parameters(&mechanism)).then_some(before + at)
        }
        Target::Signal(_) => Some(exits()),
        Target::Coefficient(_) => Some(exits() + 1),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use seedbed_genome::{Mechanism, Target, Tie, Tier};
    use seedbed_outcome::{Failure, Function, Refusal, TrapKind};

    use super::{Reason, clamp_index, clamp_labels};

    /// A label that is counted under another's name sends the operator after the wrong fault.
    #[test]
    fn every_label_stands_at_its_own_index() {
        assert!(Tier::ALL.iter().enumerate().all(|(at, tier)| *tier as usize == at));
        assert!(Reason::ALL.iter().enumerate().all(|(at, reason)| *reason as usize == at));
        assert!(Function::ALL.iter().enumerate().all(|(at, function)| *function as usize == at));
        let labels: Vec<_> = clamp_labels().collect();
        let label = |target| clamp_index(target).map(|at| labels[at].as_str());
        for mechanism in Mechanism::ALL {
            for (at, spec) in mechanism.parameters().iter().enumerate() {
                let own = format!("{}.{}", mechanism.name(), spec.name);
                assert_eq!(label(Target::Exit(*mechanism, at)), Some(own.as_str()));
            }
        }
        assert_eq!(label(Target::Signal(63)), Some("signal"));
        assert_eq!(label(Target::Coefficient(Tie::OffsetByStop)), Some("coefficient"));
        assert_eq!(label(Target::Exit(Mechanism::TakeProfit, 1)), None);
    }

    #[test]
    fn every_failure_of_a_guest_call_has_a_reason() {
        let failures = [
            Failure::Refused(Refusal::TooFewBars(1)),
            Failure::Trapped { kind: TrapKind::Other, message: None, backtrace: Vec::new() },
            Failure::OutOfFuel { budget: 1 },
            Failure::PastDeadline { deadline: Duration::ZERO },
            Failure::OutOfMemory { requested: 2, allowed: 1 },
            Failure::bad_output("none"),
            Failure::WorkerLost { how: "died".into() },
        ];
        for failure in failures {
            assert_eq!(Reason::from(&failure).code(), failure.code());
        }
        assert_eq!(Reason::from_code("unheard-of"), None);
    }
}
