mod genome;
mod json;
mod rows;
mod stream;

use std::path::Path;

use seedbed_evaluate::{Row, Series, evaluate, open};

use self::genome::Given;
use crate::args::{Evaluate, Format, Global};
use crate::exit::{Exit, OrStop, Stop};
use crate::inputs::{self, Market, Markets};
use crate::review::Doorkeeper;
use crate::trades::{Booked, TradesFile};
use crate::{output, setup};

pub(crate) fn run(global: &Global, args: &Evaluate) -> Result<Exit, Stop> {
    let session = setup::configure(global, args.backtest.given().chain(args.plugins.admission.grounds.given()))?;
    let config = &session.config;
    let trades = args.trades.as_deref().map(TradesFile::new).transpose().or_usage()?;
    let streams = args.genome.as_deref() == Some(Path::new("-"));
    let given = args.genome.as_deref().filter(|_| !streams).map(Given::read).transpose().or_usage()?;
    let doorkeeper = Doorkeeper::new(&args.plugins.admission, config, &session.telemetry)?;
    let sources = doorkeeper.guard(inputs::sources(args.plugins.path.as_deref(), config)?);
    let Markets { markets, unreadable } = inputs::markets(&args.data)?;
    let series: Vec<Series<'_>> = markets
        .iter()
        .map(|Market { symbol, profile }| Series {
            symbol: &symbol.name,
            bars: &symbol.bars,
            settings: setup::account(&config.backtest, profile.bars_per_year),
            window: args.window.as_ref().map(|window| window.0.clone()),
        })
        .collect();
    genome::check_window(&series).or_usage()?;

    let pool = setup::threads(args.plugins.threads)?;
    let workers = setup::workers(&session, pool.current_num_threads(), args.plugins.no_cache)?;
    let mut opened = pool.install(|| open(&workers, sources, &setup::grant(config)));
    inputs::keep_family(&mut opened, args.plugins.family.family);
    if streams {
        return stream::run(opened, &series, &pool);
    }
    let genome = given.map(|given| given.of(&mut opened)).transpose().or_usage()?;
    let scored = |took| session.telemetry.metrics().evaluated(took);
    let rows = pool.install(|| evaluate(opened, genome.as_ref(), &series, scored));

    let text = match args.format {
        Format::Table => rows::print(&rows, &markets, &config.backtest) + &doorkeeper.paragraph(),
        Format::Json => json::print(&rows, genome.as_ref(), &markets, &series, &doorkeeper),
    };
    output::result(&text)?;
    if let Some(file) = trades {
        file.write(&booked(&rows, &markets)).or_host()?;
    }
    let all_scored = unreadable == 0 && rows.iter().all(|row| row.status().is_scored());
    Ok(if all_scored { Exit::Success } else { Exit::Findings })
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
