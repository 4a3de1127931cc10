//! How text and data get into the page without becoming markup.

use std::fmt::Write;

/// `text` as HTML text or as the value of a quoted attribute.
pub(crate) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

/// `json` as the content of a `script` element: still the same JSON, but nothing in it can end the element, open a comment or end a
/// line of JavaScript. Outside strings JSON has none of these characters.
pub(crate) fn inert_json(json: &str) -> String {
    let mut safe = String::with_capacity(json.len());
    for character in json.chars() {
        match character {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                // Writing into a String cannot fail.
                let _ = write!(safe, "\\u{:04x}", u32::from(character));
            }
            other => safe.push(other),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::{escaped, inert_json};

    const HOSTILE: &str = "</script><!--<script>\u{2028}\u{2029}&\"'<img src=x onerror=alert(1)>";

    /// A user who opens the report of a hostile plugin would run its script.
    #[test]
    fn hostile_text_is_no_markup() {
        assert!(!escaped(HOSTILE).contains(['<', '>', '"', '\'']));
        assert_eq!(escaped("a < b & c"), "a &lt; b &amp; c");
    }

    /// A user would see other names than the plugin's, or run its script.
    #[test]
    fn inert_json_is_the_same_json_without_markup() {
        let json = serde_json::to_string(HOSTILE).unwrap();
        let safe = inert_json(&json);
        assert!(!safe.contains(['<', '>', '&', '\u{2028}', '\u{2029}']));
        assert_eq!(serde_json::from_str::<String>(&safe).unwrap(), HOSTILE);
    }
}
