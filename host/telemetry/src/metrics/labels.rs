use seedbed_genome::{Mechanism, ParameterSpec};

/// A tier of mutation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the reference's own")]
pub enum Tier {
    Parametric,
    Structural,
    Relational,
}

impl Tier {
    /// Every tier, each at the index of its discriminant.
    pub const ALL: [Self; 3] = [Self::Parametric, Self::Structural, Self::Relational];

    /// The word for metric labels.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Parametric => "parametric",
            Self::Structural => "structural",
            Self::Relational => "relational",
        }
    }
}

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
}

impl Reason {
    /// Every reason, each at the index of its discriminant.
    pub const ALL: [Self; 9] = [
        Self::NoChange,
        Self::NoOperator,
        Self::Invariant,
        Self::Refused,
        Self::Trapped,
        Self::OutOfFuel,
        Self::PastDeadline,
        Self::OutOfMemory,
        Self::BadOutput,
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
        }
    }

    /// The reason of that [`Reason::code`].
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.code() == code)
    }
}

/// The bound that a value was clamped to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the field's own")]
pub enum Bound {
    Low,
    High,
}

impl Bound {
    /// Both, each at the index of its discriminant.
    pub const ALL: [Self; 2] = [Self::Low, Self::High];

    /// The word for metric labels.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::High => "high",
        }
    }
}

/// What was clamped: components name their own parameters as they like, so those share one label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clamped {
    /// A parameter of an exit mechanism, by its position in [`Mechanism::parameters`].
    Exit(Mechanism, usize),
    /// One of the seed's own parameters.
    Signal,
}

impl Clamped {
    /// Everything that can be clamped, in the order of [`Clamped::index`].
    pub(super) fn all() -> impl Iterator<Item = Self> {
        let exits = Mechanism::ALL
            .iter()
            .flat_map(|mechanism| (0..mechanism.parameters().len()).map(|at| Self::Exit(*mechanism, at)));
        exits.chain([Self::Signal])
    }

    /// Its position in [`Clamped::all`]; past the end for a parameter that its mechanism does not have.
    pub(super) fn index(self) -> usize {
        let parameters = |mechanisms: &[Mechanism]| mechanisms.iter().map(|m| m.parameters().len()).sum::<usize>();
        match self {
            Self::Exit(mechanism, at) if at < mechanism.parameters().len() => {
                let before = Mechanism::ALL.iter().take_while(|other| **other != mechanism);
                before.map(|mechanism| mechanism.parameters().len()).sum::<usize>() + at
            }
            Self::Exit(..) => usize::MAX,
            Self::Signal => parameters(Mechanism::ALL),
        }
    }

    /// The word for metric labels: `mechanism.parameter`, or `signal`.
    pub(super) fn label(self) -> String {
        match self {
            Self::Exit(mechanism, at) => {
                let name = mechanism.parameters().get(at).map_or("", |ParameterSpec { name, .. }| name);
                format!("{mechanism}.{name}")
            }
            Self::Signal => "signal".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use seedbed_genome::Mechanism;
    use seedbed_outcome::{Failure, Refusal, TrapKind};

    use super::{Bound, Clamped, Reason, Tier};

    /// A label that is counted under another's name sends the operator after the wrong fault.
    #[test]
    fn every_label_stands_at_its_own_index() {
        assert!(Tier::ALL.iter().enumerate().all(|(at, tier)| *tier as usize == at));
        assert!(Reason::ALL.iter().enumerate().all(|(at, reason)| *reason as usize == at));
        assert!(Bound::ALL.iter().enumerate().all(|(at, bound)| *bound as usize == at));
        assert!(Clamped::all().enumerate().all(|(at, clamped)| clamped.index() == at));
        assert_eq!(Clamped::all().count(), 19);
        assert_eq!(Clamped::Exit(Mechanism::TakeProfit, 0).label(), "take-profit.target");
        assert_eq!(Clamped::Exit(Mechanism::TakeProfit, 1).index(), usize::MAX);
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
        ];
        for failure in failures {
            assert_eq!(Reason::from_code(failure.code()).map(Reason::code), Some(failure.code()));
        }
        assert_eq!(Reason::from_code("unheard-of"), None);
    }
}
