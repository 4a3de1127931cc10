use std::fmt;

use serde::{Deserialize, Serialize};

/// A text that a guest, a manifest or a file name chose, made safe to print.
///
/// The only way to build one removes control characters, terminal escapes, bidirectional overrides and line breaks and bounds the
/// length, so a function that takes a `GuestText` cannot be handed a raw one.
///
/// HTML, CSV and metric-label syntax survive: they are harmless in a terminal, and each writer of such a format escapes for itself.
/// Reading one back cleans it again.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct GuestText(Box<str>);

impl GuestText {
    /// The longest text kept anywhere, in bytes of UTF-8.
    pub const MAX_BYTES: usize = 1024;

    /// Cleans `raw` and keeps at most [`GuestText::MAX_BYTES`].
    #[must_use]
    pub fn new(raw: &str) -> Self {
        Self::bounded(raw, Self::MAX_BYTES)
    }

    /// Cleans `raw` and keeps at most `max_bytes` of UTF-8, ending in `…` where something was cut off.
    ///
    /// Whole escape sequences go (CSI, OSC and the like), not only their first byte; runs of line breaks and tabs become one space.
    #[must_use]
    pub fn bounded(raw: &str, max_bytes: usize) -> Self {
        const ELLIPSIS: char = '…';
        let mut clean = String::with_capacity(raw.len().min(max_bytes));
        let mut chars = raw.chars().peekable();
        while let Some(c) = chars.next() {
            let kept = match c {
                '\u{1b}' | '\u{9b}' => {
                    skip_escape(c, &mut chars);
                    continue;
                }
                '\n' | '\r' | '\t' | '\u{85}' | '\u{2028}' | '\u{2029}' => ' ',
                c if c.is_control() || is_invisible(c) => continue,
                c => c,
            };
            if kept == ' ' && clean.ends_with(' ') {
                continue;
            }
            if clean.len() + kept.len_utf8() > max_bytes {
                while clean.len() + ELLIPSIS.len_utf8() > max_bytes && clean.pop().is_some() {}
                if max_bytes >= ELLIPSIS.len_utf8() {
                    clean.push(ELLIPSIS);
                }
                break;
            }
            clean.push(kept);
        }
        Self(clean.trim().into())
    }

    /// The clean text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// True when nothing printable was left.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Characters that print nothing and change how their neighbours read: bidirectional controls, zero-width characters, tags.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// Consumes the rest of an escape sequence (ECMA-48) whose introducer was just read.
fn skip_escape(introducer: char, chars: &mut std::iter::Peekable<std::str::Chars<'_>>) {
    let kind = if introducer == '\u{9b}' { Some('[') } else { chars.next() };
    match kind {
        Some('[') => {
            while let Some(c) = chars.next_if(|c| ('\u{20}'..='\u{7e}').contains(c)) {
                if ('\u{40}'..='\u{7e}').contains(&c) {
                    break;
                }
            }
        }
        // OSC, DCS, SOS, PM and APC run to BEL or ST.
        Some(']' | 'P' | 'X' | '^' | '_') => {
            while let Some(c) = chars.next() {
                if c == '\u{7}' || c == '\u{9c}' || (c == '\u{1b}' && chars.next_if_eq(&'\\').is_some()) {
                    break;
                }
            }
        }
        _ => {}
    }
}

impl fmt::Display for GuestText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for GuestText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl From<&str> for GuestText {
    fn from(raw: &str) -> Self {
        Self::new(raw)
    }
}

impl From<GuestText> for String {
    fn from(text: GuestText) -> Self {
        text.0.into()
    }
}

impl From<String> for GuestText {
    fn from(raw: String) -> Self {
        Self::new(&raw)
    }
}

#[cfg(test)]
mod tests {
    use super::GuestText;

    #[test]
    fn escapes_go_whole_and_lines_become_spaces() {
        for (raw, clean) in [
            ("plain", "plain"),
            ("\u{1b}[31mred\u{1b}[0m", "red"),
            ("\u{1b}]0;title\u{7}x", "x"),
            ("\u{1b}]8;;http://e\u{1b}\\link\u{1b}]8;;\u{1b}\\", "link"),
            ("\u{9b}2Jcleared", "cleared"),
            ("a\r\nERROR forged\n", "a ERROR forged"),
            ("\u{202e}desrever", "desrever"),
            ("null\0bell\u{7}", "nullbell"),
            ("=HYPERLINK(1)", "=HYPERLINK(1)"),
            ("", ""),
        ] {
            assert_eq!(GuestText::new(raw).as_str(), clean, "{raw:?}");
        }
    }

    #[test]
    fn length_is_bounded_on_a_character_border() {
        assert_eq!(GuestText::bounded("ééééé", 7).as_str(), "éé…");
        assert_eq!(GuestText::bounded("abc", 3).as_str(), "abc");
        assert_eq!(GuestText::bounded("abcd", 2).as_str(), "");
        assert!(GuestText::new(&"x".repeat(1 << 20)).as_str().len() <= GuestText::MAX_BYTES);
    }

    #[test]
    fn an_unfinished_escape_swallows_no_line() {
        assert_eq!(GuestText::new("\u{1b}[\nnext").as_str(), "next");
        assert_eq!(GuestText::new("\u{1b}").as_str(), "");
    }
}
