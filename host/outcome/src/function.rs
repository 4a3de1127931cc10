use std::fmt;

/// A function of the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names are the contract's own")]
pub enum Function {
    Describe,
    ExitParameters,
    DataNeeded,
    Accept,
    Signals,
}

impl Function {
    /// Every function, in the order of the contract; each at the index of its discriminant.
    pub const ALL: [Self; 5] = [Self::Describe, Self::ExitParameters, Self::DataNeeded, Self::Accept, Self::Signals];

    /// The name in the contract (kebab case), also for metric labels.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Describe => "describe",
            Self::ExitParameters => "exit-parameters",
            Self::DataNeeded => "data-needed",
            Self::Accept => "accept",
            Self::Signals => "signals",
        }
    }
}

impl fmt::Display for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
