use serde::Deserialize;

/// A line of the log that there was before this one: nine fields, one line a mutation.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Historic {
    /// When, as it was written.
    pub timestamp: String,
    /// The parameter by its historic name; `docs/mutation-log.md` maps it to today's.
    pub parameter: String,
    /// Its value before; none where there was none.
    pub old_value: Option<f64>,
    /// Its value after.
    pub new_value: Option<f64>,
    /// Whether the value was brought inside its bounds.
    pub clamped: bool,
    /// Whether there was a child.
    pub success: bool,
    /// Whether it passed validation; none where it did not get that far.
    pub validation_passed: Option<bool>,
    /// Why it failed.
    pub error: Option<String>,
    /// The mutation, as it was written.
    pub mutation_id: String,
}
