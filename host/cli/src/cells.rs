//! How tables for people write counts, shares, times and numbers. What is not known is a dash.

use std::time::Duration;

pub(crate) fn absent() -> String {
    "-".to_owned()
}

/// `1 line`, `2 lines`.
pub(crate) fn counted(count: u64, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// A share of 1 in percent.
pub(crate) fn share(share: Option<f64>) -> String {
    share.map_or_else(absent, |share| format!("{:.1} %", share * 100.0))
}

/// Seconds in the unit that suits them.
pub(crate) fn time(seconds: f64) -> String {
    format!("{:.1?}", Duration::from_secs_f64(seconds))
}

/// So many significant digits, at least one.
pub(crate) fn rounded(value: f64, digits: usize) -> String {
    let text = format!("{value:.*e}", digits.saturating_sub(1));
    text.parse::<f64>().map_or(text, |short| short.to_string())
}
