//! The example plugins as components: what they promise natively must hold in the sandbox too.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking, helpers included"
)]

use std::path::Path;
use std::sync::Arc;

use seedbed_evaluate::{Grant, Plugin, Source, open};
use seedbed_guests::{GuestBuild, Target, Toolchain, build};
use seedbed_market::{Bars, Columns, sample};
use seedbed_worker::{Limits, SandboxConfig, WasiPolicy, Workers};

const PLUGINS: [&str; 2] = ["donchian-breakout", "dual-momentum"];

fn plugins() -> Vec<Arc<Plugin>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../plugins");
    let target_dir = &Path::new(env!("CARGO_TARGET_TMPDIR")).join("guests/target");
    let built = PLUGINS.map(|name| {
        let package = &folder.join(name);
        build(&GuestBuild { package, target_dir, toolchain: Toolchain::Caller, target: Target::Bare })
            .unwrap()
            .component
    });
    let source = |(name, component): (&'static str, Vec<u8>)| Source::Embedded { name, component: component.leak() };
    let sources = PLUGINS.into_iter().zip(built).map(source).collect();
    let workers = Workers::in_process(&SandboxConfig::default()).unwrap();
    let opened = open(&workers, sources, &Grant { limits: Limits::default(), wasi: WasiPolicy::Deny });
    opened.into_iter().map(|opened| opened.plugin.unwrap()).collect()
}

fn bits(plugin: &Plugin, bars: &Bars) -> Vec<u64> {
    let reads = plugin.description().reads;
    let call = plugin.component().signals(bars, reads, plugin.parameters(), plugin.limits());
    let convictions = call.outcome.unwrap();
    assert_eq!(convictions.len(), bars.len());
    assert!(convictions.iter().all(|conviction| (-1.0..=1.0).contains(conviction)));
    convictions.into_iter().map(f64::to_bits).collect()
}

/// The same prices up to a cut, then others: ten times as high, and turned around.
fn other_tail(bars: &Bars, cut: usize) -> Bars {
    let tail = |column: &[f64]| {
        let (head, tail) = column.split_at(cut);
        head.iter().copied().chain(tail.iter().rev().map(|price| price * 10.0)).collect()
    };
    Bars::new(Columns {
        time: bars.time().to_vec(),
        open: tail(bars.open()),
        high: tail(bars.high()),
        low: tail(bars.low()),
        close: tail(bars.close()),
        volume: tail(bars.volume()),
    })
    .unwrap()
}

#[test]
fn components_answer_the_same_twice_and_know_no_future() {
    let bars = sample();
    for plugin in plugins() {
        let name = &plugin.description().name;
        let whole = bits(&plugin, bars);
        assert_eq!(whole, bits(&plugin, bars), "{name}");
        for cut in (1..=20).map(|nth| nth * bars.len() / 21) {
            assert_eq!(bits(&plugin, &bars.slice(0..cut).unwrap()), whole[..cut], "{name} cut off at {cut}");
            assert_eq!(bits(&plugin, &other_tail(bars, cut))[..cut], whole[..cut], "{name} changed from {cut} on");
        }
    }
}
