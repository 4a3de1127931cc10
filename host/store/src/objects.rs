use std::{
    fs::File,
    io::{Seek, Write},
    sync::Arc,
};

use futures::executor::block_on;
use object_store::{
    Error, GetResult, GetResultPayload, ObjectStore, ObjectStoreExt, PutMode, PutOptions, PutPayload, path::Path,
};
use seedbed_outcome::GuestText;

use crate::{
    StoreError,
    error::Access::{self, Read, Write as Put},
    masked,
};

/// The files of a store, by path; every error names its file.
#[derive(Debug, Clone)]
pub(crate) struct Objects {
    store: Arc<dyn ObjectStore>,
    place: GuestText,
}

/// What came of creating a file once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Created {
    /// It is there now.
    New,
    /// It was there already, and is as it was.
    Taken,
}

impl Objects {
    pub(crate) fn new(store: Arc<dyn ObjectStore>, place: &str) -> Self {
        Self { store, place: GuestText::new(&masked(place)) }
    }

    /// The store as messages name it.
    pub(crate) fn place(&self) -> &GuestText {
        &self.place
    }

    /// A file as messages name it.
    pub(crate) fn file(&self, path: &str) -> GuestText {
        GuestText::new(&format!("{}/{path}", self.place))
    }

    pub(crate) fn exists(&self, path: &str) -> Result<bool, StoreError> {
        match block_on(self.store.head(&Path::from(path))) {
            Ok(_) => Ok(true),
            Err(Error::NotFound { .. }) => Ok(false),
            Err(error) => Err(self.error(Read, path, &error)),
        }
    }

    pub(crate) fn read(&self, path: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let Some(found) = self.get(path)? else { return Ok(None) };
        let bytes = block_on(found.bytes()).map_err(|error| self.error(Read, path, &error))?;
        Ok(Some(bytes.into()))
    }

    /// The content as a file, for readers that seek.
    pub(crate) fn open(&self, path: &str) -> Result<Option<File>, StoreError> {
        let Some(found) = self.get(path)? else { return Ok(None) };
        if let GetResultPayload::File(file, _) = found.payload {
            return Ok(Some(file));
        }
        let bytes = block_on(found.bytes()).map_err(|error| self.error(Read, path, &error))?;
        let spilled = tempfile::tempfile().and_then(|mut file| {
            file.write_all(&bytes)?;
            file.rewind()?;
            Ok(file)
        });
        spilled.map(Some).map_err(|error| self.error(Read, path, &error))
    }

    fn get(&self, path: &str) -> Result<Option<GetResult>, StoreError> {
        match block_on(self.store.get(&Path::from(path))) {
            Ok(found) => Ok(Some(found)),
            Err(Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(self.error(Read, path, &error)),
        }
    }

    /// Writes a file that nobody may have written before.
    pub(crate) fn create(&self, path: &str, bytes: Vec<u8>) -> Result<Created, StoreError> {
        match self.put(path, bytes, PutMode::Create) {
            Ok(()) => Ok(Created::New),
            Err(Error::AlreadyExists { .. } | Error::Precondition { .. }) => Ok(Created::Taken),
            Err(error) => Err(self.error(Put, path, &error)),
        }
    }

    /// Writes a file, or puts it in the place of the one there.
    pub(crate) fn replace(&self, path: &str, bytes: Vec<u8>) -> Result<(), StoreError> {
        self.put(path, bytes, PutMode::Overwrite).map_err(|error| self.error(Put, path, &error))
    }

    fn put(&self, path: &str, bytes: Vec<u8>, mode: PutMode) -> Result<(), Error> {
        let options = PutOptions { mode, ..PutOptions::default() };
        block_on(self.store.put_opts(&Path::from(path), PutPayload::from(bytes), options)).map(drop)
    }

    /// The names of the files in a folder, sorted; none of one that is not there.
    pub(crate) fn files(&self, folder: &str) -> Result<Vec<String>, StoreError> {
        let listed = block_on(self.store.list_with_delimiter(Some(&Path::from(folder))));
        let listed = listed.map_err(|error| self.error(Read, folder, &error))?;
        Ok(names(listed.objects.iter().map(|object| &object.location)))
    }

    /// The names of the folders in a folder, sorted.
    pub(crate) fn folders(&self, folder: &str) -> Result<Vec<String>, StoreError> {
        let listed = block_on(self.store.list_with_delimiter(Some(&Path::from(folder))));
        let listed = listed.map_err(|error| self.error(Read, folder, &error))?;
        Ok(names(listed.common_prefixes.iter()))
    }

    fn error(&self, access: Access, path: &str, error: &(dyn std::error::Error + 'static)) -> StoreError {
        StoreError::of(access, self.file(path), error)
    }
}

fn names<'a>(paths: impl Iterator<Item = &'a Path>) -> Vec<String> {
    let mut names: Vec<_> = paths.filter_map(|path| path.filename().map(str::to_owned)).collect();
    names.sort();
    names
}
