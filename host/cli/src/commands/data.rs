use std::fmt::Write as _;
use std::fs::File;
use std::io;

use anyhow::{Context, anyhow};
use seedbed_market::synth::{SynthConfig, synthesize};
use seedbed_market::{Profile, Reading, profile, read_file_with_notices, write_csv, write_parquet};
use seedbed_outcome::GuestText;
use serde_json::{Value, json};

use crate::args::{Data, Format, Global, Synth};
use crate::exit::{Exit, OrStop, Stop};
use crate::output::{self, FileFormat};
use crate::setup;

pub(crate) fn run(global: &Global, args: &Data) -> Result<Exit, Stop> {
    let _session = setup::configure(global, [])?;
    match args {
        Data::Check { files, format } => check(files, *format),
        Data::Synth(args) => synth(args),
    }
}

/// Every file is looked at, whatever the others hold.
fn check(files: &[std::path::PathBuf], format: Format) -> Result<Exit, Stop> {
    let mut exit = Exit::Success;
    let mut text = String::new();
    let mut values = Vec::new();
    for path in files {
        let shown = GuestText::new(&path.to_string_lossy());
        match (read_file_with_notices(path), format) {
            (Ok(reading), Format::Table) => text.push_str(&describe(&shown, &reading)),
            (Ok(reading), Format::Json) => values.push(value(&shown, &reading)),
            (Err(error), format) => {
                exit = Exit::Findings;
                output::note("error", &error);
                if format == Format::Json {
                    values.push(json!({ "file": shown.as_str(), "error": error.to_string() }));
                }
            }
        }
    }
    if format == Format::Json {
        text = format!("{:#}\n", json!({ "format": "seedbed.data-check/1", "files": values }));
    }
    output::result(&text)?;
    Ok(exit)
}

fn describe(file: &GuestText, reading: &Reading) -> String {
    let Profile { rows, first, last, bar_length, bars_per_year, bars_per_year_reason, gaps, suspected_splits, .. } =
        profile(&reading.bars);
    let mut text = format!("{file}\n");
    let mut line = |name: &str, value: String| {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "  {name:<14}{value}");
    };
    line("rows", rows.to_string());
    if let (Some(first), Some(last)) = (first, last) {
        line("span", format!("{first} to {last}"));
    }
    line("bar length", bar_length.map_or("unknown".to_owned(), |length| length.to_string()));
    line("bars a year", format!("{bars_per_year} ({bars_per_year_reason})"));
    line("gaps", if gaps.is_empty() { "none".to_owned() } else { gaps.len().to_string() });
    const SHOWN: usize = 5;
    for gap in gaps.iter().take(SHOWN) {
        line("", gap.to_string());
    }
    if gaps.len() > SHOWN {
        line("", format!("and {} more", gaps.len() - SHOWN));
    }
    if suspected_splits.is_empty() {
        line("splits", "none suspected".to_owned());
    }
    for split in &suspected_splits {
        line("split?", split.to_string());
    }
    for notice in &reading.notices {
        line("note", notice.to_string());
    }
    line("hash", reading.bars.hash().to_string());
    text
}

fn value(file: &GuestText, reading: &Reading) -> Value {
    let profile = profile(&reading.bars);
    json!({
        "file": file.as_str(),
        "rows": profile.rows,
        "first": profile.first.map(|time| time.to_string()),
        "last": profile.last.map(|time| time.to_string()),
        "bar_length": profile.bar_length.map(|length| length.to_string()),
        "bars_per_year": profile.bars_per_year,
        "bars_per_year_reason": profile.bars_per_year_reason,
        "gaps": profile.gaps.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "suspected_splits": profile.suspected_splits.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "notices": reading.notices.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "hash": reading.bars.hash().to_string(),
    })
}

fn synth(args: &Synth) -> Result<Exit, Stop> {
    let config = SynthConfig {
        bars: usize::try_from(args.bars).unwrap_or(usize::MAX),
        seed: args.seed,
        start_price: args.price,
        drift: args.drift,
        volatility: args.volatility,
        ..SynthConfig::default()
    };
    let bars = synthesize(&config).or_usage()?;
    let to = &args.to;
    let format = FileFormat::of(to)
        .with_context(|| format!("cannot tell a price format from {}; end the name in .csv or .parquet", to.display()));
    let format = format.or_usage()?;
    let opened = if args.force { File::create(to) } else { File::create_new(to) };
    let file = opened
        .map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => anyhow!("{} exists already; --force replaces it", to.display()),
            _ => anyhow!("cannot write {}: {error}", to.display()),
        })
        .or_usage()?;
    let written = match format {
        FileFormat::Csv => write_csv(&bars, file),
        FileFormat::Parquet => write_parquet(&bars, file),
    };
    written.with_context(|| format!("cannot write {}", to.display())).or_host()?;
    output::result(&format!("{}: {} bars, hash {}\n", to.display(), bars.len(), bars.hash()))?;
    Ok(Exit::Success)
}
