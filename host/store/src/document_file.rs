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
}

/// The bytes of a document; `format` is the name without `seedbed-`.
pub(crate) fn write(format: &str, value: &Value) -> Result<Vec<u8>, serde_json::Error> {
    let body = serde_json::to_string_pretty(value)?;
    Ok((head(format, &body) + "\n" + &body + TAIL).into_bytes())
}

/// The first line of a document that holds this text.
fn head(format: &str, body: &str) -> String {
    let check = digits(&blake3::hash(body.as_bytes()));
    format!("{{\"format\":\"seedbed-{format}\",\"version\":{VERSION},\"check\":\"{check}\",\"value\":")
}

/// Reads what [`write()`] wrote. The version is looked at first: a newer one may have anything else.
pub(crate) fn read(format: &str, bytes: &[u8]) -> Result<Value, Fault> {
    let text = std::str::from_utf8(bytes).map_err(|error| Fault::corrupt(format!("not UTF-8: {error}")))?;
    if text.is_empty() {
        return Err(Fault::corrupt("it is empty"));
    }
    let (first, rest) = text.split_once('\n').ok_or_else(|| Fault::corrupt("it ends in its first line"))?;
    let found: Head = serde_json::from_str(&format!("{first}null}}"))
        .map_err(|error| Fault::corrupt(format!("its first line is not one of a document: {error}")))?;
    if found.version > u64::from(VERSION) {
        return Err(Fault::Newer { found: found.version, known: VERSION });
    }
    if found.version == 0 || found.format.strip_prefix("seedbed-") != Some(format) {
        let Head { format: other, version, .. } = found;
        return Err(Fault::corrupt(format!("it is '{other}' of version {version}, not 'seedbed-{format}'")));
    }
    let body = rest.strip_suffix(TAIL).ok_or_else(|| Fault::corrupt("its end is missing"))?;
    if first != head(format, body) {
        return Err(Fault::corrupt("its checksum differs"));
    }
    serde_json::from_str(body).map_err(|error| Fault::corrupt(error.to_string()))
}

/// A checksum: the first 16 hexadecimal digits of BLAKE3, enough to find an accident, not meant against malice.
pub(crate) fn digits(hash: &blake3::Hash) -> String {
    hash.to_hex().chars().take(CHECK_DIGITS).collect()
}

/// Digits of a checksum.
pub(crate) const CHECK_DIGITS: usize = 16;

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Fault, VERSION, read, write};

    fn document() -> Vec<u8> {
        write("champion", &json!({ "a": [0.1 + 0.2, -0.0, 5e-324, null, "x\n}\n"], "b": {} })).unwrap()
    }

    /// Whoever knows JSON and nothing of seedbed must be able to read it.
    #[test]
    fn a_document_is_json() {
        let text = String::from_utf8(write("champion", &json!({ "fitness": 0.5 })).unwrap()).unwrap();
        // The digits are those that b3sum gives for the value's bytes.
        let head = r#"{"format":"seedbed-champion","version":1,"check":"414e2e58e15fb54a","value":"#;
        assert_eq!(text, format!("{head}\n{{\n  \"fitness\": 0.5\n}}\n}}\n"));
        let json: Value = serde_json::from_slice(&document()).unwrap();
        assert_eq!(json["value"], read("champion", &document()).unwrap());
    }

    #[test]
    fn a_cut_or_a_change_anywhere_is_found() {
        let bytes = document();
        for place in 0..bytes.len() {
            let cut = read("champion", &bytes[..place]);
            assert!(matches!(cut, Err(Fault::Corrupt(_))), "{place}: {cut:?}");
            for mask in [0x01, 0x20, 0x80] {
                let mut changed = bytes.clone();
                changed[place] ^= mask;
                let read = read("champion", &changed);
                assert!(read.is_err(), "byte {place} changed by {mask:#x}: {read:?}");
            }
        }
    }

    #[test]
    fn one_document_does_not_pass_for_another() {
        let says = |result| match result {
            Err(Fault::Corrupt(what)) => what.to_string(),
            other => format!("{other:?}"),
        };
        let other = "it is 'seedbed-champion' of version 1, not 'seedbed-result'";
        assert_eq!(says(read("result", &document())), other);
        assert_eq!(says(read("result", b"")), "it is empty");
        assert_eq!(says(read("result", b"{}")), "it ends in its first line");
    }

    /// Told that its files are damaged, somebody would delete them, where a newer seedbed reads them.
    #[test]
    fn a_newer_version_is_no_damage() {
        let newer = br#"{"format":"seedbed-champion","version":2,"check":"","value":"#;
        let newer = [&newer[..], b"\nwhatever"].concat();
        assert_eq!(read("champion", &newer), Err(Fault::Newer { found: 2, known: VERSION }));
    }
}
