//! A strategy behind the contract's checks, in plain Rust types: what a component answers and what native tests call.

use crate::{Bars, DataNeed, ExitSettings, Parameters, Refusal, Strategy};

/// The convictions at `values`, one per bar.
///
/// # Errors
///
/// Parameters outside their domain or at odds with each other, a missing column, fewer bars than the strategy's minimum, and
/// the strategy's own refusals.
pub fn signals<S: Strategy>(bars: &Bars, values: &[f64]) -> Result<Vec<f64>, Refusal> {
    let params = checked::<S>(values)?;
    bars.require(S::READS)?;
    bars.at_least(S::data_needed(&params).minimum_bars)?;
    S::signals(bars, &params)
}

/// The strategy's verdict on a genome.
///
/// # Errors
///
/// Parameters outside their domain or at odds with each other, and the strategy's own refusals.
pub fn accept<S: Strategy>(values: &[f64], exits: &ExitSettings) -> Result<(), Refusal> {
    S::accept(&checked::<S>(values)?, exits)
}

/// The history needed at `values`.
///
/// # Errors
///
/// Parameters outside their domain.
pub fn data_needed<S: Strategy>(values: &[f64]) -> Result<DataNeed, Refusal> {
    Ok(S::data_needed(&S::Params::decode(values)?))
}

fn checked<S: Strategy>(values: &[f64]) -> Result<S::Params, Refusal> {
    let params = S::Params::decode(values)?;
    S::check(&params)?;
    Ok(params)
}
