//! What commands work on: plugins and prices.

use std::path::{Path, PathBuf};

use anyhow::{anyhow, bail};
use seedbed_evaluate::{Opened, Source};
use seedbed_genome::Family;
use seedbed_market::{Profile, SAMPLE_NAME, Symbol, profile, read_file_with_notices, sample};
use seedbed_outcome::GuestText;
use seedbed_plugin::discover;

use crate::config::Config;
use crate::exit::{OrStop, Stop};
use crate::{output, setup};

/// One symbol with what its bars tell.
pub(crate) struct Market {
    pub(crate) symbol: Symbol,
    pub(crate) profile: Profile,
}

/// The prices of a run, and how many files could not be read.
pub(crate) struct Markets {
    pub(crate) markets: Vec<Market>,
    pub(crate) unreadable: usize,
}

/// The plugins that a path names; without one, the built-in seeds.
pub(crate) fn sources(path: Option<&Path>, config: &Config) -> Result<Vec<Source>, Stop> {
    match path {
        None => Ok(seeds()),
        Some(path) => {
            let found = discover(path, &setup::file_limits(config)).or_usage()?;
            Ok(found.into_iter().map(|found| Source::Found(Box::new(found))).collect())
        }
    }
}

/// Reads every price file; one that cannot be read is reported and costs its own rows only, unless nothing is left.
pub(crate) fn markets(files: &[PathBuf]) -> Result<Markets, Stop> {
    let mut symbols = Vec::new();
    for path in files {
        match read_file_with_notices(path) {
            Ok(reading) => {
                for notice in &reading.notices {
                    output::note("warning", format_args!("{}: {notice}", GuestText::new(&path.to_string_lossy())));
                }
                symbols.push(Symbol::named_after(path, reading.bars));
            }
            Err(error) => output::note("error", error),
        }
    }
    let unreadable = files.len() - symbols.len();
    if files.is_empty() {
        symbols.push(Symbol { name: SAMPLE_NAME.to_owned(), bars: sample().clone() });
    } else if symbols.is_empty() {
        return Err(anyhow!("no prices to evaluate on; mend the files above, or leave --data out for the sample"))
            .or_usage();
    }
    unique(&symbols).or_usage()?;
    let market = |symbol: Symbol| Market { profile: profile(&symbol.bars), symbol };
    let markets: Vec<Market> = symbols.into_iter().map(market).collect();
    for Market { symbol, profile } in &markets {
        for split in &profile.suspected_splits {
            output::note("warning", format_args!("{}: {split}", GuestText::new(&symbol.name)));
        }
    }
    Ok(Markets { markets, unreadable })
}

/// The one symbol that a command works on.
pub(crate) fn market(file: Option<&Path>) -> Result<Market, Stop> {
    let files: Vec<_> = file.map(Path::to_owned).into_iter().collect();
    let [market] = <[Market; 1]>::try_from(markets(&files)?.markets)
        .map_err(|markets| anyhow!("{} symbols where one was asked for", markets.len()))
        .or_host()?;
    Ok(market)
}

/// Rows and trades are told apart by the symbol.
fn unique(symbols: &[Symbol]) -> anyhow::Result<()> {
    let mut names: Vec<_> = symbols.iter().map(|symbol| symbol.name.as_str()).collect();
    names.sort_unstable();
    match names.windows(2).find(|pair| pair.first() == pair.last()) {
        Some([name, ..]) => {
            bail!("two price files are named {}; rename one: a symbol is told by its file's name", GuestText::new(name))
        }
        _ => Ok(()),
    }
}

/// The built-in seeds.
pub(crate) fn seeds() -> Vec<Source> {
    let seeds = seedbed_guests::seeds().iter();
    seeds.map(|seed| Source::Embedded { name: seed.name, component: seed.component }).collect()
}

/// Drops the plugins of other families. Those that could not be opened stay: nobody knows their family.
pub(crate) fn keep_family(opened: &mut Vec<Opened>, family: Option<Family>) {
    opened.retain(|opened| match (family, &opened.plugin) {
        (Some(family), Ok(plugin)) => plugin.description().family == family,
        _ => true,
    });
}
