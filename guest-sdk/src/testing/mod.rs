//! Test a strategy natively, under plain `cargo test`.
//!
//! ```
//! # use seedbed_sdk::prelude::*;
//! # parameters! { pub struct Params { /// Bars.
//! # period: integer(2..=50) = 20 } }
//! # pub struct Mine;
//! # impl Strategy for Mine {
//! #     type Params = Params;
//! #     const ABOUT: &'static str = "long above the moving average";
//! #     const FAMILY: Family = Family::TrendFollowing;
//! #     const READS: &'static [Column] = &[Column::Close];
//! #     fn data_needed(params: &Params) -> DataNeed {
//! #         DataNeed { minimum_bars: params.period, recommended_bars: params.period }
//! #     }
//! #     fn signals(bars: &Bars, params: &Params) -> Result<Vec<f64>, Refusal> {
//! #         let close = bars.close()?;
//! #         let average = indicators::sma(close, params.period);
//! #         Ok(close.iter().zip(&average).map(|(c, a)| f64::from(c > a)).collect())
//! #     }
//! # }
//! # seedbed_sdk::export!(Mine);
//! # fn main() -> Result<(), Refusal> {
//! use seedbed_sdk::testing::{Run, Series, assert_contract, entries};
//!
//! // What every strategy must keep: no look-ahead, convictions in range, no trap on odd prices.
//! assert_contract::<Mine>();
//!
//! // What this one is meant to do.
//! let rising = Series::trend(100, 0.01);
//! let signals = Run::<Mine>::new().set("period", 10.0).signals(&rising)?;
//! assert_eq!(signals.last(), Some(&1.0));
//! assert_eq!(entries(&signals, 0.5).long, 1);
//! # Ok(())
//! # }
//! ```
//!
//! Natively and in a component the same code runs with the same [`libm`], so convictions are the same to the
//! last bit. A test that fails here fails with the strategy's own panic message, a debugger works, and no wasm tool is needed.

mod contract;
mod noise;
mod run;
mod series;

pub use contract::assert_contract;
pub use run::{Entries, Run, entries};
pub use series::{Series, SeriesError};
