//! Write trading strategies for seedbed as WebAssembly components.
//!
//! A strategy is a pure function from price history and parameters to one conviction per bar. An author implements
//! [`Strategy`], declares parameters with [`parameters!`] and exports the type with [`export!`]:
//!
//! ```
//! use seedbed_sdk::prelude::*;
//!
//! parameters! {
//!     /// What the search may tune.
//!     pub struct Params {
//!         /// Bars of the moving average.
//!         period: integer(5..=50) = 20,
//!     }
//! }
//!
//! /// Long above the moving average, short below it.
//! pub struct AboveAverage;
//!
//! impl Strategy for AboveAverage {
//!     type Params = Params;
//!     const ABOUT: &'static str = "long above the moving average, short below it";
//!     const FAMILY: Family = Family::TrendFollowing;
//!     const READS: &'static [Column] = &[Column::Close];
//!
//!     fn exits() -> Vec<Exit> {
//!         vec![Exit::fixed_stop(0.08), Exit::trailing_stop(within(0.03, 0.01..=0.05), 0.05)]
//!     }
//!
//!     fn data_needed(params: &Params) -> DataNeed {
//!         DataNeed { minimum_bars: params.period, recommended_bars: 2 * params.period }
//!     }
//!
//!     fn signals(bars: &Bars, params: &Params) -> Result<Vec<f64>, Refusal> {
//!         let close = bars.close()?;
//!         let average = indicators::sma(close, params.period);
//!         // The average is NaN during its warm-up, where both comparisons are false.
//!         Ok(close.iter().zip(&average).map(|(c, a)| f64::from(c > a) - f64::from(c < a)).collect())
//!     }
//! }
//!
//! seedbed_sdk::export!(AboveAverage);
//!
//! # fn main() {
//! seedbed_sdk::testing::assert_contract::<AboveAverage>();
//! # }
//! ```
//!
//! `export!` takes the plugin's name and version from the crate's `Cargo.toml`. Natively it exports nothing, so that
//! [`testing`] runs a strategy under plain `cargo test`; compiled for `wasm32-unknown-unknown` as a `cdylib` it makes the
//! functions of the contract in `wit/strategy-0.1`, whose only import is the write-only `diagnostics`.
//!
//! # Memory and panics
//!
//! The SDK sets the global allocator of a component: one that starts on 2 MiB of memory linked in, reuses freed blocks and
//! grows the memory only when those are used up. With the feature `bump` it never reuses a block, which is smaller and a
//! little faster for strategies that free nothing before they return. A panic is reported with its message and place
//! through `diagnostics` before it traps.

#![deny(unsafe_code)]
#![warn(missing_docs, unreachable_pub)]

#[cfg(target_arch = "wasm32")]
mod allocator;
mod bars;
#[doc(hidden)]
pub mod component;
pub mod dispatch;
mod exits;
pub mod indicators;
pub mod learning;
pub mod log;
mod parameters;
mod refusal;
mod strategy;
#[cfg(not(target_arch = "wasm32"))]
pub mod testing;
#[cfg(target_arch = "wasm32")]
mod version;

pub use bars::{Bars, Column};
pub use exits::{Exit, ExitSetting, ExitSettings, Mechanism, Slot, Tunable, within};
pub use libm;
#[doc(hidden)]
pub use parameters::declaration;
pub use parameters::{Choice, Domain, Parameter, Parameters};
pub use refusal::Refusal;
pub use strategy::{DataNeed, Exported, Family, Strategy};

/// All that a strategy's `lib.rs` needs.
pub mod prelude {
    pub use crate::{
        Bars, Column, DataNeed, Exit, ExitSettings, Family, Mechanism, Refusal, Strategy, indicators, libm, log,
        parameters, within,
    };
}
