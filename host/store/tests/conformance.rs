//! Every backend of this crate keeps what the store promises.

use std::sync::Arc;

use object_store::{ObjectStore, local::LocalFileSystem, memory::InMemory};
use seedbed_store::{DirectoryStore, ObjectBackend, conformance};

#[test]
fn a_directory_conforms() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("made/by/the/store");
    conformance::check(|| Ok(Box::new(DirectoryStore::open_or_create(&root)?))).unwrap();
}

/// A share or a second machine, where no lock helps and only epochs keep two writers apart.
#[test]
fn a_folder_without_a_lock_conforms() {
    let folder = tempfile::tempdir().unwrap();
    let files: Arc<dyn ObjectStore> = Arc::new(LocalFileSystem::new_with_prefix(folder.path()).unwrap());
    conformance::check(|| Ok(Box::new(ObjectBackend::open_or_create(Arc::clone(&files), "a share")?))).unwrap();
}

#[test]
fn an_object_store_conforms() {
    let objects: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
    conformance::check(|| Ok(Box::new(ObjectBackend::open_or_create(Arc::clone(&objects), "s3://bucket")?))).unwrap();
}
