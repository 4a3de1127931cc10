use std::fmt;

use serde::Serialize;

/// How much a finding of a rule weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// The rule is not run.
    Off,
    /// Told, and changes no verdict.
    Note,
    /// Somebody should look at it.
    Warn,
    /// The component is not to run.
    Fail,
}

impl Level {
    /// The words of a policy file, from least to most.
    pub const WORDS: &[&str] = &["off", "note", "warn", "fail"];

    /// The level of a word of [`Level::WORDS`].
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Off, Self::Note, Self::Warn, Self::Fail].into_iter().find(|level| level.as_str() == word)
    }

    /// The word in policy files, reports and JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Note => "note",
            Self::Warn => "warn",
            Self::Fail => "fail",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// What a rule came to, and, over all rules, a review. From best to worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Checked, and nothing above a note was found.
    Pass,
    /// Not checked: nobody knows. The rule says why.
    NotChecked,
    /// Found something that somebody should look at.
    Warn,
    /// Found something for which the component is not to run.
    Fail,
}

impl Verdict {
    /// The word in reports and JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::NotChecked => "not-checked",
            Self::Warn => "warn",
            Self::Fail => "fail",
        }
    }
}

impl From<Level> for Verdict {
    /// The verdict that a finding of this level leads to.
    fn from(level: Level) -> Self {
        match level {
            Level::Off | Level::Note => Self::Pass,
            Level::Warn => Self::Warn,
            Level::Fail => Self::Fail,
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
