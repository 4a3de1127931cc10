use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow, bail};
use seedbed_outcome::GuestText;
use seedbed_telemetry::log::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::compare::Comparison;
use super::figure::Figure;
use super::machine::{Machine, Versions};
use crate::workbench::Workbench;

/// The format of a report. A figure that is new does not change it; one that changes its meaning does.
const FORMAT: &str = "seedbed.bench/1";

/// What was measured, where and when.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Report {
    format: String,
    /// RFC 3339, UTC.
    pub(super) date: String,
    pub(super) machine: Machine,
    pub(super) versions: Versions,
    /// Seconds that each measurement took.
    seconds: f64,
    pub(super) figures: Vec<Figure>,
}

impl Report {
    pub(super) fn new(bench: &Workbench, seconds: f64, figures: Vec<Figure>) -> Self {
        Self {
            format: FORMAT.to_owned(),
            date: Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            machine: Machine::here(),
            versions: Versions::of(bench),
            seconds,
            figures,
        }
    }

    pub(super) fn read(path: &Path) -> anyhow::Result<Self> {
        let shown = || GuestText::new(&path.to_string_lossy());
        let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", shown()))?;
        Self::parse(&text).with_context(|| format!("cannot compare with {}", shown()))
    }

    fn parse(text: &str) -> anyhow::Result<Self> {
        let other = "name a file that `seedbed bench --output` wrote";
        let value: Value = serde_json::from_str(text).with_context(|| format!("it is not JSON; {other}"))?;
        match value.get("format").and_then(Value::as_str) {
            Some(FORMAT) => {}
            Some(format) if format.starts_with("seedbed.bench/") => bail!(
                "its format is {}, where this seedbed reads {FORMAT}; measure anew with `seedbed bench --output`",
                GuestText::new(format)
            ),
            _ => return Err(anyhow!("it is no report of figures; {other}")),
        }
        let report: Self = serde_json::from_value(value).with_context(|| format!("it is not whole; {other}"))?;
        let mut names: Vec<_> = report.figures.iter().map(|figure| &figure.name).collect();
        names.sort_unstable();
        match names.windows(2).find(|pair| pair.first() == pair.last()) {
            Some([name, ..]) => bail!("it has the figure {} twice; {other}", GuestText::new(name)),
            _ => Ok(report),
        }
    }

    /// Writes beside the file and renames, so that a reader never meets half of it.
    pub(super) fn write(&self, path: &Path) -> anyhow::Result<()> {
        let cannot = || format!("cannot write {}", GuestText::new(&path.to_string_lossy()));
        let mut beside = path.as_os_str().to_owned();
        beside.push(format!(".{}.tmp", std::process::id()));
        let text = serde_json::to_string_pretty(self)? + "\n";
        fs::write(&beside, text)
            .and_then(|()| fs::rename(&beside, path))
            .inspect_err(|_| drop(fs::remove_file(&beside)))
            .with_context(cannot)
    }
}

/// The report for programs; with a comparison, that too.
pub(super) fn json(report: &Report, comparison: Option<&Comparison>) -> anyhow::Result<String> {
    #[derive(Serialize)]
    struct Judged<'a> {
        #[serde(flatten)]
        report: &'a Report,
        #[serde(skip_serializing_if = "Option::is_none")]
        comparison: Option<&'a Comparison>,
    }
    Ok(serde_json::to_string_pretty(&Judged { report, comparison })? + "\n")
}

/// The folder that a file is in.
pub(super) fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => PathBuf::from("."),
    }
}
