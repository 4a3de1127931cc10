use std::fmt;

/// How the next generation comes from the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Algorithm {
    /// Elites, tournaments, crossover and mutation.
    #[default]
    Genetic,
    /// Differential evolution whose parameters adapt to what succeeded, on a population that shrinks (Tanabe and Fukunaga 2014).
    LShade,
    /// Non-dominated sorting on return and drawdown (Deb et al. 2002).
    Nsga2,
    /// Anywhere in the space, every time: what the others have to beat.
    Random,
}

impl Algorithm {
    /// Every algorithm.
    pub const ALL: [Self; 4] = [Self::Genetic, Self::LShade, Self::Nsga2, Self::Random];

    /// Evaluations from which [`Algorithm::auto`] takes L-SHADE: below, its memory has too few generations to learn from.
    pub const AUTO_LSHADE: u64 = 2_000;

    /// The algorithm for a run of that many evaluations.
    #[must_use]
    pub fn auto(evaluations: u64) -> Self {
        if evaluations >= Self::AUTO_LSHADE { Self::LShade } else { Self::Genetic }
    }

    /// `ga`, `lshade`, `nsga2` or `random`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Genetic => "ga",
            Self::LShade => "lshade",
            Self::Nsga2 => "nsga2",
            Self::Random => "random",
        }
    }

    /// The algorithm of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.name() == name)
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
