//! What the reports for people say in the same words.

use seedbed_outcome::GuestText;

use crate::Facts;
use crate::count::count;

/// How much code there is.
pub(super) fn code(facts: &Facts) -> String {
    format!(
        "{} in {} of {}, {}; signals may reach {}",
        count(facts.code_bytes, "byte"),
        count(facts.functions, "function"),
        count(facts.modules, "core module"),
        count(facts.loops, "loop"),
        count(facts.signal_path_functions, "function"),
    )
}

/// Names beside each other.
pub(super) fn list(names: &[GuestText]) -> String {
    let names: Vec<_> = names.iter().map(GuestText::as_str).collect();
    if names.is_empty() { "nothing".to_owned() } else { names.join(", ") }
}
