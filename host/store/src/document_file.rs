//! A document on disk: JSON whose first line tells format, version and checksum, so that the value below it can be read by eye.
//!
//! ```text
//! {"format":"seedbed-champion","version":1,"check":"0f1e2d3c4b5a6978","value":
//! { ... }
//! }
//! ```

use seedbed_outcome::GuestText;
use serde::Deserialize;
use serde_json::Value;

/// The version that is written, and the newest that is read.
const VERSION: u32 = 1;

const TAIL: &str = "\n}\n";

/// What is wrong with the bytes of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fault {
    /// They are not what was written.
    Corrupt(GuestText),
    /// They are of a newer version than is known.
    Newer {
        /// The version.
        found: u64,
        /// The newest that is read.
        known: u32,
    },
}

impl Fault {
    pub(crate) fn corrupt(what: impl AsRef<str>) -> Self {
        Self::Corrupt(GuestText::bounded(what.as_ref(), 200))
    }
}

#[derive(Deserialize)]
struct Head {
    format: String,
    version: u64,
    check: String,
}

/// The bytes of a document; `format` is the name without `seedbed-`.
pub(crate) fn write(format: &str, value: &Value) -> Result<Vec<u8>, serde_json::Error> {
    let body = serde_json::to_string_pretty(value)?;
    let check = checksum(body.as_bytes());
    let head = format!("{{\"format\":\"seedbed-{format}\",\"version\":{VERSION},\"check\":\"{check}\",\"value\":\n");
    Ok((head + &body + TAIL).into_bytes())
}

/// Reads what [`write()`] wrote. The version is looked at first: a newer one may have anything else.
pub(crate) fn read(format: &str, bytes: &[u8]) -> Result<Value, Fault> {
    let text = std::str::from_utf8(bytes).map_err(|error| Fault::corrupt(format!("not UTF-8: {error}")))?;
    if text.is_empty() {
        return Err(Fault::corrupt("it is empty"));
    }
    let (first, rest) = text.split_once('\n').ok_or_else(|| Fault::corrupt("it ends in its first line"))?;
    let head: Head = serde_json::from_str(&format!("{first}null}}"))
        .map_err(|error| Fault::corrupt(format!("its first line is not one of a document: {error}")))?;
    if head.version > u64::from(VERSION) {
        return Err(Fault::Newer { found: head.version, known: VERSION });
    }
    if head.version == 0 || head.format.strip_prefix("seedbed-") != Some(format) {
        let found = format!("it is '{}' of version {}, not 'seedbed-{format}'", head.format, head.version);
        return Err(Fault::corrupt(found));
    }
    let body = rest.strip_suffix(TAIL).ok_or_else(|| Fault::corrupt("its end is missing"))?;
    if checksum(body.as_bytes()) != head.check {
        return Err(Fault::corrupt("its checksum differs"));
    }
    serde_json::from_str(body).map_err(|error| Fault::corrupt(error.to_string()))
}

/// The first 16 hexadecimal digits of BLAKE3: enough to find an accident, not meant against malice.
fn checksum(bytes: &[u8]) -> String {
    digits(&blake3::hash(bytes))
}

/// The digits of a hash that a checksum keeps.
pub(crate) fn digits(hash: &blake3::Hash) -> String {
    hash.to_hex().chars().take(CHECK_DIGITS).collect()
}

/// Digits of a checksum.
pub(crate) const CHECK_DIGITS: usize = 16;
