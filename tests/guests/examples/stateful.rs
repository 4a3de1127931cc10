//! Answers differently every time an instance is called again.

use std::sync::atomic::{AtomicU32, Ordering};

use hostile_guests::{Bars, DataNeed, ExitSetting, Hostile, Refusal, convictions};

struct Stateful;

impl Hostile for Stateful {
    const NAME: &'static str = "stateful";

    fn data_needed(_parameters: Vec<f64>) -> DataNeed {
        DataNeed { minimum_bars: 2 + called(), recommended_bars: 100 }
    }

    fn accept(_parameters: Vec<f64>, _exits: Vec<ExitSetting>) -> Result<(), Refusal> {
        if called() == 0 { Ok(()) } else { Err(Refusal::Other("called before".to_owned())) }
    }

    fn signals(bars: Bars, _parameters: Vec<f64>) -> Result<Vec<f64>, Refusal> {
        let sign = if called() == 0 { 1.0 } else { -1.0 };
        Ok(convictions(&bars).into_iter().map(|conviction| sign * conviction).collect())
    }
}

/// How often this instance has asked before.
fn called() -> u32 {
    static CALLS: AtomicU32 = AtomicU32::new(0);
    CALLS.fetch_add(1, Ordering::Relaxed)
}

hostile_guests::export_strategy!(Stateful with_types_in hostile_guests);
