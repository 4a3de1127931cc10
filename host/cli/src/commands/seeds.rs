use std::fmt::Write as _;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::anyhow;
use seedbed_evaluate::{Opened, Plugin, open};
use seedbed_genome::Mechanism;
use seedbed_market::sample;
use serde_json::{Value, json};

use crate::args::{Global, Seeds, SeedsFormat};
use crate::exit::{Exit, OrStop, Stop};
use crate::{inputs, output, setup};

/// A seed and what a bar of it costs.
struct Measured {
    plugin: Arc<Plugin>,
    component_bytes: usize,
    fuel_per_bar: f64,
    time_per_bar: Duration,
}

pub(crate) fn run(global: &Global, args: &Seeds) -> Result<Exit, Stop> {
    let session = setup::configure(global, [])?;
    let pool = setup::threads(None)?;
    let workers = setup::workers(&session, pool.current_num_threads(), false)?;
    let mut opened = pool.install(|| open(&workers, inputs::seeds(), &setup::grant(&session.config)));
    inputs::keep_family(&mut opened, args.family.family);
    if let Some(name) = &args.name {
        select(&mut opened, name).or_usage()?;
    }
    // One after the other: two that share a core would each seem slow.
    let seeds: Vec<Measured> = opened.into_iter().map(measure).collect::<Result<_, _>>().or_host()?;
    output::result(&match (args.format, args.name.is_some()) {
        (SeedsFormat::Json, _) => {
            format!(
                "{:#}\n",
                json!({ "format": "seedbed.seeds/1", "seeds": seeds.iter().map(value).collect::<Vec<_>>() })
            )
        }
        (SeedsFormat::Markdown, _) => markdown(&seeds),
        (SeedsFormat::Table, false) => list(&seeds),
        (SeedsFormat::Table, true) => seeds.iter().map(show).collect(),
    })?;
    Ok(Exit::Success)
}

fn select(opened: &mut Vec<Opened>, name: &str) -> anyhow::Result<()> {
    let known: Vec<_> = opened.iter().map(|opened| opened.label.to_string()).collect();
    opened.retain(|opened| opened.label.as_str() == name);
    if opened.is_empty() { Err(anyhow!("no seed is named {name}; there are {}", known.join(", "))) } else { Ok(()) }
}

/// Runs the seed on the sample: fuel is the same every time, of the times the shortest counts.
fn measure(opened: Opened) -> anyhow::Result<Measured> {
    const RUNS: usize = 5;
    let plugin = opened.plugin?;
    let bars = sample();
    let (mut fuel, mut time) = (0, Duration::MAX);
    for _ in 0..RUNS {
        let start = Instant::now();
        let call = plugin.component().signals(bars, plugin.description().reads, plugin.parameters(), plugin.limits());
        time = time.min(start.elapsed());
        fuel = call.usage.fuel_call;
        call.outcome?;
    }
    let embedded = seedbed_guests::seeds().iter().find(|seed| seed.name == opened.label.as_str());
    Ok(Measured {
        component_bytes: embedded.map_or(0, |seed| seed.component.len()),
        fuel_per_bar: fuel as f64 / bars.len() as f64,
        time_per_bar: time / u32::try_from(bars.len())?,
        plugin,
    })
}

fn list(seeds: &[Measured]) -> String {
    const HEADERS: [&str; 9] =
        ["seed", "family", "parameters", "exits", "min bars", "recommended", "fuel/bar", "time/bar", "size"];
    const NUMBERS: [bool; 9] = [false, false, true, false, true, true, true, true, true];
    let rows = seeds.iter().map(|seed| {
        let (description, need) = (seed.plugin.description(), seed.plugin.need());
        vec![
            description.name.clone(),
            description.family.to_string(),
            description.parameters.len().to_string(),
            exits(&seed.plugin),
            need.minimum_bars.to_string(),
            need.recommended_bars.to_string(),
            format!("{:.1}", seed.fuel_per_bar),
            format!("{} ns", seed.time_per_bar.as_nanos()),
            format!("{} KiB", seed.component_bytes.div_ceil(1024)),
        ]
    });
    output::table(&HEADERS, &NUMBERS, rows.collect())
}

