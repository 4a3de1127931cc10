//! Performance statistics of per-bar returns, by the definitions of the papers named at each function.
//!
//! Returns are simple returns of equity, one a bar. For excess returns subtract the risk-free rate per bar first. A ratio
//! without a value is [`Ratio::Undefined`] with its reason, never NaN or infinite: an optimiser would breed it.
//!
//! Whether the best of many trials is luck is told without holding all returns at once: of each trial keep [`BlockMoments`] for
//! [`CrossValidation`], and of a [`sample`] of the trials [`Binned`] returns for [`Independence`] and [`SuperiorAbility`].

mod bins;
mod blocks;
mod growth;
mod independence;
mod luck;
pub mod normal;
mod overfitting;
mod random;
mod ratio;
mod returns;
mod significance;
mod sums;
mod superior;

pub use bins::{Binned, sample};
pub use blocks::{BlockMoments, Blocks, BlocksError, TrialError};
pub use growth::{cagr, calmar, max_drawdown, total_return};
pub use independence::Independence;
pub use luck::{expected_maximum, luck_sharpe, minimum_backtest_years, sharpe_deviation};
pub use overfitting::{CrossValidation, Degradation, Overfitting, OverfittingEstimate};
pub use ratio::{Ratio, Undefined};
pub use returns::{Moments, NotFinite, Returns, lo_sharpe};
pub use significance::SharpeEstimate;
pub use superior::{SuperiorAbility, Superiority};
