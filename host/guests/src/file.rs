use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::process;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::error::BuildError;

/// Writes a file so that a reader finds the old bytes or the new ones, never a part, whatever happens meanwhile.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> Result<(), BuildError> {
    static WRITES: AtomicU32 = AtomicU32::new(0);
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let temporary = format!(".{name}.{}-{}.tmp", process::id(), WRITES.fetch_add(1, Ordering::Relaxed));
    let temporary = path.with_file_name(temporary);
    let written = File::create_new(&temporary)
        .and_then(|mut file| file.write_all(bytes))
        .and_then(|()| fs::rename(&temporary, path));
    if written.is_err() {
        // The first error is the one to tell; what cannot be written can often not be removed either.
        let _ = fs::remove_file(&temporary);
    }
    written.map_err(BuildError::io("written", path))
}
