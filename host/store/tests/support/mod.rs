//! An object store that fails when told to.

use std::fmt;
use std::io;
use std::sync::Mutex;

use async_trait::async_trait;
use futures::stream::BoxStream;
use object_store::path::Path;
use object_store::{
    CopyOptions, Error, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore,
    PutMultipartOptions, PutOptions, PutPayload, PutResult, Result,
};

/// How a write fails.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Fault {
    /// No space.
    Full,
    /// No permission.
    Denied,
    /// The network is down, and the error repeats a URL.
    Unreachable,
    /// It is written, but nobody says so.
    LostAnswer,
}

/// Hands everything on, but fails writes.
#[derive(Debug)]
pub(crate) struct Failing<T> {
    inner: T,
    fault: Mutex<Option<Fault>>,
}

impl<T> Failing<T> {
    pub(crate) fn new(inner: T) -> Self {
        Self { inner, fault: Mutex::new(None) }
    }

    /// From now on writes fail like this, or not at all.
    pub(crate) fn fail(&self, fault: Option<Fault>) {
        *self.fault.lock().unwrap() = fault;
    }
}

impl<T> fmt::Display for Failing<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("failing")
    }
}

fn generic(source: io::Error) -> Error {
    Error::Generic { store: "failing", source: Box::new(source) }
}

#[async_trait]
impl<T: ObjectStore> ObjectStore for Failing<T> {
    async fn put_opts(&self, location: &Path, payload: PutPayload, options: PutOptions) -> Result<PutResult> {
        let fault = *self.fault.lock().unwrap();
        match fault {
            None => self.inner.put_opts(location, payload, options).await,
            Some(Fault::Full) => Err(generic(io::Error::from_raw_os_error(28))),
            Some(Fault::Denied) => Err(generic(io::ErrorKind::PermissionDenied.into())),
            Some(Fault::Unreachable) => {
                Err(generic(io::Error::other("error sending request for https://u:p@host/x?sig=5ecret")))
            }
            Some(Fault::LostAnswer) => {
                self.inner.put_opts(location, payload, options).await?;
                Err(generic(io::ErrorKind::TimedOut.into()))
            }
        }
    }

    async fn put_multipart_opts(
        &self,
        location: &Path,
        options: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        self.inner.put_multipart_opts(location, options).await
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        self.inner.get_opts(location, options).await
    }

    fn delete_stream(&self, locations: BoxStream<'static, Result<Path>>) -> BoxStream<'static, Result<Path>> {
        self.inner.delete_stream(locations)
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        self.inner.list(prefix)
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.inner.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        self.inner.copy_opts(from, to, options).await
    }
}
