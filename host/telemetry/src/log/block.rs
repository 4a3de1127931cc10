use super::{Dialect, Record};

/// Encoded records, whole lines only: what threads make in parallel and the [`Writer`](super::Writer) takes.
#[derive(Debug, Clone, Default)]
pub struct Block {
    bytes: Vec<u8>,
    records: usize,
}

impl Block {
    /// Nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Appends one record as a line.
    pub fn push(&mut self, record: &Record<'_>, dialect: Dialect) {
        record.encode(dialect, &mut self.bytes);
        self.records += 1;
    }

    /// How many records it holds.
    #[must_use]
    pub fn records(&self) -> usize {
        self.records
    }

    /// Whether it holds none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.records == 0
    }

    /// The lines, each with its end.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Appends another block.
    pub(super) fn append(&mut self, other: &Self) {
        self.bytes.extend_from_slice(&other.bytes);
        self.records += other.records;
    }

    /// Forgets the records and keeps the memory.
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.records = 0;
    }
}
