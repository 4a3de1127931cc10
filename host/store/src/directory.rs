use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use object_store::local::LocalFileSystem;
use seedbed_market::{Bars, BarsHash};
use seedbed_outcome::GuestText;
use serde_json::Value;

use crate::error::Access;
use crate::lock::{Asked, RunLock};
use crate::{Document, Lease, ObjectBackend, RunId, Segment, Store, StoreError, masked, object_backend};

/// A store in a folder of a local disk or of a network share.
///
/// A write is synchronised with the disk, file and folder, before it counts as done, so that it outlives the machine's power. The writer of a run
/// holds an advisory lock beside its epoch, so that a second process on the same disk is told at once.
///
/// The file system must have hard links: a file that is created once is linked into its place.
#[derive(Debug, Clone)]
pub struct DirectoryStore {
    root: PathBuf,
    backend: ObjectBackend,
}

impl DirectoryStore {
    /// Opens the store in a folder.
    ///
    /// # Errors
    /// [`StoreError::NoStore`] when there is no folder or nothing in it; [`StoreError::NotAStore`] when there is something else;
    /// [`StoreError::NoBackend`] for a URL.
    pub fn open(root: &Path) -> Result<Self, StoreError> {
        let place = place(root)?;
        match fs::metadata(root) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(StoreError::NoStore { place: GuestText::new(&place) });
            }
            Err(error) => return Err(StoreError::of(Access::Read, GuestText::new(&place), &error)),
            Ok(_) => {}
        }
        let backend = ObjectBackend::open(Arc::new(local(root, &place)?), &place)?;
        Ok(Self { root: root.to_owned(), backend })
    }

    /// Opens the store in a folder, or makes both.
    ///
    /// # Errors
    /// As [`DirectoryStore::open`], or what the place says.
    pub fn open_or_create(root: &Path) -> Result<Self, StoreError> {
        let place = place(root)?;
        create_folder(root).map_err(|error| StoreError::of(Access::Write, GuestText::new(&place), &error))?;
        let backend = ObjectBackend::open_or_create(Arc::new(local(root, &place)?), &place)?;
        Ok(Self { root: root.to_owned(), backend })
    }

    fn lock(&self, id: &RunId) -> Result<Option<RunLock>, StoreError> {
        let path = self.root.join(object_backend::folder(id)).join("lock");
        let asked = RunLock::ask(&path).map_err(|error| {
            let file = GuestText::new(&path.to_string_lossy());
            StoreError::of(Access::Write, file, &error)
        })?;
        match asked {
            Asked::Taken(lock) => Ok(Some(lock)),
            Asked::Unknown => Ok(None),
            Asked::Held(owner) => Err(StoreError::Held { run: id.clone(), owner }),
        }
    }
}

/// The folder as messages name it.
fn place(root: &Path) -> Result<String, StoreError> {
    let text = masked(&root.to_string_lossy());
    if text.contains("://") { Err(StoreError::NoBackend { place: GuestText::new(&text) }) } else { Ok(text) }
}

fn local(root: &Path, place: &str) -> Result<LocalFileSystem, StoreError> {
    let opened = LocalFileSystem::new_with_prefix(root);
    let opened = opened.map_err(|error| StoreError::of(Access::Read, GuestText::new(place), &error))?;
    Ok(opened.with_fsync(true))
}

/// Makes a folder and those above it, and has the disk know of each before the next one.
fn create_folder(folder: &Path) -> io::Result<()> {
    if folder.as_os_str().is_empty() || folder.is_dir() {
        return Ok(());
    }
    let parent = folder.parent().unwrap_or(Path::new(""));
    create_folder(parent)?;
    match fs::create_dir(folder) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists || !folder.is_dir() => return Err(error),
        _ => {}
    }
    let parent = if parent.as_os_str().is_empty() { Path::new(".") } else { parent };
    if cfg!(unix) { File::open(parent)?.sync_all() } else { Ok(()) }
}

impl Store for DirectoryStore {
    fn put_bars(&self, bars: &Bars) -> Result<BarsHash, StoreError> {
        self.backend.put_bars(bars)
    }

    fn bars(&self, hash: BarsHash) -> Result<Bars, StoreError> {
        self.backend.bars(hash)
    }

    fn runs(&self) -> Result<Vec<RunId>, StoreError> {
        self.backend.runs()
    }

    fn create(&self, id: &RunId, run: &Value) -> Result<Lease, StoreError> {
        let lease = self.backend.create(id, run)?;
        Ok(lease.with_lock(self.lock(id)?))
    }

    fn run(&self, id: &RunId) -> Result<Value, StoreError> {
        self.backend.run(id)
    }

    fn claim(&self, id: &RunId) -> Result<Lease, StoreError> {
        self.backend.run(id)?;
        // Before the epoch: a claim that is refused must not stop the one who writes.
        let lock = self.lock(id)?;
        Ok(self.backend.claim(id)?.with_lock(lock))
    }

    fn append(&self, lease: &Lease, segment: &Segment) -> Result<(), StoreError> {
        self.backend.append(lease, segment)
    }

    fn segments(&self, id: &RunId) -> Result<Vec<Segment>, StoreError> {
        self.backend.segments(id)
    }

    fn put(&self, lease: &Lease, document: Document, value: &Value) -> Result<(), StoreError> {
        self.backend.put(lease, document, value)
    }

    fn get(&self, id: &RunId, document: Document) -> Result<Option<Value>, StoreError> {
        self.backend.get(id, document)
    }
}
