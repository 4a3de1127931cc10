//! What results are known by. Two results with one key are one result, since components are pure.

use seedbed_backtest::{EntryMode, Fill, Settings, Sides, Size};
use seedbed_genome::GenomeHash;
use seedbed_market::BarsHash;
use seedbed_worker::{EngineFingerprint, Limits, WasiPolicy};

use crate::Plugin;

/// Version of what a score means. A new one makes every stored score a stranger.
pub const SCORING_VERSION: u32 = 1;

/// BLAKE3 over all that a component's signals depend on: component, bars, parameters, engine, limits, WASI policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SignalsKey([u8; 32]);

/// BLAKE3 over all that a candidate's score depends on: its signals, its genome, the scoring settings and [`SCORING_VERSION`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EvaluationKey([u8; 32]);

impl SignalsKey {
    /// The key of the signals of `plugin` on these bars.
    #[must_use]
    pub fn new(plugin: &Plugin, bars: BarsHash, parameters: &[f64]) -> Self {
        let component = plugin.component();
        let mut hasher = blake3::Hasher::new_derive_key("seedbed signals key 1");
        hasher.update(component.hash().as_bytes());
        hasher.update(bars.as_bytes());
        hasher.update(&(parameters.len() as u64).to_le_bytes());
        for parameter in parameters {
            hasher.update(&parameter.to_bits().to_le_bytes());
        }
        engine(&mut hasher, component.engine(), plugin.limits(), component.wasi());
        Self(*hasher.finalize().as_bytes())
    }

    /// The raw bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// The timeout of a caller is no part of it: it decides whether there is an answer, not which.
fn engine(hasher: &mut blake3::Hasher, engine: EngineFingerprint, limits: &Limits, wasi: WasiPolicy) {
    hasher.update(engine.as_bytes());
    for limit in [limits.fuel_base, limits.fuel_per_bar, limits.memory] {
        hasher.update(&limit.to_le_bytes());
    }
    hasher.update(&limits.deadline.as_nanos().to_le_bytes());
    hasher.update(&[match wasi {
        WasiPolicy::Deny => 0,
        WasiPolicy::Inert => 1,
    }]);
}

impl EvaluationKey {
    /// The key of a genome's score on these signals, each with the first bar of its window and its account.
    #[must_use]
    pub fn new<'a>(signals: impl IntoIterator<Item = (SignalsKey, usize, &'a Settings)>, genome: GenomeHash) -> Self {
        let mut hasher = blake3::Hasher::new_derive_key("seedbed evaluation key 1");
        hasher.update(&SCORING_VERSION.to_le_bytes());
        hasher.update(genome.as_bytes());
        for (signals, start, settings) in signals {
            hasher.update(signals.as_bytes());
            hasher.update(&(start as u64).to_le_bytes());
            scoring(&mut hasher, settings);
        }
        Self(*hasher.finalize().as_bytes())
    }
}

fn scoring(hasher: &mut blake3::Hasher, settings: &Settings) {
    let Settings { fill, fees, slippage, stop_slippage, size, sides, entry_threshold, entry, cash, bars_per_year } =
        *settings;
    let (sized, units) = match size {
        Size::AllIn => (0, 0.0),
        Size::Units(units) => (1, units),
    };
    hasher.update(&[
        match fill {
            Fill::NextOpen => 0,
            Fill::Close => 1,
        },
        u8::from(stop_slippage),
        sized,
        match sides {
            Sides::Long => 0,
            Sides::Short => 1,
            Sides::Both => 2,
        },
        match entry {
            EntryMode::Edge => 0,
            EntryMode::Level => 1,
        },
    ]);
    for number in [fees, slippage, units, entry_threshold, cash, bars_per_year] {
        hasher.update(&number.to_bits().to_le_bytes());
    }
}
