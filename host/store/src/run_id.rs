use std::{fmt, str::FromStr};

use seedbed_outcome::GuestText;

/// The name of a run: 1 to 64 of a-z, 0-9 and `-`, not beginning with `-`.
///
/// Make it of the time first (`20261121-142233-ema-crossover-7f3a`), so that names sort by age.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RunId(String);

/// Why a text names no run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' names no run: a name is 1 to 64 of a-z, 0-9 and -, and does not begin with -")]
pub struct RunIdError(GuestText);

impl RunId {
    /// The longest name in bytes.
    pub const MAX_BYTES: usize = 64;

    /// Checks a name.
    ///
    /// # Errors
    /// [`RunIdError`] for any other text.
    pub fn new(name: &str) -> Result<Self, RunIdError> {
        let allowed = |letter: u8| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == b'-';
        let valid = (1..=Self::MAX_BYTES).contains(&name.len()) && !name.starts_with('-') && name.bytes().all(allowed);
        if valid { Ok(Self(name.to_owned())) } else { Err(RunIdError(GuestText::bounded(name, 80))) }
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for RunId {
    type Err = RunIdError;

    fn from_str(name: &str) -> Result<Self, RunIdError> {
        Self::new(name)
    }
}

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::RunId;

    /// A name becomes a folder: one with a slash or dots would leave the store.
    #[test]
    fn names_stay_inside_their_folder() {
        for good in ["20261121-142233-ema-7f3a", "a", &"x".repeat(64)] {
            assert_eq!(RunId::new(good).unwrap().as_str(), good);
        }
        for bad in ["", "..", "a/b", "a\\b", "A", "-a", "a b", "a\n", "é", "a.b", &"x".repeat(65)] {
            assert!(RunId::new(bad).is_err(), "{bad:?}");
        }
    }
}
