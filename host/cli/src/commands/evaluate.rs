mod json;
mod rows;

use std::path::{Path, PathBuf};

use anyhow::{anyhow, bail};
use seedbed_evaluate::{Row, Series, Source, evaluate};
use seedbed_market::{Profile, SAMPLE_NAME, Symbol, profile, read_file_with_notices, sample};
use seedbed_outcome::GuestText;
use seedbed_plugin::discover;

use crate::args::{Evaluate, Format, Global};
use crate::config::Config;
use crate::exit::{Exit, OrStop, Stop};
use crate::trades::{Booked, TradesFormat};
use crate::{output, setup};

/// One symbol with what its bars tell.
struct Market {
    symbol: Symbol,
    profile: Profile,
}

/// The prices of a run, and how many files could not be read.
struct Markets {
    markets: Vec<Market>,
    unreadable: usize,
}

pub(crate) fn run(global: &Global, args: &Evaluate) -> Result<Exit, Stop> {
    let config = setup::configure(global, args.backtest.given())?;
    let trades = args.trades.as_deref().map(|path| Ok((path, TradesFormat::of(path)?)));
    let trades = trades.transpose().map_err(|error: crate::trades::TradesError| error).or_usage()?;
    let sources = sources(args.path.as_deref(), &config)?;
    let Markets { markets, unreadable } = read_markets(&args.data)?;
    let series: Vec<Series<'_>> = markets
        .iter()
        .map(|Market { symbol, profile }| Series {
            symbol: &symbol.name,
            bars: &symbol.bars,
            settings: setup::account(&config.backtest, profile.bars_per_year),
        })
        .collect();

    let pool = setup::threads(args.threads)?;
    let sandbox = setup::sandbox(&config, pool.current_num_threads(), args.no_cache)?;
    let rows = pool.install(|| evaluate(&sandbox, sources, &series, &setup::grant(&config)));

    let text = match args.format {
        Format::Table => rows::print(&rows, &markets, &config.backtest),
        Format::Json => json::print(&rows, &markets, &series),
    };
    output::result(&text)?;
    if let Some((path, format)) = trades {
        format.write(path, &booked(&rows, &markets)).or_host()?;
    }
    let all_scored = unreadable == 0 && rows.iter().all(|row| row.status().is_scored());
    Ok(if all_scored { Exit::Success } else { Exit::Findings })
}

fn sources(path: Option<&Path>, config: &Config) -> Result<Vec<Source>, Stop> {
    match path {
        None => Ok(seedbed_guests::seeds()
            .iter()
            .map(|seed| Source::Embedded { name: seed.name, component: seed.component })
            .collect()),
        Some(path) => {
            let found = discover(path, &setup::file_limits(config)).or_usage()?;
            Ok(found.into_iter().map(|found| Source::Found(Box::new(found))).collect())
        }
    }
}

/// Reads every price file; one that cannot be read is reported and costs its own rows only, unless nothing is left.
fn read_markets(files: &[PathBuf]) -> Result<Markets, Stop> {
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

fn booked<'a>(rows: &'a [Row], markets: &'a [Market]) -> Vec<Booked<'a>> {
    let scored = rows.iter().filter_map(|row| {
        let market = markets.iter().find(|market| Some(&market.symbol.name) == row.symbol.as_ref())?;
        Some((row.plugin.as_ref()?, market, row.result.as_ref().ok()?))
    });
    scored
        .flat_map(|(plugin, market, scored)| {
            scored.backtest.trades.iter().map(|trade| Booked {
                plugin: &plugin.description().name,
                symbol: &market.symbol.name,
                bars: &market.symbol.bars,
                trade,
            })
        })
        .collect()
}
