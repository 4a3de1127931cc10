//! What a report is told about a run: plain data, in the order in which the page shows it.
//!
//! Shares, returns and drawdowns are fractions (0.1 is 10 %). Moments are milliseconds since 1970-01-01 UTC, the open of a bar.
//! Texts may come from plugins and are never trusted: the page shows them as text only. Long series may be given whole; the page thins
//! what it embeds and says so.

mod evolution;
mod facts;
mod market;
mod verdict;

use serde::{Deserialize, Serialize};

pub use evolution::{
    Ancestor, Change, Count, DroppedPlugin, Evolution, Failure, Generation, MutatedParameter, Mutations,
    ParameterHistory, ParameterPoint, TierShare, Trial,
};
pub use facts::{Fact, FactGroup, Reproducible, RunFacts};
pub use market::{Champion, Equity, Exit, Market, Partial, Phase, Setting, Side, Stretch, Trade};
pub use verdict::{
    Fold, FoldResult, Measured, Overfitting, Performance, Period, RandomEntry, Span, Standing, Verdict, WalkForward,
};

/// One finished run, ready to be shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// What ran, how, and whether it can be repeated.
    pub run: RunFacts,
    /// Whether the winner is luck.
    pub verdict: Verdict,
    /// The winner; none where no candidate was scored.
    pub champion: Option<Champion>,
    /// The symbols, each with its bars and the champion's trades on it.
    pub markets: Vec<Market>,
    /// The champion's account against buy-and-hold; none without a champion.
    pub equity: Option<Equity>,
    /// Which parts of the time axis were trained on and which were not, in order of time; may leave gaps, never overlaps.
    pub stretches: Vec<Stretch>,
    /// How the champion was found.
    pub evolution: Evolution,
}
