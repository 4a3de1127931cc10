use std::fmt;

use seedbed_outcome::GuestText;

use crate::Origin;

/// One thing that is wrong with a setting, in parts, so that a table and a program can tell it too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where it stands.
    pub origin: Origin,
    /// The key as `[section] name`; `None` where no key is concerned (broken syntax).
    pub key: Option<GuestText>,
    /// The value as written; `None` where it may be a secret or says nothing.
    pub value: Option<GuestText>,
    /// What is wrong, a lower-case fragment.
    pub what: GuestText,
    /// What would be right.
    pub allowed: Option<String>,
    /// What was probably meant.
    pub suggestion: Option<String>,
}

impl Problem {
    /// A problem of `key` (as `[section] name`) that a rule beyond kind and range found.
    #[must_use]
    pub fn new(origin: Origin, key: impl AsRef<str>, what: impl AsRef<str>) -> Self {
        Self {
            origin,
            key: Some(GuestText::new(key.as_ref())),
            value: None,
            what: GuestText::new(what.as_ref()),
            allowed: None,
            suggestion: None,
        }
    }

    /// A problem of no key in particular.
    #[must_use]
    pub fn general(origin: Origin, what: impl AsRef<str>) -> Self {
        Self { key: None, ..Self::new(origin, "", what) }
    }

    /// With the value as written.
    #[must_use]
    pub fn value(mut self, value: impl Into<Option<GuestText>>) -> Self {
        self.value = value.into();
        self
    }

    /// With what would be right.
    #[must_use]
    pub fn allowed(mut self, allowed: impl Into<String>) -> Self {
        self.allowed = Some(allowed.into());
        self
    }

    /// With what was probably meant.
    #[must_use]
    pub fn suggestion(mut self, suggestion: impl Into<Option<String>>) -> Self {
        self.suggestion = suggestion.into();
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.origin)?;
        if let Some(key) = &self.key {
            write!(f, "{key}")?;
            if let Some(value) = &self.value {
                write!(f, " = {value}")?;
            }
            f.write_str(": ")?;
        }
        write!(f, "{}", self.what)?;
        if let Some(allowed) = &self.allowed {
            write!(f, "; allowed: {allowed}")?;
        }
        if let Some(suggestion) = &self.suggestion {
            write!(f, "; did you mean {suggestion}?")?;
        }
        Ok(())
    }
}

/// Something to remark that stops nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Where it stands.
    pub origin: Origin,
    /// What is remarked, a lower-case fragment.
    pub what: GuestText,
}

impl Notice {
    /// A notice; control characters in `what` are removed.
    #[must_use]
    pub fn new(origin: Origin, what: impl AsRef<str>) -> Self {
        Self { origin, what: GuestText::new(what.as_ref()) }
    }
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.origin, self.what)
    }
}

/// At least one problem, in the order of their places.
///
/// Keeps the first [`Problems::MOST`] and counts the rest, so that a hostile file cannot fill a terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problems {
    listed: Vec<Problem>,
    more: usize,
}

impl Problems {
    /// The most problems that are listed.
    pub const MOST: usize = 100;

    /// `Ok` when nothing is wrong.
    ///
    /// # Errors
    /// All problems, sorted, when there are any.
    pub fn none_or_all(mut problems: Vec<Problem>) -> Result<(), Self> {
        if problems.is_empty() {
            return Ok(());
        }
        problems.sort_by(|a, b| a.origin.cmp(&b.origin));
        let more = problems.len().saturating_sub(Self::MOST);
        problems.truncate(Self::MOST);
        Err(Self { listed: problems, more })
    }

    /// The problems that are listed, in order.
    #[must_use]
    pub fn listed(&self) -> &[Problem] {
        &self.listed
    }

    /// How many there are, listed or not.
    #[must_use]
    pub fn count(&self) -> usize {
        self.listed.len() + self.more
    }
}

impl From<Problem> for Problems {
    fn from(problem: Problem) -> Self {
        Self { listed: vec![problem], more: 0 }
    }
}

impl std::error::Error for Problems {}

/// One problem stands alone; several stand one a line below their count.
impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let [only] = self.listed.as_slice() {
            return only.fmt(f);
        }
        write!(f, "{} problems", self.count())?;
        for problem in &self.listed {
            write!(f, "\n  {problem}")?;
        }
        if self.more > 0 {
            write!(f, "\n  and {} more", self.more)?;
        }
        Ok(())
    }
}
