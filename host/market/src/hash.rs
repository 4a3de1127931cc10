use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Columns;

/// Changes whenever the hashed layout changes, so that a hash never means two things.
const LAYOUT: &[u8] = b"seedbed bars 1\n";

/// Names the content of a series: equal for the same bars from any file format, different when any cell differs.
///
/// BLAKE3 over a layout tag, the row count (u64) and the columns time (i64), open, high, low, close, volume (f64), all little-endian.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct BarsHash([u8; 32]);

impl BarsHash {
    /// A hash read back from where it was stored.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> BarsHash {
        BarsHash(bytes)
    }

    /// The hash that prints as these 64 hexadecimal digits; `None` of any other text.
    #[must_use]
    pub fn from_hex(digits: &str) -> Option<BarsHash> {
        blake3::Hash::from_hex(digits).ok().map(|hash| BarsHash(*hash.as_bytes()))
    }

    /// The 32 bytes of the hash.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    pub(crate) fn of(columns: &Columns) -> BarsHash {
        let mut blocks = Blocks::new();
        blocks.bytes(LAYOUT);
        blocks.bytes(&(columns.time.len() as u64).to_le_bytes());
        blocks.cells(&columns.time, i64::to_le_bytes);
        for column in [&columns.open, &columns.high, &columns.low, &columns.close, &columns.volume] {
            blocks.cells(column, f64::to_le_bytes);
        }
        blocks.hash()
    }
}

/// Bytes on their way into a hash, in blocks that begin at whole multiples of their size: only those are hashed many lanes at a time.
struct Blocks {
    hasher: blake3::Hasher,
    /// Not yet hashed: less than a block.
    pending: Vec<u8>,
}

impl Blocks {
    const SIZE: usize = 32 << 10;

    fn new() -> Self {
        Self { hasher: blake3::Hasher::new(), pending: Vec::with_capacity(2 * Self::SIZE) }
    }

    /// Takes at most a block.
    fn bytes(&mut self, bytes: &[u8]) {
        self.pending.extend_from_slice(bytes);
        self.flush();
    }

    fn cells<T: Copy>(&mut self, values: &[T], bytes: impl Fn(T) -> [u8; 8]) {
        for values in values.chunks(Self::SIZE / 8) {
            let start = self.pending.len();
            self.pending.resize(start + 8 * values.len(), 0);
            let slots = self.pending.get_mut(start..).unwrap_or_default().as_chunks_mut().0;
            slots.iter_mut().zip(values).for_each(|(slot, value)| *slot = bytes(*value));
            self.flush();
        }
    }

    fn flush(&mut self) {
        if let Some(block) = self.pending.get(..Self::SIZE) {
            self.hasher.update(block);
            self.pending.drain(..Self::SIZE);
        }
    }

    fn hash(mut self) -> BarsHash {
        self.hasher.update(&self.pending);
        BarsHash(*self.hasher.finalize().as_bytes())
    }
}

/// Lower-case hexadecimal, 64 digits.
impl fmt::Display for BarsHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}
