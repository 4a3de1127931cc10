use std::fmt;

use seedbed_outcome::GuestText;
use serde::{Serialize, Serializer};

use crate::Level;

/// One thing that a rule found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// How much it weighs: the rule's level, or less where this finding deserves less.
    pub level: Level,
    /// What was found, a lower-case fragment that is safe to print.
    #[serde(serialize_with = "text")]
    pub message: GuestText,
    /// Where.
    #[serde(flatten)]
    pub place: Place,
}

/// Where something was found, as far as it has a place.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Place {
    /// Bytes from the start of the component.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offset: Option<u64>,
    /// The core function.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub function: Option<FunctionPlace>,
    /// The file, where it is not the component.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "optional_text")]
    pub file: Option<GuestText>,
}

/// A function of a core module.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct FunctionPlace {
    /// The core module, counted from 0 in the order of the file.
    pub module: u32,
    /// The function's index in the module, imports first.
    pub index: u32,
    /// Its name, if the component carries one; made readable.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "optional_text")]
    pub name: Option<GuestText>,
}

impl fmt::Display for FunctionPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "function {}", self.index)?;
        if self.module > 0 {
            write!(f, " of module {}", self.module)?;
        }
        self.name.as_ref().map_or(Ok(()), |name| write!(f, " ({name})"))
    }
}

/// `at byte 12, function 3 (name)`; empty where there is no place.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = [
            self.file.as_ref().map(GuestText::to_string),
            self.offset.map(|offset| format!("byte {offset}")),
            self.function.as_ref().map(FunctionPlace::to_string),
        ];
        f.write_str(&parts.into_iter().flatten().collect::<Vec<_>>().join(", "))
    }
}

pub(crate) fn text<S: Serializer>(text: &GuestText, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(text.as_str())
}

pub(crate) fn optional_text<S: Serializer>(text: &Option<GuestText>, serializer: S) -> Result<S::Ok, S::Error> {
    match text {
        Some(text) => serializer.serialize_some(text.as_str()),
        None => serializer.serialize_none(),
    }
}

/// What a rule found so far. Keeps the first [`Findings::MOST`] and counts the rest, so that a hostile component cannot fill a report.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Findings {
    pub(crate) listed: Vec<Draft>,
    /// How many there are besides.
    pub(crate) more: u64,
    /// The most that any of those weighs.
    pub(crate) worst_more: Option<Level>,
}

/// A finding before the policy gave it its level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Draft {
    pub(crate) message: GuestText,
    pub(crate) place: Place,
    /// It weighs no more than this, whatever the rule does.
    pub(crate) at_most: Level,
}

impl Draft {
    pub(crate) fn new(message: impl AsRef<str>) -> Self {
        const MOST_BYTES: usize = 400;
        let message = GuestText::bounded(message.as_ref(), MOST_BYTES);
        Self { message, place: Place::default(), at_most: Level::Fail }
    }

    pub(crate) fn at(mut self, offset: u64) -> Self {
        self.place.offset = Some(offset);
        self
    }

    pub(crate) fn in_function(mut self, function: FunctionPlace) -> Self {
        self.place.function = Some(function);
        self
    }

    pub(crate) fn in_file(mut self, file: &std::path::Path) -> Self {
        self.place.file = Some(GuestText::new(&file.to_string_lossy()));
        self
    }

    pub(crate) fn at_most(mut self, level: Level) -> Self {
        self.at_most = self.at_most.min(level);
        self
    }
}

impl Findings {
    /// The most findings that a rule lists.
    pub(crate) const MOST: usize = 20;

    pub(crate) fn push(&mut self, draft: Draft) {
        self.push_with(draft.at_most, || draft);
    }

    /// Like [`Findings::push`] of a draft that weighs at most `level`, and makes it only to list it: a component may hold millions.
    pub(crate) fn push_with(&mut self, level: Level, draft: impl FnOnce() -> Draft) {
        if self.listed.len() < Self::MOST {
            self.listed.push(draft());
        } else {
            self.more += 1;
            self.worst_more = self.worst_more.max(Some(level));
        }
    }
}

impl Extend<Draft> for Findings {
    fn extend<T: IntoIterator<Item = Draft>>(&mut self, drafts: T) {
        drafts.into_iter().for_each(|draft| self.push(draft));
    }
}

impl FromIterator<Draft> for Findings {
    fn from_iter<T: IntoIterator<Item = Draft>>(drafts: T) -> Self {
        let mut findings = Self::default();
        findings.extend(drafts);
        findings
    }
}
