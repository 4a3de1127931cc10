use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::Metrics;

/// Keeps a file of metrics up to date for a node exporter's textfile collector, until it is dropped.
///
/// The file is replaced as a whole: whoever reads it finds all of one state, never a part.
#[derive(Debug)]
pub struct MetricsFile {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// Why metrics cannot be written to a file.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The file or its folder cannot be written.
    #[error(
        "cannot write metrics to {}: {cause}; its folder must exist and be writable, since the file is replaced as a whole",
        path.display()
    )]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// There is something else of that name, which must not be replaced.
    #[error("cannot write metrics to {}: it is no regular file; name another", .0.display())]
    NoFile(PathBuf),
    /// No thread.
    #[error("cannot start the writer of metrics: {0}")]
    Start(io::Error),
}

impl MetricsFile {
    /// Writes `path` now, each `period` from now on, and at the end.
    ///
    /// # Errors
    /// [`FileError`]: it cannot be written now. Later failures are logged once, and writing goes on.
    pub fn start(path: &Path, metrics: Metrics, period: Duration) -> Result<Self, FileError> {
        // A link stays a link: what it leads to is replaced.
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        if fs::metadata(&path).is_ok_and(|found| !found.is_file()) {
            return Err(FileError::NoFile(path));
        }
        replace(&path, &metrics.text_of_file()).map_err(|cause| FileError::Write { path: path.clone(), cause })?;
        let (stop, stopped) = mpsc::channel::<()>();
        let keep = move || {
            let mut failing = false;
            loop {
                let last = stopped.recv_timeout(period) != Err(RecvTimeoutError::Timeout);
                let written = replace(&path, &metrics.text_of_file());
                if let Err(error) = &written
                    && !failing
                {
                    tracing::warn!("metrics are not written to {}: {error}", path.display());
                }
                failing = written.is_err();
                if last {
                    return;
                }
            }
        };
        let thread =
            thread::Builder::new().name("seedbed-metrics-file".into()).spawn(keep).map_err(FileError::Start)?;
        Ok(Self { stop: Some(stop), thread: Some(thread) })
    }
}

impl Drop for MetricsFile {
    /// Writes the last state.
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A panic in it was printed when it happened.
            let _ = thread.join();
        }
    }
}

/// Writes beside `path` and renames. Readable as the umask says, since the exporter is another user.
fn replace(path: &Path, text: &str) -> io::Result<()> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let beside = path.with_file_name(format!(".{name}.{}.tmp", std::process::id()));
    fs::write(&beside, text).and_then(|()| fs::rename(&beside, path)).inspect_err(|_| drop(fs::remove_file(&beside)))
}
