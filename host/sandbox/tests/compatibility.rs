//! A component that was built with the first version of the SDK, kept as bytes. If this fails, plugins that people have on disk are lost.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking, helpers included"
)]

use std::fs;
use std::path::PathBuf;

use seedbed_genome::ExitGenome;
use seedbed_market::{Bars, read_csv};
use seedbed_sandbox::{Component, Limits, Reads, Sandbox, SandboxConfig, WasiPolicy};

fn project(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}

fn component() -> Component {
    let bytes = fs::read(project("tests/fixtures/version-1/plugins/ema-crossover/ema-crossover.wasm")).unwrap();
    Sandbox::new(&SandboxConfig::default()).unwrap().load(&bytes, WasiPolicy::Deny).unwrap()
}

fn prices(symbol: &str) -> Bars {
    let name = format!("{symbol}_1d.csv");
    read_csv(&fs::read(project("host/market/data").join(&name)).unwrap()[..], &name).unwrap().bars
}

/// The convictions that tests/reference/seeds/convictions.py computed, a row a bar, a column a parameter set.
fn reference(symbol: &str) -> Vec<Vec<f64>> {
    let text = fs::read_to_string(project(&format!("tests/reference/seeds/ema-crossover-{symbol}.csv"))).unwrap();
    text.lines().skip(1).map(|line| line.split(',').map(|field| field.parse().unwrap()).collect()).collect()
}

/// By the seed's manual, which is the same since the first version.
#[test]
fn it_describes_itself_as_ever() {
    let (component, limits) = (component(), Limits::default());
    let description = component.describe(&limits).outcome.unwrap();
    assert_eq!((description.name.as_str(), description.version.as_str()), ("ema-crossover", "0.1.0"));
    assert_eq!(description.reads, Reads { close: true, ..Reads::default() });
    let names: Vec<_> = description.parameters.iter().map(|parameter| parameter.name.as_str()).collect();
    assert_eq!(names, ["fast-ema-period", "slow-ema-period", "signal-strength", "trend-filter"]);
    assert_eq!(description.defaults(), [12.0, 26.0, 1.0, 0.005]);
    let exits = component.exit_parameters(&limits).outcome.unwrap();
    assert!(exits.iter().any(|exit| exit.mechanism == "trailing-stop"));
    let need = component.data_needed(&description.defaults(), &limits).outcome.unwrap();
    assert_eq!((need.minimum_bars, need.recommended_bars), (2, 78));
    assert_eq!(component.accept(&description.defaults(), &ExitGenome::default(), &limits).outcome, Ok(()));
    assert!(component.accept(&[15.0, 15.0, 1.0, 0.0], &ExitGenome::default(), &limits).outcome.is_err());
}

#[test]
fn its_convictions_equal_the_independent_reference() {
    const SETS: [[f64; 4]; 3] = [[12.0, 26.0, 1.0, 0.005], [5.0, 18.0, 0.1, 0.0], [15.0, 34.0, 1.0, 0.02]];
    let (component, limits) = (component(), Limits::default());
    let reads = component.describe(&limits).outcome.unwrap().reads;
    for symbol in ["ibm", "goog"] {
        let (bars, reference) = (prices(symbol), reference(symbol));
        assert_eq!(bars.len(), reference.len());
        for (column, set) in SETS.iter().enumerate() {
            let convictions = component.signals(&bars, reads, set, &limits).outcome.unwrap();
            for (bar, (conviction, row)) in convictions.iter().zip(&reference).enumerate() {
                let expected = row[column];
                assert!((conviction - expected).abs() <= 1e-9, "{symbol} {set:?} bar {bar}: {conviction}, {expected}");
            }
        }
    }
}
