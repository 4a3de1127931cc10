use std::fmt;
use std::fs;

use serde::{Deserialize, Serialize};

use crate::workbench::{Workbench, all_threads};

/// Where figures were measured.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Machine {
    /// The model of the processor; none where the system does not tell.
    cpu: Option<String>,
    cores: usize,
    os: String,
    arch: String,
}

/// What was measured.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Versions {
    seedbed: String,
    rustc: String,
    profile: String,
    /// What compiled guest code depends on besides the component.
    engine: String,
}

impl Machine {
    pub(super) fn here() -> Self {
        Self {
            cpu: fs::read_to_string("/proc/cpuinfo").ok().and_then(|text| model(&text)),
            cores: all_threads(),
            os: std::env::consts::OS.to_owned(),
            arch: std::env::consts::ARCH.to_owned(),
        }
    }
}

impl Versions {
    pub(super) fn of(bench: &Workbench) -> Self {
        Self {
            seedbed: env!("CARGO_PKG_VERSION").to_owned(),
            rustc: env!("SEEDBED_RUSTC").to_owned(),
            profile: if cfg!(debug_assertions) { "debug" } else { "release" }.to_owned(),
            engine: bench.engine().to_string(),
        }
    }
}

/// `model name` of `/proc/cpuinfo` (proc(5)).
fn model(text: &str) -> Option<String> {
    let line = text.lines().find(|line| line.starts_with("model name"))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

impl fmt::Display for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { cpu, cores, os, arch } = self;
        let cpu = cpu.as_deref().unwrap_or("unknown processor");
        write!(f, "{cpu}, {cores} {}, {os} {arch}", if *cores == 1 { "core" } else { "cores" })
    }
}

impl fmt::Display for Versions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { seedbed, rustc, profile, engine } = self;
        write!(f, "seedbed {seedbed} ({profile}), rustc {rustc}, engine {}", engine.get(..12).unwrap_or(engine))
    }
}

#[cfg(test)]
mod tests {
    use super::model;

    #[test]
    fn the_processor_is_told_by_its_model() {
        let text = "processor\t: 0\nvendor_id\t: GenuineIntel\nmodel name\t: Some CPU @ 2.00GHz\nmodel name\t: Other\n";
        assert_eq!(model(text).as_deref(), Some("Some CPU @ 2.00GHz"));
        assert_eq!(model("Processor: none\n"), None);
    }
}
