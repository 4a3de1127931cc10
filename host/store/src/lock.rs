use std::{
    fs::{File, OpenOptions, TryLockError},
    io::{self, Read, Seek, Write},
    path::Path,
};

use serde_json::Value;

use crate::Owner;

/// The advisory lock of a run on a local disk. It ends with the process, however that ends.
///
/// It only tells a second process sooner: what keeps two writers apart are the epochs.
#[derive(Debug)]
pub(crate) struct RunLock {
    file: File,
}

impl Drop for RunLock {
    /// Closing the file is not enough: a process that is just being forked has it, too, until it becomes another program.
    fn drop(&mut self) {
        // The lock ends with the process at the latest.
        let _ = self.file.unlock();
    }
}

/// What came of asking for a lock.
#[derive(Debug)]
pub(crate) enum Asked {
    /// It is ours.
    Taken(RunLock),
    /// The file system has no locks and cannot tell.
    Unknown,
    /// Another process has it.
    Held(Owner),
}

impl RunLock {
    /// Asks for the lock without waiting.
    pub(crate) fn ask(path: &Path) -> io::Result<Asked> {
        let mut file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)?;
        match file.try_lock() {
            Ok(()) => {
                // Who holds it is a courtesy to the reader of a message: a full disk must not keep a run from being read or resumed.
                let _ = write_owner(&mut file);
                Ok(Asked::Taken(Self { file }))
            }
            Err(TryLockError::WouldBlock) => {
                let mut text = String::new();
                let _ = file.read_to_string(&mut text);
                let owner: Value = serde_json::from_str(&text).unwrap_or_default();
                Ok(Asked::Held(Owner::from_value(&owner)))
            }
            Err(TryLockError::Error(_)) => Ok(Asked::Unknown),
        }
    }
}

fn write_owner(file: &mut File) -> io::Result<()> {
    file.set_len(0)?;
    file.rewind()?;
    writeln!(file, "{}", Owner::current().to_value())
}
