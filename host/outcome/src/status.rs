use std::fmt;

/// The verdict of a plugin's row, from best to worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// Scored, and nothing to remark.
    Ok,
    /// Scored, with remarks that the row names.
    Warned,
    /// Declined in its own words, or by a rule of the operator, before it could be scored.
    Refused,
    /// Broke a rule or broke down.
    Failed,
}

impl Status {
    /// Whether the plugin was scored.
    #[must_use]
    pub fn is_scored(self) -> bool {
        matches!(self, Self::Ok | Self::Warned)
    }

    /// The word for tables, JSON and metric labels.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warned => "warned",
            Self::Refused => "refused",
            Self::Failed => "failed",
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
