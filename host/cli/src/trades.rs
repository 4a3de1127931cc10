//! `--trades FILE`: every trade of every row, as CSV or Parquet by the file's ending.

mod csv;
mod parquet;

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use seedbed_backtest::{Execution, Trade};
use seedbed_market::{BarTime, Bars};

use crate::output::FileFormat;

/// One trade and what it belongs to.
pub(crate) struct Booked<'a> {
    pub(crate) plugin: &'a str,
    pub(crate) symbol: &'a str,
    pub(crate) bars: &'a Bars,
    pub(crate) trade: &'a Trade,
}

/// One column: its name, and its type with where the cells come from. One list serves both formats.
pub(crate) struct Column {
    pub(crate) name: &'static str,
    pub(crate) cells: Cells,
}

/// Where the cells of a column come from, by type.
pub(crate) enum Cells {
    Text(fn(&Booked<'_>) -> String),
    Time(fn(&Booked<'_>) -> Option<BarTime>),
    Count(fn(&Booked<'_>) -> Option<i64>),
    Number(fn(&Booked<'_>) -> Option<f64>),
    Flag(fn(&Booked<'_>) -> bool),
}

use Cells::{Count, Flag, Number, Text, Time};

pub(crate) const COLUMNS: &[Column] = &[
    Column { name: "plugin", cells: Text(|b| b.plugin.to_owned()) },
    Column { name: "symbol", cells: Text(|b| b.symbol.to_owned()) },
    Column { name: "side", cells: Text(|b| b.trade.side.to_string()) },
    Column { name: "entry_bar", cells: Count(|b| index(b.trade.entry_idx)) },
    Column { name: "entry_time", cells: Time(|b| b.time(b.trade.entry_idx)) },
    Column { name: "entry_price", cells: Number(|b| Some(b.trade.entry_price)) },
    Column { name: "exit_bar", cells: Count(|b| index(b.trade.exit_idx)) },
    Column { name: "exit_time", cells: Time(|b| b.time(b.trade.exit_idx)) },
    Column { name: "exit_price", cells: Number(|b| Some(b.trade.exit_price)) },
    Column { name: "quantity", cells: Number(|b| Some(b.trade.quantity)) },
    Column { name: "fees", cells: Number(|b| Some(b.trade.fees)) },
    Column { name: "pnl", cells: Number(|b| Some(b.trade.pnl)) },
    Column { name: "return", cells: Number(|b| Some(b.trade.return_)) },
    Column { name: "reason", cells: Text(|b| b.trade.reason.kind().to_string()) },
    Column { name: "mechanism", cells: Text(|b| b.trade.reason.to_string()) },
    Column { name: "level", cells: Number(|b| b.trade.level) },
    Column { name: "closed", cells: Flag(|b| b.trade.closed) },
    Column { name: "partial_bar", cells: Count(|b| b.partial().and_then(|partial| index(partial.idx))) },
    Column { name: "partial_time", cells: Time(|b| b.partial().and_then(|partial| b.time(partial.idx))) },
    Column { name: "partial_price", cells: Number(|b| b.partial().map(|partial| partial.price)) },
    Column { name: "partial_quantity", cells: Number(|b| b.partial().map(|partial| partial.quantity)) },
    Column { name: "partial_fees", cells: Number(|b| b.partial().map(|partial| partial.fees)) },
    Column { name: "partial_level", cells: Number(|b| b.partial().and_then(|partial| partial.level)) },
];

impl<'a> Booked<'a> {
    fn time(&self, bar: usize) -> Option<BarTime> {
        self.bars.time().get(bar).copied().map(BarTime)
    }

    fn partial(&self) -> Option<&'a Execution> {
        self.trade.partial.as_ref()
    }
}

fn index(bar: usize) -> Option<i64> {
    i64::try_from(bar).ok()
}

/// A file that trades are to be written to, and its format.
#[derive(Debug)]
pub(crate) struct TradesFile<'a> {
    path: &'a Path,
    format: FileFormat,
}

/// Why trades were not written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TradesError {
    #[error("cannot tell a trades format from {}; end the name in .csv or .parquet", .0.display())]
    Ending(PathBuf),
    #[error("cannot write trades to {}: there is no folder {}", path.display(), folder.display())]
    NoFolder { path: PathBuf, folder: PathBuf },
    #[error("cannot write trades to {}", path.display())]
    Write { path: PathBuf, source: Box<dyn std::error::Error + Send + Sync> },
}

impl<'a> TradesFile<'a> {
    /// By the ending of `path`; its folder must be there.
    pub(crate) fn new(path: &'a Path) -> Result<Self, TradesError> {
        if let Some(folder) = path.parent().filter(|folder| *folder != Path::new("") && !folder.is_dir()) {
            return Err(TradesError::NoFolder { path: path.to_owned(), folder: folder.to_owned() });
        }
        let format = FileFormat::of(path).ok_or_else(|| TradesError::Ending(path.to_owned()))?;
        Ok(Self { path, format })
    }

    /// Writes beside the file and renames into place, so that a reader never meets half a file.
    pub(crate) fn write(&self, trades: &[Booked<'_>]) -> Result<(), TradesError> {
        let Self { path, format } = *self;
        let failed = |source| TradesError::Write { path: path.to_owned(), source };
        let mut temporary = path.as_os_str().to_owned();
        temporary.push(format!(".{}.tmp", std::process::id()));
        let write = || -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
            let mut file = BufWriter::new(File::create(&temporary)?);
            match format {
                FileFormat::Csv => csv::write(trades, &mut file)?,
                FileFormat::Parquet => parquet::write(trades, &mut file)?,
            }
            file.flush()?;
            Ok(std::fs::rename(&temporary, path)?)
        };
        write().inspect_err(|_| drop(std::fs::remove_file(&temporary))).map_err(failed)
    }
}
