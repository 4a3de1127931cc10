//! What an author implements.

use crate::{Bars, Column, Exit, ExitSettings, Parameters, Refusal};

/// A trading strategy: a pure function of price history and parameters.
///
/// The host calls every function as the first and only call of a fresh instance, so state kept in statics is never seen again.
pub trait Strategy {
    /// What the host may tune, declared with [`parameters!`](crate::parameters!).
    type Params: Parameters;

    /// One line for tables and reports.
    const ABOUT: &'static str;

    /// The family that decides how much data is called enough.
    const FAMILY: Family;

    /// The columns that [`signals`](Self::signals) reads; only these are passed to it. A shorter list makes every call cheaper.
    const READS: &'static [Column];

    /// Whether the host must not add exit mechanisms that [`exits`](Self::exits) leaves out.
    const EXITS_CLOSED: bool = false;

    /// The exits that a trade starts with and that the host may mutate within their bounds.
    fn exits() -> Vec<Exit> {
        Vec::new()
    }

    /// The history that these parameters need. Below `minimum_bars` the SDK refuses in place of calling
    /// [`signals`](Self::signals).
    fn data_needed(params: &Self::Params) -> DataNeed;

    /// Refuses parameters that, each inside its own domain, do not fit each other. Checked before [`accept`](Self::accept) and
    /// [`signals`](Self::signals), which may then rely on it.
    ///
    /// # Errors
    ///
    /// [`Refusal::BadParameters`] with a reason in the strategy's own words.
    fn check(params: &Self::Params) -> Result<(), Refusal> {
        let _ = params;
        Ok(())
    }

    /// The strategy's veto over a mutated genome whose parameters pass [`check`](Self::check).
    ///
    /// # Errors
    ///
    /// Any [`Refusal`]: exits that do not suit the strategy or its parameters.
    fn accept(params: &Self::Params, exits: &ExitSettings) -> Result<(), Refusal> {
        let _ = (params, exits);
        Ok(())
    }

    /// One conviction in [-1, 1] per bar: above zero for long, below for short, 0 for none. Conviction `i` may depend on bars
    /// `0..=i` only. NaN counts as 0.
    ///
    /// # Errors
    ///
    /// Any [`Refusal`]: history that the strategy cannot use.
    fn signals(bars: &Bars, params: &Self::Params) -> Result<Vec<f64>, Refusal>;
}

/// The identity of a plugin. [`export!`](crate::export!) implements it from the crate's `Cargo.toml`.
pub trait Exported: Strategy {
    /// The package name: 1 to 48 of `a-z`, `0-9` and `-`.
    const NAME: &'static str;
    /// The package version.
    const VERSION: &'static str;
}

/// The history that a strategy needs at given parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DataNeed {
    /// Bars to a first non-zero conviction.
    pub minimum_bars: usize,
    /// Bars from which on convictions no longer suffer from a short history; at least `minimum_bars`.
    pub recommended_bars: usize,
}

/// What kind of idea a strategy follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each variant is the whole of its meaning")]
pub enum Family {
    Momentum,
    MeanReversion,
    Breakout,
    TrendFollowing,
    Volatility,
    Volume,
    Carry,
    RiskManagement,
    MlClassifier,
}

impl Family {
    /// The family's name in the contract.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Momentum => "momentum",
            Self::MeanReversion => "mean-reversion",
            Self::Breakout => "breakout",
            Self::TrendFollowing => "trend-following",
            Self::Volatility => "volatility",
            Self::Volume => "volume",
            Self::Carry => "carry",
            Self::RiskManagement => "risk-management",
            Self::MlClassifier => "ml-classifier",
        }
    }
}
