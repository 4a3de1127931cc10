//! A genome that was given to be scored.

use std::fs;
use std::path::Path;

use anyhow::{Context, bail};
use seedbed_evaluate::{Opened, Plugin, Series};
use seedbed_genome::{Genome, Space};
use seedbed_store::GenomeDocument;
use serde_json::Value;

use crate::output;

/// A genome from a file, before its plugin is known.
pub(super) struct Given(GenomeDocument);

impl Given {
    /// Reads a champion of `seedbed evolve`, or a genome alone.
    pub(super) fn read(path: &Path) -> anyhow::Result<Self> {
        let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        parse(&text).with_context(|| format!("{} holds no genome", path.display())).map(Self)
    }

    /// The genome, checked against its plugin, which is all that is left of `opened`.
    pub(super) fn of(self, opened: &mut Vec<Opened>) -> anyhow::Result<Genome> {
        let Self(document) = self;
        let is_its =
            |opened: &Opened| opened.plugin.as_ref().is_ok_and(|plugin| plugin.description().name == document.plugin);
        opened.retain(is_its);
        let Some(plugin) = opened.first().and_then(|opened| opened.plugin.as_ref().ok()) else {
            bail!("the genome is one of {}, which is not among the plugins; name its folder or file", document.plugin);
        };
        if document.component.as_ref().is_some_and(|component| *component != plugin.component().hash().to_string()) {
            output::note(
                "warning",
                format_args!(
                    "{} is another component than the genome was scored with; numbers may differ",
                    document.plugin
                ),
            );
        }
        checked(&document, plugin)
    }
}

/// A genome alone, or what has one under `genome`.
pub(super) fn parse(text: &str) -> anyhow::Result<GenomeDocument> {
    let value: Value = serde_json::from_str(text).context("not JSON")?;
    let document = match value.get("genome") {
        Some(genome) if genome.is_object() => genome,
        _ => &value,
    };
    Ok(GenomeDocument::from_json(&document.to_string())?)
}

/// The genome, if it is one of this plugin.
pub(super) fn checked(document: &GenomeDocument, plugin: &Plugin) -> anyhow::Result<Genome> {
    let description = plugin.description();
    let names = description.parameters.iter().map(|parameter| parameter.name.as_str());
    let genome = document.individual(names)?.genome;
    let space = Space::new(&description.parameters, plugin.exits(), description.exits_closed);
    space.check_parameters(&genome.parameters)?;
    // A plugin's own exits count as they are, whatever they lack.
    if genome.exits != plugin.exits().genome {
        space.check_exits(&genome.exits)?;
    }
    Ok(genome)
}

/// A window lies inside the bars of every symbol.
pub(super) fn check_window(series: &[Series<'_>]) -> anyhow::Result<()> {
    for Series { symbol, bars, window, .. } in series {
        if let Some(window) = window.as_ref().filter(|window| window.end > bars.len()) {
            bail!("--window {}..{}: {symbol} has {} bars", window.start, window.end, bars.len());
        }
    }
    Ok(())
}
