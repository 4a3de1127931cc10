use std::sync::Arc;

use object_store::{ObjectStore, memory::InMemory};
use seedbed_market::{Bars, BarsHash, read_parquet, write_parquet};
use seedbed_outcome::GuestText;
use serde_json::{Value, json};

use crate::document_file::{self, Fault};
use crate::objects::{Created, Objects};
use crate::{Document, Lease, Owner, RunId, Segment, Store, StoreError};

/// A store in any object store: a bucket, memory, or a folder without a lock.
///
/// The layout is the same everywhere, see `docs/store.md`. Two things are asked of the object store: a file can be created once (a second try
/// fails), and a file that was put is durable.
#[derive(Debug, Clone)]
pub struct ObjectBackend {
    objects: Objects,
}

const STORE: &str = "store.json";

impl ObjectBackend {
    /// Opens the store that is there; `place` is its name in messages, with the secrets of a URL masked.
    ///
    /// # Errors
    /// [`StoreError::NoStore`], [`StoreError::NotAStore`], or what is wrong with its `store.json`.
    pub fn open(objects: Arc<dyn ObjectStore>, place: &str) -> Result<Self, StoreError> {
        let backend = Self { objects: Objects::new(objects, place) };
        if backend.is_store()? {
            return Ok(backend);
        }
        let place = backend.objects.place().clone();
        Err(if backend.is_empty()? { StoreError::NoStore { place } } else { StoreError::NotAStore { place } })
    }

    /// Opens the store that is there, or makes one where there is nothing.
    ///
    /// # Errors
    /// As [`ObjectBackend::open`], or what the place says.
    pub fn open_or_create(objects: Arc<dyn ObjectStore>, place: &str) -> Result<Self, StoreError> {
        let backend = Self { objects: Objects::new(objects, place) };
        if backend.is_store()? {
            return Ok(backend);
        }
        // Another process may have made it meanwhile.
        if !backend.is_empty()? && !backend.is_store()? {
            return Err(StoreError::NotAStore { place: backend.objects.place().clone() });
        }
        let made = backend.document_bytes(STORE, "store", &json!({ "layout": 1 }))?;
        backend.objects.create(STORE, made)?;
        Ok(backend)
    }

    /// An empty store that ends with the value.
    #[must_use]
    pub fn in_memory() -> Self {
        Self { objects: Objects::new(Arc::new(InMemory::new()), "memory") }
    }

    fn is_store(&self) -> Result<bool, StoreError> {
        let found = self.objects.read(STORE)?;
        found.map_or(Ok(false), |bytes| {
            let restore = "restore it from a backup";
            document_file::read("store", &bytes).map_err(|fault| self.fault(STORE, fault, restore))?;
            Ok(true)
        })
    }

    fn is_empty(&self) -> Result<bool, StoreError> {
        Ok(self.objects.files("")?.is_empty() && self.objects.folders("")?.is_empty())
    }

    /// Takes the next epoch, with what the lease needs to know.
    fn take_epoch(&self, id: &RunId) -> Result<Lease, StoreError> {
        let names = self.objects.files(&folder(id))?;
        let latest = names.iter().filter_map(|name| number(name.strip_prefix("epoch-")?)).max();
        let epoch = latest.unwrap_or(0) + 1;
        let path = epoch_path(id, epoch);
        let bytes = self.document_bytes(&path, "epoch", &Owner::current().to_value())?;
        match self.objects.create(&path, bytes)? {
            Created::New => {
                Ok(Lease::new(id.clone(), epoch, self.segment_numbers(id)?.last().map_or(0, |last| last + 1)))
            }
            Created::Taken => {
                let other = self.objects.read(&path)?.and_then(|bytes| document_file::read("epoch", &bytes).ok());
                Err(StoreError::Held { run: id.clone(), owner: Owner::from_value(&other.unwrap_or_default()) })
            }
        }
    }

    /// The fence: whoever was superseded writes nothing more.
    fn check(&self, lease: &Lease) -> Result<(), StoreError> {
        let newer = self.objects.exists(&epoch_path(lease.run(), lease.epoch() + 1))?;
        if newer { Err(StoreError::superseded(lease)) } else { Ok(()) }
    }

    /// The numbers of the segments that are there, sorted. Files with other names are nobody's.
    fn segment_numbers(&self, id: &RunId) -> Result<Vec<u64>, StoreError> {
        let names = self.objects.files(&format!("{}/evaluations", folder(id)))?;
        let named = |name: &String| {
            let number = number(name.strip_suffix(".jsonl")?)?;
            (*name == segment_name(number)).then_some(number)
        };
        let mut numbers: Vec<_> = names.iter().filter_map(named).collect();
        numbers.sort_unstable();
        Ok(numbers)
    }

    fn check_run(&self, id: &RunId) -> Result<(), StoreError> {
        if self.objects.exists(&run_path(id))? { Ok(()) } else { Err(self.no_run(id)) }
    }

    fn no_run(&self, id: &RunId) -> StoreError {
        StoreError::NoRun { run: id.clone(), place: self.objects.place().clone() }
    }

    fn document_bytes(&self, path: &str, format: &str, value: &Value) -> Result<Vec<u8>, StoreError> {
        document_file::write(format, value).map_err(|error| self.unwritable(path, &error.to_string()))
    }

    fn unwritable(&self, path: &str, cause: &str) -> StoreError {
        StoreError::Unwritable { file: self.objects.file(path), cause: GuestText::new(cause) }
    }

    fn fault(&self, path: &str, fault: Fault, next: &'static str) -> StoreError {
        let file = self.objects.file(path);
        match fault {
            Fault::Corrupt(what) => StoreError::Corrupt { file, what, next },
            Fault::Newer { found, known } => StoreError::Newer { file, found, known },
        }
    }
}

