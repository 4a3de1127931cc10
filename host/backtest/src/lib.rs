//! Fills, exits, trades and performance metrics.
//!
//! A backtest takes prices, the entries and exits that are known at each bar's close ([`Decisions`]), the exit mechanisms
//! ([`ExitRules`]) and the account ([`Settings`]), and books every trade bar by bar. The rules are numbered R1 to R20 in the
//! documentation and named so at the code.
//!
//! [`backtest`] gives one candidate's full report. [`score`] gives only the [`Metrics`], without allocating, for the many runs
//! of a search: share one [`Indicators`] over all of them and one [`Scratch`] per thread.
//!
//! A window that a plugin saw the past of is scored alone by [`Decisions::from_bar`].
//!
//! The rules are unbounded here; what a genome may contain is the business of the genome crate.

mod account;
mod booking;
mod combinations;
mod decisions;
mod engine;
mod entries;
mod extremes;
mod fast;
mod growth;
mod history;
mod holding;
mod indicators;
mod levels;
mod metrics;
pub mod oracle;
mod plain;
mod prices;
mod ratios;
mod rules;
mod settings;
pub mod splits;
pub mod statistics;
mod swings;
mod trade;

pub use decisions::{Decisions, EntryMode, Masks, Sides, decide};
pub use engine::{Backtest, Refused, Scratch, backtest, book, score};
pub use indicators::Indicators;
pub use metrics::Metrics;
pub use prices::{Prices, PricesError};
pub use rules::{
    AtrStop, AtrTarget, BreakEven, Chandelier, Combine, ExitRules, FixedStop, PartialExit, RuleError, SignalExit,
    StopOrder, TakeProfit, TimeStop, Touch, TrailingStop, VolatilityStop,
};
pub use settings::{Fill, Settings, SettingsError, Size};
pub use statistics::{Ratio, Undefined};
pub use trade::{Execution, ExitKind, ExitReason, Side, Trade};
