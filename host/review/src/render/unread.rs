use seedbed_outcome::GuestText;
use serde::Serialize;

/// A plugin that could not be read, so that no rule was asked: a report that left it out would look as if it were in order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unread {
    /// Its file or folder.
    pub name: GuestText,
    /// Why.
    pub why: GuestText,
}
