use std::{error::Error, io};

use seedbed_outcome::GuestText;

use crate::{Lease, Owner, RunId, masked};

/// Why the store could not do what it was asked to. Nothing that was written before is touched by a failure.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// There is no store.
    #[error("no store at {place}; check the path, or begin a run to make one")]
    NoStore {
        /// Where it was looked for.
        place: GuestText,
    },
    /// There is something else.
    #[error(
        "{place} is no store: it is not empty and has no store.json; name an empty folder, or one that seedbed made"
    )]
    NotAStore {
        /// The place.
        place: GuestText,
    },
    /// A place that no backend serves.
    #[error("no backend for {place}: runs are kept in a folder; name one")]
    NoBackend {
        /// The place.
        place: GuestText,
    },
    /// There is no run of that name.
    #[error("no run {run} in {place}; `seedbed runs` lists those there are")]
    NoRun {
        /// The run.
        run: RunId,
        /// The store.
        place: GuestText,
    },
    /// There is one already.
    #[error("run {run} exists already; choose another name, or resume it")]
    RunExists {
        /// The run.
        run: RunId,
    },
    /// Bars that a run refers to are not there.
    #[error("no bars at {file}; import the price file again, or restore it from a backup")]
    NoBars {
        /// The file.
        file: GuestText,
    },
    /// A segment is missing between others.
    #[error(
        "{file} is missing, though later ones are there; restore it from a backup, or move the later ones away, and resume evaluates them again"
    )]
    NoSegment {
        /// The file.
        file: GuestText,
    },
    /// Another process writes to the run.
    #[error("run {run} is being written by {owner}; wait until it is done, or stop it first")]
    Held {
        /// The run.
        run: RunId,
        /// Who it is.
        owner: Owner,
    },
    /// The run was taken over.
    #[error("run {run} was taken over by another process, so this one writes no more to it; nothing is lost")]
    Superseded {
        /// The run.
        run: RunId,
        /// The epoch of this writer.
        epoch: u64,
    },
    /// Another content has the number.
    #[error("{file} was written by another process, with other content; look with `seedbed runs show`, then resume")]
    SegmentTaken {
        /// The file.
        file: GuestText,
    },
    /// A segment out of turn, or an empty one.
    #[error(
        "segment {number} of run {run} with {rows} rows cannot be written; number {next} comes next, with at least one row"
    )]
    SegmentOrder {
        /// The run.
        run: RunId,
        /// The segment's number.
        number: u64,
        /// Its rows.
        rows: usize,
        /// The number that comes next.
        next: u64,
    },
    /// A file is not as it was written.
    #[error("{file} is damaged: {what}; {next}")]
    Corrupt {
        /// The file.
        file: GuestText,
        /// What is wrong with it, and where.
        what: GuestText,
        /// What to do.
        next: &'static str,
    },
    /// A file of a version to come.
    #[error("{file} is of version {found}, newer than version {known} which this seedbed reads; use a newer seedbed")]
    Newer {
        /// The file.
        file: GuestText,
        /// Its version.
        found: u64,
        /// The newest that is known.
        known: u32,
    },
    /// A value that the file's format cannot hold.
    #[error("{file} was not written: {cause}")]
    Unwritable {
        /// The file.
        file: GuestText,
        /// What is wrong with it.
        cause: GuestText,
    },
    /// No space left.
    #[error("no space left to write {file}: {cause}; free some, then resume: what was written before is safe")]
    Full {
        /// The file.
        file: GuestText,
        /// What the system said.
        cause: GuestText,
    },
    /// Not allowed.
    #[error("not allowed to {access} {file}: {cause}; check who owns it and its permissions, or name another folder")]
    Denied {
        /// `read` or `write`.
        access: Access,
        /// The file.
        file: GuestText,
        /// What the system said.
        cause: GuestText,
    },
    /// Anything else that the place says.
    #[error(
        "cannot {access} {file}: {cause}; check that the place can be reached, then resume: what was written before is safe"
    )]
    Failed {
        /// `read` or `write`.
        access: Access,
        /// The file.
        file: GuestText,
        /// What the system said.
        cause: GuestText,
    },
}

/// What was tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Reading or listing.
    Read,
    /// Writing.
    Write,
}

impl std::fmt::Display for Access {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(match self {
            Self::Read => "read",
            Self::Write => "write",
        })
    }
}

impl StoreError {
    /// What the place said, sorted by what the user can do about it.
    pub(crate) fn of(access: Access, file: GuestText, error: &(dyn Error + 'static)) -> Self {
        let deepest = deepest(error);
        let cause = GuestText::new(&masked(&deepest.to_string()));
        let kind = deepest.downcast_ref::<io::Error>().map(io::Error::kind);
        match kind {
            Some(io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge) => {
                Self::Full { file, cause }
            }
            Some(io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem) => {
                Self::Denied { access, file, cause }
            }
            _ => Self::Failed { access, file, cause },
        }
    }

    pub(crate) fn superseded(lease: &Lease) -> Self {
        Self::Superseded { run: lease.run().clone(), epoch: lease.epoch() }
    }
}

/// The cause at the bottom says it shortest; those above repeat it with paths that the error gives anyway.
fn deepest<'a>(error: &'a (dyn Error + 'static)) -> &'a (dyn Error + 'static) {
    let mut deepest = error;
    while let Some(source) = deepest.source() {
        deepest = source;
    }
    deepest
}