/// For documents: only what does not change from machine to machine.
fn markdown(seeds: &[Measured]) -> String {
    let mut text = String::from(
        "| seed | family | what it does | parameters | exits | bars (minimum, recommended) |\n|---|---|---|---|---|---|\n",
    );
    for Measured { plugin, .. } in seeds {
        let (description, need) = (plugin.description(), plugin.need());
        let parameters =
            description.parameters.iter().map(|parameter| format!("{} {}", parameter.name, parameter.default));
        let _ = writeln!(
            text,
            "| `{}` | {} | {} | {} | {} | {}, {} |",
            description.name,
            description.family,
            description.about,
            parameters.collect::<Vec<_>>().join(", "),
            exits(plugin),
            need.minimum_bars,
            need.recommended_bars,
        );
    }
    text
}

fn exits(plugin: &Plugin) -> String {
    plugin.exits().genome.exits().map(|exit| exit.mechanism().name()).collect::<Vec<_>>().join(", ")
}

fn show(seed: &Measured) -> String {
    let (description, need) = (seed.plugin.description(), seed.plugin.need());
    let mut text = format!(
        "{} {}, {}\n{}\n\nreads {}; {} bars to a first conviction, {} recommended\n{:.1} fuel and {} ns a bar, {} KiB\n\nparameters\n",
        description.name,
        description.version,
        description.family,
        description.about,
        description.reads,
        need.minimum_bars,
        need.recommended_bars,
        seed.fuel_per_bar,
        seed.time_per_bar.as_nanos(),
        seed.component_bytes.div_ceil(1024),
    );
    let parameters = description.parameters.iter().map(|parameter| {
        let default = match &parameter.domain {
            seedbed_genome::Domain::Choice(labels) => label(labels, parameter.default),
            _ => parameter.default.to_string(),
        };
        vec![format!("  {}", parameter.name), parameter.domain.to_string(), default, parameter.about.clone()]
    });
    text.push_str(&output::table(&["  name", "domain", "default", "what"], &[false; 4], parameters.collect()));
    text.push_str("\nexits\n");
    let declared = Mechanism::ALL
        .iter()
        .filter_map(|mechanism| seed.plugin.exits().genome.exits().find(|exit| exit.mechanism() == *mechanism));
    let rows = declared.flat_map(|exit| {
        exit.mechanism().parameters().iter().zip(exit.values()).map(move |(spec, value)| {
            let bounds = seed.plugin.exits().bounds.get(exit.mechanism(), spec.name).unwrap_or(spec.bounds);
            vec![format!("  {}", exit.mechanism()), spec.name.to_owned(), value.to_string(), bounds.to_string()]
        })
    });
    text.push_str(&output::table(&["  mechanism", "parameter", "value", "bounds"], &[false; 4], rows.collect()));
    text
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a default lies in its domain: an index")]
fn label(labels: &[String], default: f64) -> String {
    labels.get(default as usize).cloned().unwrap_or_default()
}

fn value(seed: &Measured) -> Value {
    let (description, need) = (seed.plugin.description(), seed.plugin.need());
    let parameters = description.parameters.iter().map(|parameter| {
        json!({
            "name": parameter.name,
            "domain": parameter.domain.to_string(),
            "default": parameter.default,
            "about": parameter.about,
        })
    });
    json!({
        "name": description.name,
        "version": description.version.as_str(),
        "family": description.family.name(),
        "about": description.about.as_str(),
        "component": seed.plugin.component().hash().to_string(),
        "component_bytes": seed.component_bytes,
        "parameters": parameters.collect::<Vec<_>>(),
        "exits": output::exits(&seed.plugin.exits().genome),
        "minimum_bars": need.minimum_bars,
        "recommended_bars": need.recommended_bars,
        "fuel_per_bar": seed.fuel_per_bar,
        "nanoseconds_per_bar": seed.time_per_bar.as_nanos() as u64,
    })
}