impl Store for ObjectBackend {
    fn put_bars(&self, bars: &Bars) -> Result<BarsHash, StoreError> {
        let path = bars_path(bars.hash());
        if !self.objects.exists(&path)? {
            let mut bytes = Vec::new();
            write_parquet(bars, &mut bytes).map_err(|error| self.unwritable(&path, &error.to_string()))?;
            self.objects.create(&path, bytes)?;
        }
        Ok(bars.hash())
    }

    fn bars(&self, hash: BarsHash) -> Result<Bars, StoreError> {
        let path = bars_path(hash);
        let file = self.objects.file(&path);
        let Some(content) = self.objects.open(&path)? else { return Err(StoreError::NoBars { file }) };
        let next = "delete it, and import the price file again";
        let read = read_parquet(content, "its content");
        let bars = match read {
            Ok(reading) => reading.bars,
            Err(error) => {
                return Err(StoreError::Corrupt { file, what: GuestText::new(&error.to_string()), next });
            }
        };
        if bars.hash() != hash {
            let what = GuestText::new(&format!("it holds other bars, {}", bars.hash()));
            return Err(StoreError::Corrupt { file, what, next });
        }
        Ok(bars)
    }

    fn runs(&self) -> Result<Vec<RunId>, StoreError> {
        let mut runs = Vec::new();
        for name in self.objects.folders("runs")? {
            // A folder without run.json is a run that was never begun.
            if let Ok(id) = RunId::new(&name)
                && self.objects.exists(&run_path(&id))?
            {
                runs.push(id);
            }
        }
        Ok(runs)
    }

    fn create(&self, id: &RunId, run: &Value) -> Result<Lease, StoreError> {
        let path = run_path(id);
        let bytes = self.document_bytes(&path, "run", run)?;
        match self.objects.create(&path, bytes)? {
            Created::New => self.take_epoch(id),
            Created::Taken => Err(StoreError::RunExists { run: id.clone() }),
        }
    }

    fn run(&self, id: &RunId) -> Result<Value, StoreError> {
        let path = run_path(id);
        let bytes = self.objects.read(&path)?.ok_or_else(|| self.no_run(id))?;
        let next = "restore it from a backup; the run cannot go on without it";
        document_file::read("run", &bytes).map_err(|fault| self.fault(&path, fault, next))
    }

    fn claim(&self, id: &RunId) -> Result<Lease, StoreError> {
        self.check_run(id)?;
        self.take_epoch(id)
    }

    fn append(&self, lease: &Lease, segment: &Segment) -> Result<(), StoreError> {
        let next = lease.next_segment();
        if segment.number > next || segment.rows.is_empty() {
            let (run, number, rows) = (lease.run().clone(), segment.number, segment.rows.len());
            return Err(StoreError::SegmentOrder { run, number, rows, next });
        }
        let path = segment_path(lease.run(), segment.number);
        let bytes = segment.to_bytes().map_err(|error| self.unwritable(&path, &error.to_string()))?;
        self.check(lease)?;
        // A network may lose the answer to a write that was done; the same bytes are the same write.
        if self.objects.create(&path, bytes.clone())? == Created::Taken && self.objects.read(&path)? != Some(bytes) {
            return Err(StoreError::SegmentTaken { file: self.objects.file(&path) });
        }
        lease.wrote(segment.number);
        Ok(())
    }

    fn segments(&self, id: &RunId) -> Result<Vec<Segment>, StoreError> {
        self.check_run(id)?;
        let mut segments = Vec::new();
        for (expected, number) in (0..).zip(self.segment_numbers(id)?) {
            let path = segment_path(id, expected);
            let missing = || StoreError::NoSegment { file: self.objects.file(&path) };
            if number != expected {
                return Err(missing());
            }
            let bytes = self.objects.read(&path)?.ok_or_else(missing)?;
            let next = "restore it from a backup, or move it and the later ones away, and resume evaluates them again";
            segments.push(Segment::from_bytes(number, &bytes).map_err(|fault| self.fault(&path, fault, next))?);
        }
        Ok(segments)
    }

    fn put(&self, lease: &Lease, document: Document, value: &Value) -> Result<(), StoreError> {
        let path = document_path(lease.run(), document);
        let bytes = self.document_bytes(&path, document.name(), value)?;
        self.check(lease)?;
        self.objects.replace(&path, bytes)
    }

    fn get(&self, id: &RunId, document: Document) -> Result<Option<Value>, StoreError> {
        let path = document_path(id, document);
        let Some(bytes) = self.objects.read(&path)? else {
            return self.check_run(id).map(|()| None);
        };
        let next = "delete it; resume writes it again";
        document_file::read(document.name(), &bytes).map(Some).map_err(|fault| self.fault(&path, fault, next))
    }
}

fn bars_path(hash: BarsHash) -> String {
    format!("bars/{hash}.parquet")
}

pub(crate) fn folder(id: &RunId) -> String {
    format!("runs/{id}")
}

fn run_path(id: &RunId) -> String {
    format!("runs/{id}/run.json")
}

fn epoch_path(id: &RunId, epoch: u64) -> String {
    format!("runs/{id}/epoch-{epoch}")
}

fn document_path(id: &RunId, document: Document) -> String {
    format!("runs/{id}/{}.json", document.name())
}

fn segment_path(id: &RunId, number: u64) -> String {
    format!("runs/{id}/evaluations/{}", segment_name(number))
}

fn segment_name(number: u64) -> String {
    format!("{number:08}.jsonl")
}

/// A number in plain digits, without a sign.
fn number(digits: &str) -> Option<u64> {
    if digits.bytes().all(|digit| digit.is_ascii_digit()) { digits.parse().ok() } else { None }
}
