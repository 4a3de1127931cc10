//! Performance statistics of per-bar returns, by the definitions of the papers named at each function.
//!
//! Returns are simple returns of equity, one a bar. For excess returns subtract the risk-free rate per bar first. A ratio
//! without a value is [`Ratio::Undefined`] with its reason, never NaN or infinite: an optimiser would breed it.

mod growth;
pub mod normal;
mod ratio;
mod returns;
mod significance;

pub use growth::{cagr, calmar, max_drawdown, total_return};
pub use ratio::{Ratio, Undefined};
pub use returns::{Moments, NotFinite, Returns, lo_sharpe};
pub use significance::SharpeEstimate;
