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
        let mut hasher = blake3::Hasher::new();
        hasher.update(LAYOUT);
        hasher.update(&(columns.time.len() as u64).to_le_bytes());
        update(&mut hasher, &columns.time, |value| value.to_le_bytes());
        for column in [&columns.open, &columns.high, &columns.low, &columns.close, &columns.volume] {
            update(&mut hasher, column, |value| value.to_le_bytes());
        }
        BarsHash(*hasher.finalize().as_bytes())
    }
}

fn update<T: Copy>(hasher: &mut blake3::Hasher, values: &[T], bytes: impl Fn(T) -> [u8; 8]) {
    let mut block = [0; 8 * 1024];
    for values in values.chunks(block.len() / 8) {
        let mut length = 0;
        for (slot, &value) in block.chunks_exact_mut(8).zip(values) {
            slot.copy_from_slice(&bytes(value));
            length += 8;
        }
        hasher.update(block.get(..length).unwrap_or_default());
    }
}

/// Lower-case hexadecimal, 64 digits.
impl fmt::Display for BarsHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}
