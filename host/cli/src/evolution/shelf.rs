use std::path::PathBuf;

use anyhow::{Context, anyhow};
use seedbed_market::{Bars, BarsHash};
use seedbed_outcome::GuestText;
use seedbed_report::Report;
use seedbed_store::{DirectoryStore, Document, Lease, RunId, Store, StoreError};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{RunFile, SymbolRef, prepare};
use crate::config::{Backend, Config, Storage};
use crate::exit::{Exit, OrStop, Stop};

/// The store of a command.
#[derive(Debug)]
pub(crate) struct Shelf {
    store: Box<dyn Store>,
}

/// What came out of a finished run.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct StoredResult {
    /// Equal for equal runs.
    pub(crate) digest: String,
    pub(crate) evaluations: u64,
    pub(crate) report: Report,
    /// The hall of fame and the archive of ways to trade.
    #[serde(default)]
    pub(crate) elites: Value,
}

/// The folder of the store where none is configured.
const FOLDER: &str = "seedbed-store";

impl Shelf {
    /// The store of the configuration; it has to be there.
    pub(crate) fn open(config: &Storage) -> Result<Self, Stop> {
        Ok(Self { store: Box::new(DirectoryStore::open(&folder(config)?).or_store()?) })
    }

    /// The store of the configuration, made where it is not there.
    pub(crate) fn open_or_create(config: &Storage) -> Result<Self, Stop> {
        Ok(Self { store: Box::new(DirectoryStore::open_or_create(&folder(config)?).or_store()?) })
    }

    pub(crate) fn store(&self) -> &dyn Store {
        self.store.as_ref()
    }

    /// The runs, in the order of their names.
    pub(crate) fn runs(&self) -> Result<Vec<RunId>, Stop> {
        self.store.runs().or_store()
    }

    /// Begins a run by this name, or by the next free one like it.
    pub(crate) fn begin(&self, name: &str, only: bool, run: &RunFile) -> Result<Lease, Stop> {
        let value = run.to_value().or_host()?;
        for number in 1.. {
            let name = if number == 1 { name.to_owned() } else { format!("{name}-{number}") };
            match self.store.create(&RunId::new(&name).or_usage()?, &value) {
                Err(StoreError::RunExists { .. }) if !only && number < 100 => {}
                lease => return lease.or_store(),
            }
        }
        Err(anyhow!("no free name like {name}; give one by --name")).or_usage()
    }

    /// The run of this name, or the only one that begins so.
    pub(crate) fn find(&self, name: &str) -> Result<RunId, Stop> {
        let runs = self.store.runs().or_store()?;
        let like: Vec<_> = runs.iter().filter(|run| run.as_str().starts_with(name)).collect();
        let exact = like.iter().find(|run| run.as_str() == name);
        match (exact, like.as_slice()) {
            (Some(run), _) | (None, [run]) => Ok((**run).clone()),
            (None, []) => {
                Err(anyhow!("no run {}; `seedbed runs` lists those there are", GuestText::new(name))).or_usage()
            }
            (None, several) => {
                let names: Vec<_> = several.iter().take(5).map(|run| run.as_str()).collect();
                Err(anyhow!(
                    "{} runs begin with {}: {}; give more of the name",
                    several.len(),
                    GuestText::new(name),
                    names.join(", ")
                ))
                .or_usage()
            }
        }
    }

    pub(crate) fn file(&self, run: &RunId) -> Result<RunFile, Stop> {
        RunFile::from_value(self.store.run(run).or_store()?).or_usage()
    }

    /// What came out of a run, if it is finished. Bars are read back for its charts where `with_bars`.
    pub(crate) fn result(&self, run: &RunId, with_bars: bool) -> Result<Option<StoredResult>, Stop> {
        let Some(value) = self.store.get(run, Document::Result).or_store()? else { return Ok(None) };
        let mut result: StoredResult = serde_json::from_value(value)
            .with_context(|| format!("the result of run {run} cannot be read"))
            .or_usage()?;
        if with_bars {
            let file = self.file(run)?;
            for market in &mut result.report.markets {
                let Some(symbol) = file.symbols.iter().find(|symbol| symbol.name == market.symbol) else { continue };
                let bars = self.store.bars(bars_hash(symbol).or_usage()?).or_store()?;
                market.time = bars.time().to_vec();
                market.open = bars.open().to_vec();
                market.high = bars.high().to_vec();
                market.low = bars.low().to_vec();
                market.close = bars.close().to_vec();
            }
        }
        Ok(Some(result))
    }

    /// Takes a run over.
    pub(crate) fn claim(&self, run: &RunId) -> Result<Lease, Stop> {
        self.store.claim(run).or_store()
    }

    /// Keeps bars, where they are not kept already.
    pub(crate) fn put_bars(&self, bars: &Bars) -> Result<BarsHash, Stop> {
        self.store.put_bars(bars).or_store()
    }

    pub(crate) fn put_result(&self, lease: &Lease, result: &StoredResult) -> Result<(), Stop> {
        let value: Value = serde_json::to_value(result).or_host()?;
        self.store.put(lease, Document::Result, &value).or_store()
    }

    /// The symbols of a run from the bars that the store keeps.
    pub(crate) fn symbols(&self, file: &RunFile, config: &Config) -> Result<Vec<seedbed_run::Symbol>, Stop> {
        let symbol = |symbol: &SymbolRef| {
            let bars = self.store.bars(bars_hash(symbol).or_usage()?).or_store()?;
            Ok(prepare::stored_symbol(&symbol.name, bars, config))
        };
        file.symbols.iter().map(symbol).collect()
    }
}

fn bars_hash(symbol: &SymbolRef) -> anyhow::Result<BarsHash> {
    BarsHash::from_hex(&symbol.bars).ok_or_else(|| anyhow!("the bars of {} have no hash in run.json", symbol.name))
}

fn folder(config: &Storage) -> Result<PathBuf, Stop> {
    let Storage { backend: Backend::Directory, path, url } = config;
    match (path, url) {
        (Some(path), _) => Ok(path.clone()),
        (None, Some(url)) => {
            Err(anyhow!("storage.url is {url}, and this seedbed keeps runs in folders only; set storage.path"))
                .or_usage()
        }
        (None, None) => Ok(PathBuf::from(FOLDER)),
    }
}

/// What a store says as an exit code: a mistake of the user's, or a fault of the place.
pub(crate) trait OrStore<T> {
    fn or_store(self) -> Result<T, Stop>;
}

impl<T> OrStore<T> for Result<T, StoreError> {
    fn or_store(self) -> Result<T, Stop> {
        self.map_err(|error| {
            let exit = if is_usage(&error) { Exit::Usage } else { Exit::Host };
            Stop { exit, error: error.into() }
        })
    }
}

/// Whether the user named what is not there, or what belongs to another; anything else is the place's fault.
pub(crate) fn is_usage(error: &StoreError) -> bool {
    matches!(
        error,
        StoreError::NoStore { .. }
            | StoreError::NotAStore { .. }
            | StoreError::NoBackend { .. }
            | StoreError::NoRun { .. }
            | StoreError::RunExists { .. }
            | StoreError::Held { .. }
            | StoreError::Newer { .. }
    )
}
