use std::collections::VecDeque;

use seedbed_store::{Document, Evaluation, Lease, Segment, Store};
use serde_json::Value;

use crate::RunError;

/// What a run has written down: first read back, then written on.
#[derive(Debug)]
pub struct Journal<'a> {
    kept: Option<(&'a dyn Store, &'a Lease)>,
    read: VecDeque<Evaluation>,
    next: u64,
    digest: blake3::Hasher,
}

impl<'a> Journal<'a> {
    /// A run that is not kept.
    #[must_use]
    pub fn nowhere() -> Self {
        Self { kept: None, read: VecDeque::new(), next: 0, digest: hasher() }
    }

    /// The journal of a run that this process owns; what is there is read back first.
    ///
    /// # Errors
    /// What the store says.
    pub fn open(store: &'a dyn Store, lease: &'a Lease) -> Result<Self, RunError> {
        let segments = store.segments(lease.run())?;
        let next = segments.len() as u64;
        let read = segments.into_iter().flat_map(|segment| segment.rows).collect();
        Ok(Self { kept: Some((store, lease)), read, next, digest: hasher() })
    }

    /// Whether a whole batch was read back. Segments are batches, so that it is there as a whole or not at all.
    pub(crate) fn has(&self, batch: usize) -> bool {
        self.read.len() >= batch
    }

    /// The next evaluation that was read back.
    pub(crate) fn read(&mut self) -> Option<Evaluation> {
        let row = self.read.pop_front()?;
        self.hash(&row);
        Some(row)
    }

    /// Writes a batch for good.
    pub(crate) fn write(&mut self, rows: Vec<Evaluation>) -> Result<(), RunError> {
        if rows.is_empty() {
            return Ok(());
        }
        rows.iter().for_each(|row| self.hash(row));
        if let Some((store, lease)) = &self.kept {
            store.append(lease, &Segment { number: self.next, rows })?;
        }
        self.next += 1;
        Ok(())
    }

    pub(crate) fn put(&self, document: Document, value: &Value) -> Result<(), RunError> {
        match &self.kept {
            Some((store, lease)) => Ok(store.put(lease, document, value)?),
            None => Ok(()),
        }
    }

    /// BLAKE3 over all evaluations so far.
    pub(crate) fn digest(&self) -> String {
        self.digest.finalize().to_hex().to_string()
    }

    fn hash(&mut self, row: &Evaluation) {
        // Rows are plain data of this program's own; one that JSON could not write would have failed to be appended.
        let bytes = serde_json::to_vec(row).unwrap_or_default();
        self.digest.update(&(bytes.len() as u64).to_le_bytes());
        self.digest.update(&bytes);
    }
}

fn hasher() -> blake3::Hasher {
    blake3::Hasher::new_derive_key("seedbed run digest 1")
}

/// How many candidates are written together: what a killed process can lose.
pub(crate) const BATCH: usize = 64;
